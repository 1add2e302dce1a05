// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import type { RunningTopology } from '../../src/model/topology.ts';
import { warningsOf } from '../../src/runs/manifest.ts';
import { readIn } from '../helpers/read-scenario.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-scenario-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(loadLines: string, target = '{ url: http://127.0.0.1:1/ }') {
  const text = `name: ramp
topology: { engine: external }
target: ${target}
load:
  steps: [{ rate: 200/s, for: 5s }]
${loadLines}`;
  await writeFile(join(folder, 'ramp.yaml'), text);
  return await readIn(folder, 'ramp.yaml');
}

const refused = (loadLines: string, target?: string) =>
  read(loadLines, target).then(() => expect.unreachable('accepted'), messageOf);

it('finds body files beside the scenario, and writes down where they are', async () => {
  await writeFile(join(folder, 'item.json'), '{}');
  const { scenario, text } = await read('  request: { method: POST, bodyFile: item.json }');
  expect(scenario.load.requests[0]?.bodyFile).toBe(join(folder, 'item.json'));
  expect(text).toContain(join(folder, 'item.json'));
});

it('names all files that are not there, each with its place', async () => {
  const message = await refused(`  requests:
    - { name: a, bodyFile: a.json }
    - { name: b, bodyFile: . }`);
  expect(message.split('\n')).toEqual([
    `ramp.yaml:7:28 load.requests[0].bodyFile names a file that is not there: ${join(folder, 'a.json')}`,
    expect.stringContaining('ramp.yaml:8:28 load.requests[1].bodyFile names a file that cannot be read: EISDIR'),
  ]);
});

it('finds feeders beside the scenario', async () => {
  await writeFile(join(folder, 'users.csv'), 'id,token\n1,abc\n');
  const { scenario } = await read(
    `  feeders: { user: { csv: users.csv } }\n  request: { path: "/\${user.id}", headers: { X-Token: "\${user.token}" } }`,
  );
  expect(scenario.load.feeders).toEqual({
    user: { file: join(folder, 'users.csv'), format: 'csv', order: 'sequential' },
  });
});

it('holds places against feeders before anything is started', async () => {
  await writeFile(join(folder, 'bad.csv'), 'id\n"');
  await writeFile(join(folder, 'pages.json'), '[{"path":"/a","token":"x"},{"path":"b","token":"é"},{"path":"/c"}]');
  await writeFile(join(folder, 'body.json'), '{"x":"${nobody.id}"}');
  const pages = join(folder, 'pages.json');
  const message =
    await refused(`  feeders: { page: { json: pages.json }, bad: { csv: bad.csv }, gone: { csv: gone.csv } }
  requests:
    - { name: a, path: "\${page.path}", headers: { X-Token: "\${page.token}" } }
    - { name: b, path: "/\${pages.path}\${bad.id}\${gone.id}", bodyFile: body.json }`);
  const known = '(feeders: page, bad, gone; write $${ for a plain ${)';
  expect(message.split('\n')).toEqual([
    `ramp.yaml:6:54 load.feeders.bad.csv names ${join(folder, 'bad.csv')}, which is no good: line 2 is no CSV: a quote or carriage return is out of place`,
    `ramp.yaml:6:78 load.feeders.gone.csv names a file that is not there: ${join(folder, 'gone.csv')}`,
    `ramp.yaml:8:24 load.requests[0].path takes path from row 2 of ${pages}, but a path must start with /, got "b"`,
    `ramp.yaml:8:60 load.requests[0].headers.X-Token has \${page.token}, but row 3 of ${pages} has only path`,
    `ramp.yaml:8:60 load.requests[0].headers.X-Token takes token from row 2 of ${pages}, but a header must be printable ASCII on one line, got "é"`,
    `ramp.yaml:9:24 load.requests[1].path has \${pages.path}, but there is no such feeder ${known}`,
    `ramp.yaml:9:71 load.requests[1].bodyFile has \${nobody.id}, but there is no such feeder ${known}`,
  ]);
});

