/** What an engine answers over its socket, in rampart's words; and that what is followed lets go of the engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';

const folder = await mkdtemp(join(tmpdir(), 'rampart-engine-'));
const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rm(folder, { recursive: true }));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An engine that answers by method and path, with JSON or as it likes. */
async function engineWith(answers: Readonly<Record<string, unknown>>) {
  const path = join(folder, `engine-${Math.random()}.sock`);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = `${request.method} ${(request.url ?? '').replace(/\?.*/, '')}`;
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    const answer = answers[key];
    if (typeof answer === 'function') return (answer as Answer)(request, response);
    response.statusCode = answer === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer ?? { message: 'no such thing' }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { docker: connectDocker({ DOCKER_HOST: `unix://${path}` }), asked };
}

it('containers are listed with their names, labels and ports', async () => {
  const { docker, asked } = await engineWith({
    'GET /containers/json': [
      {
        Id: 'c1',
        Names: ['/web'],
        Labels: { a: 'b' },
        Ports: [{ PrivatePort: 80, PublicPort: 4000 }, { PrivatePort: 90 }],
      },
      { Id: 'c2', Names: [], Labels: null, Ports: [] },
    ],
  });
  expect(await docker.containers({ labels: ['a=b'], stopped: true })).toEqual([
    { id: 'c1', name: 'web', labels: { a: 'b' }, ports: [{ container: 80, host: 4000 }, { container: 90 }] },
    { id: 'c2', name: 'c2', labels: {}, ports: [] },
  ]);
  expect(asked).toEqual(['GET /containers/json?all=true&filters={"label":["a=b"]}']);
});

it('a container is told with its environment, ports and limits', async () => {
  const { docker } = await engineWith({
    'GET /containers/c1/json': {
      Id: 'c1',
      Name: '/web',
      Config: {
        Image: 'shop/web:1',
        Labels: null,
        Env: ['GODEBUG=gctrace=1', 'EMPTY=', 'TEXT=a\nGODEBUG=no', 'ODD'],
        Tty: false,
      },
      State: {
        Running: true,
        StartedAt: '2024-05-01T10:00:00.5Z',
        ExitCode: 0,
        Pid: 77,
        Health: { Status: 'healthy' },
      },
      Image: 'sha256:1f',
      NetworkSettings: {
        Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '4000' }], '53/udp': null },
        Networks: {
          shop_back: { IPAddress: '172.18.0.2', GlobalIPv6Address: '' },
          left: { IPAddress: '', GlobalIPv6Address: '' },
          a_v6: { IPAddress: '', GlobalIPv6Address: 'fd00::2' },
        },
      },
      HostConfig: { NanoCpus: 500_000_000, Memory: 0, NetworkMode: 'shop_back' },
    },
  });
  expect(await docker.inspect('c1')).toEqual({
    id: 'c1',
    name: 'web',
    labels: {},
    environment: { GODEBUG: 'gctrace=1', EMPTY: '', TEXT: 'a\nGODEBUG=no' },
    hasTty: false,
    isRunning: true,
    startedS: 1_714_557_600.5,
    exitCode: 0,
    health: 'healthy',
    pid: 77,
    ports: [
      { number: 80, protocol: 'tcp', bindings: [{ address: '127.0.0.1', port: '4000' }] },
      { number: 53, protocol: 'udp', bindings: [] },
    ],
    networks: [
      { name: 'a_v6', address: 'fd00::2' },
      { name: 'shop_back', address: '172.18.0.2' },
    ],
    networkMode: 'shop_back',
    image: 'shop/web:1',
    imageId: 'sha256:1f',
    limits: { cpus: 0.5, memoryBytes: undefined },
  });
});

it('things that carry a label are of four kinds; one that is gone already is removed', async () => {
  const { docker, asked } = await engineWith({
    'GET /containers/json': [{ Id: 'c1', Names: ['/web'], Labels: { run: 'x' }, Ports: [] }],
    'GET /networks': [{ Id: 'n1', Name: 'net', Labels: { run: 'x' } }],
    'GET /volumes': { Volumes: [{ Name: 'vol', Labels: { run: 'x' } }] },
    'GET /images/json': [{ Id: 'i1', RepoTags: null, Labels: { run: 'x' } }],
    'DELETE /networks/n1': (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"has active endpoints"}');
    },
  });
  const things = await docker.things('run');
  expect(things.map(({ kind, id, name }) => [kind, id, name])).toEqual([
    ['container', 'c1', 'web'],
    ['network', 'n1', 'net'],
    ['volume', 'vol', 'vol'],
    ['image', 'i1', 'i1'],
  ]);
  await things[0]?.remove();
  expect(asked.at(-1)).toBe('DELETE /containers/c1?force=true&v=true');
  await expect(things[1]?.remove()).rejects.toThrow('has active endpoints');
});

it('an image that is not there has no id', async () => {
  const { docker } = await engineWith({ 'GET /images/here/json': { Id: 'sha256:1' } });
  expect(await docker.imageId('here')).toBe('sha256:1');
  expect(await docker.imageId('nowhere')).toBeUndefined();
});

it('events are followed until the signal aborts, which ends the connection', async () => {
  let closed = () => {};
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { docker, asked } = await engineWith({
    'GET /events': (_: IncomingMessage, response: ServerResponse) => {
      response.on('close', closed);
      response.write('{"Action":"start","Actor":{"ID":"c1","Attributes":{"a":"b"}}}\n');
    },
  });
  const closing = new AbortController();
  const events = await docker.events({ actions: ['start'], labels: ['a=b'], signal: closing.signal });
  const seen: unknown[] = [];
  const follow = async () => {
    for await (const event of events) {
      seen.push(event);
      closing.abort();
    }
  };
  await expect(follow()).rejects.toThrow();
  await isClosed;
  expect(seen).toEqual([{ action: 'start', containerId: 'c1', attributes: { a: 'b' } }]);
  expect(asked).toEqual(['GET /events?filters={"type":["container"],"event":["start"],"label":["a=b"]}']);
});

it('a log is followed from where it is asked, and lets go when its reader closes it', async () => {
  let closed = () => {};
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { docker, asked } = await engineWith({
    'GET /containers/c1/logs': (_: IncomingMessage, response: ServerResponse) => {
      response.on('close', closed);
      response.write(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 5]), Buffer.from('one\nt')]));
    },
  });
  const closing = new AbortController();
  const lines = await docker.logs('c1', { hasTty: false, tail: 3, sinceS: 12, signal: closing.signal });
  const seen: unknown[] = [];
  for await (const line of lines) {
    seen.push(line);
    closing.abort();
  }
  await isClosed;
  expect(seen).toEqual([
    { stream: 'stderr', text: 'one' },
    { stream: 'stderr', text: 't' },
  ]);
  expect(asked).toEqual(['GET /containers/c1/logs?stdout=true&stderr=true&since=12&tail=3&follow=true']);
});
