/** A fault that is a request, on servers of this process: what each is asked, and what is told where one does not do it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import type { FaultAction } from '../../../src/model/fault.ts';
import type { Target } from '../../../src/model/topology.ts';
import { httpFault } from '../../../src/topology/faults/http-fault.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** A replica that notes what it is asked, and answers with a status. */
async function replica(id: string, status: number, asked: string[]): Promise<Target> {
  const server = createServer(async (request, answer) => {
    const body = (await request.toArray()).join('');
    asked.push(`${id} ${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
    answer.writeHead(status).end('the limit is 7\nand more');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { id, service: 'api', ports: { '8080': `http://127.0.0.1:${(server.address() as AddressInfo).port}` } };
}

const put = { method: 'PUT', path: '/ideal?now', headers: { 'content-type': 'text/plain' }, body: '3' };
const action: Extract<FaultAction, { kind: 'http' }> = {
  kind: 'http',
  of: { service: 'api' },
  port: 8080,
  ...put,
  undo: { ...put, body: '5' },
};
const never = new AbortController().signal;

it('asks every replica, and asks each to take it back', async () => {
  const asked: string[] = [];
  const of = [await replica('api-1', 200, asked), await replica('api-2', 204, asked)];
  const { message, undo } = await httpFault(action, of, never);
  expect(message).toBe('asked api-1, api-2: PUT /ideal?now with "3"');
  expect(asked.sort()).toEqual(['api-1 PUT /ideal?now text/plain 3', 'api-2 PUT /ideal?now text/plain 3']);
  await undo?.(never);
  expect(asked.slice(2).sort()).toEqual(['api-1 PUT /ideal?now text/plain 5', 'api-2 PUT /ideal?now text/plain 5']);
  const { undo: none } = await httpFault({ ...action, undo: undefined }, of, never);
  expect(none).toBeUndefined();
});

it('tells what a replica answered that does not do it, and has the others take it back', async () => {
  const asked: string[] = [];
  const of = [await replica('api-1', 200, asked), await replica('api-2', 400, asked)];
  await expect(httpFault(action, of, never)).rejects.toThrow(
    'api-2 was asked PUT /ideal?now with "3", and answered 400: the limit is 7',
  );
  expect(asked.at(-1)).toBe('api-1 PUT /ideal?now text/plain 5');
});

it('has those take it back that did not answer, for they may have done it', async () => {
  const asked: string[] = [];
  const load = new AbortController();
  const server = createServer(async (request, answer) => {
    const body = (await request.toArray()).join('');
    asked.push(body);
    // Slow from then on: the load is over before it answers.
    if (body === put.body) load.abort(new Error('the load is over'));
    else answer.writeHead(200).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ports = { '8080': `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  await expect(httpFault(action, [{ id: 'api-1', service: 'api', ports }], load.signal)).rejects.toThrow(
    'the load is over',
  );
  expect(asked).toEqual(['3', '5']);
});

it('tells that it may still be in force where nobody says that it was taken back', async () => {
  const server = createServer((request) => request.socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ports = { '8080': `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  await expect(httpFault(action, [{ id: 'api-1', service: 'api', ports }], never)).rejects.toThrow(
    /^api-1 was asked PUT \/ideal\?now with "3": .*; it may still be in force: api-1 was asked PUT \/ideal\?now with "5": /,
  );
});

it('tells where nobody answers, and which ports there are', async () => {
  const gone: Target = { id: 'api-1', service: 'api', ports: { '8080': 'http://127.0.0.1:1' } };
  await expect(httpFault(action, [gone], never)).rejects.toThrow(/api-1 was asked PUT .*ECONNREFUSED/);
  await expect(httpFault({ ...action, port: 81 }, [gone], never)).rejects.toThrow(
    'api-1 has no published port 81 (it has: 8080)',
  );
  await expect(httpFault(action, [gone], AbortSignal.abort(new Error('ended')))).rejects.toThrow('ended');
});