it('holds a length that the user gave against the body', async () => {
  await writeFile(join(folder, 'five.bin'), Buffer.from([1, 2, 3, 4, 255]));
  const request = (body: string, length: string) =>
    `  request: { method: POST, headers: { Content-Length: "${length}" }, ${body} }`;
  expect(await refused(request('body: hello', '3'))).toBe(
    'ramp.yaml:6:55 load.request.headers.Content-Length must be the length of the body, 5 bytes, got 3: remove it, rampart counts it itself',
  );
  expect(await refused(request('bodyFile: five.bin', '6'))).toContain('must be the length of the body, 5 bytes, got 6');
  expect((await read(request('bodyFile: five.bin', '5'))).scenario.load.requests).toHaveLength(1);
  expect((await read(request('body: "é"', '2'))).scenario.load.requests).toHaveLength(1);
  await writeFile(join(folder, 'users.csv'), 'id\n1\n');
  const feeders = '  feeders: { user: { csv: users.csv } }\n';
  expect(await refused(`${feeders}${request('body: "${user.id}"', '1')}`)).toContain(
    'must not be given: each row makes',
  );
});

it('refuses feeders and places that would do nothing', async () => {
  await writeFile(join(folder, 'users.csv'), 'id\n1\n');
  await writeFile(join(folder, 'odd.bin'), Buffer.concat([Buffer.from('${user.id}'), Buffer.from([255])]));
  const feeders = '  feeders: { user: { csv: users.csv } }\n';
  expect(await refused(`${feeders}  request: { path: /a }`)).toBe(
    'ramp.yaml:6:20 load.feeders.user is of no use: no request has a place for it (example: ${user.id})',
  );
  expect(await refused(`${feeders}  request: { path: "/\${user}" }`)).toContain(
    'load.request.path has ${user} without a column',
  );
  expect(await refused(`${feeders}  request: { expect: { bodyContains: "\${user.id}" } }`)).toContain(
    'load.request.expect.bodyContains has ${user.id}, but only path, header values and body are filled',
  );
  expect(await refused(`${feeders}  request: { bodyFile: odd.bin }`)).toContain(
    'load.request.bodyFile has ${user.id}, but is no UTF-8 text',
  );
});

it.each([
  ['UTF-16', Buffer.from('\ufeffid\n1\n', 'utf16le'), 'line 1, column 1', 'is UTF-16, not UTF-8'],
  ['latin1', Buffer.from('id\ncaf\xe9\n', 'latin1'), 'line 2, column 4', 'is no UTF-8 text: byte 0xe9'],
  ['two columns of one name', Buffer.from('id,id\n1,2\n'), 'line 1', 'names the column "id" more than once'],
  ['ragged rows', Buffer.from('id,x\n1\n'), 'line 2', 'has 1 fields, but line 1 names 2 columns'],
])('refuses a feeder with %s', async (_, bytes, place, message) => {
  await writeFile(join(folder, 'bad.csv'), bytes);
  const refusal = await refused('  feeders: { user: { csv: bad.csv } }\n  request: { path: "/${user.id}" }');
  expect(refusal).toContain('ramp.yaml:6:27 load.feeders.user.csv');
  expect(refusal).toContain(place);
  expect(refusal).toContain(message);
});

