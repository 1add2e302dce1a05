/** How often a project is started whose ports somebody took, with a docker command that says so as Docker does. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createSecrets } from '../../../src/model/secrets.ts';
import { createContainers } from '../../../src/topology/compose/create.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** Starts a project that publishes port 8080 of its container; the first `failures` starts find port `taken` taken. How often it started. */
async function startsOf(failures: number, taken: number, published = '0') {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-create-'));
  folders.push(folder);
  const docker = join(folder, 'docker');
  const said = `failed to bind port 127.0.0.1:${taken}/tcp: Error starting userland proxy: listen tcp4 127.0.0.1:${taken}: bind: address already in use`;
  await writeFile(
    docker,
    `#!/bin/sh\necho "$*" >> ${folder}/calls\n[ "$(wc -l < ${folder}/calls)" -gt ${failures} ] && exit 0\necho 'Error response from daemon: ${said}' >&2\nexit 1\n`,
  );
  await chmod(docker, 0o755);
  const port = { target: 8080, published, protocol: 'tcp', host_ip: '127.0.0.1' };
  const project = { services: { shop: { image: 'shop:1', ports: [port] } } };
  const use = {
    project: 'rampart-test',
    folder,
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    signal: new AbortController().signal,
    secrets: createSecrets(),
  };
  const outcome = await createContainers(use, { atStart: [{ project }], later: [] }).then(
    () => 'started',
    (error: unknown) => error,
  );
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
  expect(calls.every((call) => / up --detach /.test(call))).toBe(true);
  return { outcome, starts: calls.length };
}

it('starts it again where the engine chose a port that somebody took meanwhile', async () => {
  expect(await startsOf(2, 49_153)).toEqual({ outcome: 'started', starts: 3 });
});

it('gives up after five starts', async () => {
  const { outcome, starts } = await startsOf(9, 49_153);
  expect(starts).toBe(5);
  expect(outcome).toMatchObject({ code: 'port-taken', exitCode: 3 });
});

it('starts it once where the project names the port', async () => {
  const { outcome, starts } = await startsOf(9, 8080, '8080');
  expect(starts).toBe(1);
  expect(outcome).toMatchObject({ code: 'port-taken' });
});
