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
        StartedAt: '2024-05-01T10:00:00.500001Z',
        FinishedAt: '0001-01-01T00:00:00Z',
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
    startedS: 1_714_557_600.500001,
    endedS: expect.closeTo(-62_135_596_800),
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
    resources: { nanoCpus: 500_000_000, cpuPeriod: 0, cpuQuota: 0, memory: 0, memorySwap: 0 },
  });
});

it('a question that is not answered ends with its signal', async () => {
  const asking = new AbortController();
  const { docker, asked } = await engineWith({ 'GET /containers/c1/json': () => asking.abort() });
  await expect(docker.inspect('c1', asking.signal)).rejects.toThrow(/abort/i);
  expect(asked).toEqual(['GET /containers/c1/json']);
});

it('a container that somebody else removes just now is waited for', async () => {
  const { docker, asked } = await engineWith({
    'GET /containers/json': [{ Id: 'c1', Names: ['/web'], Labels: {}, Ports: [] }],
    'GET /networks': [],
    'GET /volumes': { Volumes: [] },
    'GET /images/json': [],
    'DELETE /containers/c1': (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(409, { 'content-type': 'application/json' });
      response.end('{"message":"removal of container c1 is already in progress"}');
    },
    'POST /containers/c1/wait': { StatusCode: 0 },
  });
  const [thing] = await docker.things('run');
  await thing?.remove();
  expect(asked.at(-1)).toBe('POST /containers/c1/wait?condition=removed');
});

it('a container that does not run has the ports that were asked for it', async () => {
  const { docker } = await engineWith({
    'GET /containers/c1/json': {
      Id: 'c1',
      Name: '/web',
      Config: { Image: 'web' },
      State: {
        Running: false,
        StartedAt: '0001-01-01T00:00:00Z',
        FinishedAt: '0001-01-01T00:00:00Z',
        ExitCode: 0,
        Pid: 0,
      },
      NetworkSettings: { Ports: {}, Networks: {} },
      HostConfig: {
        PortBindings: {
          '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '4000' }],
          '90/tcp': [{ HostIp: '', HostPort: '' }],
        },
      },
    },
  });
  expect((await docker.inspect('c1')).ports).toEqual([
    { number: 80, protocol: 'tcp', bindings: [{ address: '127.0.0.1', port: '4000' }] },
    { number: 90, protocol: 'tcp', bindings: [{ address: '', port: '' }] },
  ]);
});

it('what a container is already, it is told to be without harm, and a refusal comes in the words of the engine', async () => {
  const say = (status: number, message: string) => (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  };
  const { docker, asked } = await engineWith({
    'POST /containers/c1/start': say(304, ''),
    'POST /containers/c1/stop': say(304, ''),
    'POST /containers/c1/kill': say(409, 'Cannot kill container: c1: Container c1 is not running'),
    'POST /containers/c1/pause': say(409, 'Container c1 is already paused'),
    'POST /containers/c1/unpause': say(500, 'Container c1 is not paused'),
    'POST /containers/c2/pause': say(409, 'Container c2 is not running'),
    'POST /containers/c1/update': { Warnings: ['No swap limit support'] },
    'POST /containers/c2/update': say(500, 'Cannot update container c2: busy\n: unknown'),
  });
  const { change } = docker;
  for (const doing of [change.start, change.stop, change.kill, change.pause, change.unpause]) await doing('c1');
  expect(asked[2]).toBe('POST /containers/c1/kill?signal=SIGKILL');
  await expect(change.pause('c2')).rejects.toThrow(/^Container c2 is not running$/);
  expect(await change.limit('c1', { memory: 1 })).toEqual(['No swap limit support']);
  await expect(change.limit('c2', {})).rejects.toThrow(/^Cannot update container c2: busy\n: unknown$/);
});

it('an engine says what it can do to containers', async () => {
  const abilitiesOf = async (info: object) => (await engineWith({ 'GET /info': info })).docker.abilities();
  const all = { operatingSystem: '', limitsCpu: true, limitsMemory: true, pauses: true };
  // An engine that says nothing of it is asked when it comes to it.
  expect(await abilitiesOf({})).toEqual(all);
  expect(await abilitiesOf({ OperatingSystem: 'Docker Desktop', MemoryLimit: false, CpuCfsQuota: false })).toEqual({
    operatingSystem: 'Docker Desktop',
    limitsCpu: false,
    limitsMemory: false,
    pauses: true,
  });
  expect(await abilitiesOf({ CgroupDriver: 'none', MemoryLimit: true })).toEqual({
    ...all,
    limitsCpu: false,
    limitsMemory: false,
    pauses: false,
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