it.each([
  ['UTF-16', Buffer.from('\ufeffname: a', 'utf16le'), 'ramp.yaml:1:1 is UTF-16, not UTF-8: save it as UTF-8'],
  ['a binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0, 0xff]), 'ramp.yaml:1:7 has a NUL byte'],
  ['latin1', Buffer.from('name: caf\xe9', 'latin1'), 'ramp.yaml:1:10 is no UTF-8 text: byte 0xe9'],
])('refuses a scenario that is %s', async (_, bytes, message) => {
  await writeFile(join(folder, 'ramp.yaml'), bytes);
  const reading = readIn(folder, 'ramp.yaml');
  await expect(reading).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
});

it('refuses a directory in the place of a scenario', async () => {
  const reading = readIn(folder, '.');
  await expect(reading).rejects.toMatchObject({ exitCode: 2, message: '. is a directory, not a file' });
});

it('finds certificates and a socket beside the scenario', async () => {
  const { scenario } = await read('', '{ socket: api.sock, tls: { insecure: true } }');
  expect(scenario.target).toEqual({ socket: join(folder, 'api.sock'), tls: { insecure: true } });
});

it('looks at certificates before anything is started', async () => {
  await writeFile(join(folder, 'no.pem'), 'hello');
  expect(await refused('', '{ socket: a, tls: { ca: gone.pem, cert: no.pem, key: no.pem } }')).toBe(
    `ramp.yaml:3:33 target.tls.ca names a file that is not there: ${join(folder, 'gone.pem')}`,
  );
  expect(await refused('', '{ socket: a, tls: { ca: no.pem } }')).toBe(
    `ramp.yaml:3:27 target.tls cannot be used: ${join(folder, 'no.pem')} holds no PEM certificate`,
  );
  expect(await refused('', '{ socket: a, tls: { cert: no.pem, key: no.pem } }')).toContain(
    'target.tls cannot be used: ',
  );
});

it('warns of a target whose certificate nobody looks at', async () => {
  const { scenario } = await read('', '{ socket: a, tls: { insecure: true } }');
  expect(warningsOf(scenario, undefined)).toEqual([
    expect.stringContaining('target.tls.insecure: any certificate was taken'),
  ]);
  expect(warningsOf((await read('')).scenario, undefined)).toEqual([]);
});

it('warns of samplers that have nothing to look at', async () => {
  const nothing = { targets: [], warnings: [] } as unknown as RunningTopology;
  const { scenario } = await read('observe: { metrics: 1s }');
  expect(warningsOf(scenario, nothing)).toEqual([
    expect.stringContaining('observe: the topology names nothing to look at'),
  ]);
  expect(warningsOf((await read('')).scenario, nothing)).toEqual([]);
});

describe('compose files', () => {
  const services = (service: string) => `services: { api: { image: x }, ${service} }`;
  async function readCompose(topology: string, target = 'api', env: Readonly<Record<string, string>> = {}) {
    await mkdir(join(folder, 'shop'), { recursive: true });
    await writeFile(join(folder, 'shop/compose.yaml'), services('job: { image: x, profiles: [jobs] }'));
    await writeFile(join(folder, 'shop/compose.override.yaml'), services('added: { image: x }'));
    await writeFile(join(folder, 'shop/other.yaml'), services('other: { image: x }'));
    const text = `name: ramp
topology: ${topology}
target: { service: ${target}, port: 80 }
load: { steps: [{ rate: 200/s, for: 5s }] }
`;
    await writeFile(join(folder, 'ramp.yaml'), text);
    return await readIn(folder, 'ramp.yaml', env);
  }
  const refusal = (...args: Parameters<typeof readCompose>) =>
    readCompose(...args).then(() => expect.unreachable('accepted'), messageOf);

  it('of a default name bring the override file beside them, of a list only what it names', async () => {
    await readCompose('{ compose: shop/compose.yaml }', 'added');
    expect(await refusal('{ compose: [shop/compose.yaml] }', 'added')).toContain('is not a service of');
    await readCompose('{ compose: [shop/compose.yaml, shop/other.yaml] }', 'other');
    await readCompose('{ compose: shop/compose.yaml, overlays: [shop/other.yaml] }', 'other');
  });

  it('are written down with their places', async () => {
    const { scenario, text } = await readCompose('{ compose: [shop/compose.yaml, shop/other.yaml] }');
    const files = [join(folder, 'shop/compose.yaml'), join(folder, 'shop/other.yaml')];
    expect(scenario.topology).toMatchObject({ compose: files[0], composeFiles: files });
    for (const file of files) expect(text).toContain(file);
    expect(await refusal('{ compose: [shop/compose.yaml, shop/gone.yaml] }')).toContain(
      'ramp.yaml:2:42 topology.compose[1] names a file that is not there',
    );
  });

  it('show a service behind a profile only when that is asked for', async () => {
    const compose = 'compose: shop/compose.yaml';
    expect(await refusal(`{ ${compose} }`, 'job')).toContain('names job, which is behind a profile');
    await readCompose(`{ ${compose}, profiles: [jobs] }`, 'job');
    await readCompose(`{ ${compose} }`, 'job', { COMPOSE_PROFILES: 'jobs' });
    expect(await refusal(`{ ${compose}, profiles: [] }`, 'job', { COMPOSE_PROFILES: 'jobs' })).toContain('profile');
  });
});
