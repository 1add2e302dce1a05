/** Ports of pods through an API server: a server that forwards as one does, to a service behind it. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster } from '../../../src/host/kube/cluster.ts';
import { connectKube } from '../../../src/host/kube/connect.ts';
import { type KubeProxy, serveProxy } from '../../../src/host/kube/proxy.ts';

const root = '/api/v1/namespaces/shop/pods/api-1:6060/proxy';
const pod = { namespace: 'shop', pod: 'api-1', port: 6060 };
const largeBytes = 4 * 1024 * 1024;
let dir: string;
let server: Server;
let cluster: KubeCluster;
let proxy: KubeProxy;

beforeAll(async () => {
  server = createServer((asked, answer) => {
    if (asked.headers.authorization !== 'Bearer secret') answer.writeHead(401).end();
    else if (asked.url === `${root}/away`) answer.writeHead(302, { location: `${root}/hello?again` }).end();
    else if (asked.url?.startsWith(`${root}/hello`)) answer.end(`hello ${asked.url.split('?')[1]}`);
    else if (asked.url === `${root}/large`) answer.end(Buffer.alloc(largeBytes, 'a'));
    else if (asked.url === '/api/v1/nodes/n1/proxy/metrics') answer.end('metrics');
    else answer.writeHead(404, { 'content-type': 'application/json' }).end('{"kind":"Status","message":"no such pod"}');
  });
  server.on('upgrade', (asked, socket, head) => {
    if (asked.url !== `${root}/echo`) return socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nready\n');
    socket.write(head);
    return socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  dir = await mkdtemp(join(tmpdir(), 'rampart-proxy-'));
  const file = join(dir, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  await writeFile(file, JSON.stringify(config));
  cluster = await connectKube({ env: { KUBECONFIG: file } });
  proxy = await serveProxy(cluster);
});
afterAll(async () => {
  await proxy.close();
  cluster.close();
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true });
});

it('answers what the pod answers, whatever its status', async () => {
  const { status, body } = await cluster.podHttp(pod, '/hello?you');
  expect({ status, text: body.toString() }).toEqual({ status: 200, text: 'hello you' });
  expect((await cluster.podHttp(pod, '/nothing')).status).toBe(404);
  expect((await cluster.nodeHttp('n1', '/metrics')).body.toString()).toBe('metrics');
});

it('reads no more than it may', async () => {
  await expect(cluster.podHttp(pod, '/hello?you', { maxBytes: 3 })).rejects.toThrow(/longer than 3 bytes/);
});

it('serves a pod under a plain address, and leads its redirects back', async () => {
  expect(await (await fetch(`${proxy.urlOf(pod)}/hello?x=1`)).text()).toBe('hello x=1');
  expect(await (await fetch(`${proxy.urlOf(pod)}/away`)).text()).toBe('hello again');
});

it('serves what is longer than a reader takes at once, and leaves nothing behind for each part of it', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => warnings.push(name);
  process.on('warning', note);
  const body = await (await fetch(`${proxy.urlOf(pod)}/large`)).arrayBuffer();
  process.off('warning', note);
  expect({ bytes: body.byteLength, warnings }).toEqual({ bytes: largeBytes, warnings: [] });
});

it('lets nobody through who does not know its path, and nothing but GET', async () => {
  const { origin, pathname } = new URL(proxy.urlOf(pod));
  expect((await fetch(`${origin}/guess/shop/api-1/6060/hello`)).status).toBe(404);
  expect((await fetch(`${proxy.urlOf(pod)}/hello`, { method: 'POST' })).status).toBe(405);
  // A name that climbs out of the address of the pod.
  expect(await statusOf(origin, pathname.replace('api-1', '..'))).toBe(404);
  expect(await statusOf(origin, `${pathname}/../../../../nodes`)).toBe(404);
});

it('opens a stream through an upgrade, or says why not', async () => {
  const { signal } = new AbortController();
  const { socket, head } = await cluster.upgrade(pod, '/echo', { upgrade: 'echo' }, signal);
  let read = head.toString();
  socket.on('data', (chunk: Buffer) => {
    read += chunk.toString();
  });
  socket.write('ping');
  await expect.poll(() => read).toBe('ready\nping');
  socket.destroy();
  const refused = cluster.upgrade(pod, '/other', { upgrade: 'echo' }, signal);
  await expect(refused).rejects.toThrow(/refused to reach port 6060 of pod shop\/api-1/);
});

/** Asks for a path as it is written: `fetch` takes dots out of it. */
function statusOf(origin: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(origin, { path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.once('error', reject).end();
  });
}
