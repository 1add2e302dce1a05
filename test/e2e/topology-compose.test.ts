/** The compose engine against a real engine: what only Docker can get wrong. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { composeEngine } from '../../src/topology/compose-engine.ts';
import { externalEngine } from '../../src/topology/external-engine.ts';
import { itWithDocker } from '../helpers/docker.ts';
import { type TestRun, testRun } from '../helpers/run-context.ts';

const services = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const compose = join(services, 'compose.yaml');
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function fileWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text.replaceAll('SERVICES', services));
  return join(folder, 'compose.yaml');
}

async function up(run: TestRun, changes: Partial<ComposeTopology>) {
  const spec: ComposeTopology = { engine: 'compose', compose, scale: {}, env: {}, readyTimeoutMs: 60_000, ...changes };
  return await composeEngine.up(spec, [], run.context);
}

async function thingsOf({ context }: TestRun): Promise<string[]> {
  const things = await connectDocker(context.env).things(`dev.rampart.run=${context.runId}`);
  return things.map(({ id }) => id);
}

const service =
  'build: SERVICES, labels: { rampart.go.package: ./server, rampart.pprof.port: "8080" }, environment: { LISTEN_ADDR: ":8080" }';

itWithDocker("a build that fails shows the builder's last lines", async () => {
  const run = testRun();
  const file = await fileWith({
    'compose.yaml': 'services: { a: { build: . } }',
    Dockerfile: 'FROM scratch\nCOPY missing-file /x\n',
  });
  await expect(up(run, { compose: file })).rejects.toMatchObject({
    code: 'image-build',
    exitCode: 3,
    message: expect.stringMatching(/building the images failed\n(.*\n)*.*missing-file/),
  });
  expect(await thingsOf(run)).toEqual([]);
});

itWithDocker('a published port that is taken is named, with a way out', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const run = testRun();
  const file = await fileWith({ 'compose.yaml': `services: { a: { ${service}, ports: ["127.0.0.1:${port}:8080"] } }` });
  await expect(up(run, { compose: file })).rejects.toMatchObject({
    code: 'port-taken',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    hint: expect.stringContaining('127.0.0.1::8080'),
  });
  blocker.close();
  expect(await thingsOf(run)).toEqual([]);
});

itWithDocker('an image that cannot be had is an error of the environment', async () => {
  const run = testRun();
  const file = await fileWith({ 'compose.yaml': 'services: { a: { image: "127.0.0.1:9/nobody/nothing:1" } }' });
  await expect(up(run, { compose: file })).rejects.toMatchObject({
    code: expect.stringMatching(/^image-(?:pull|missing)$/),
    exitCode: 3,
  });
  expect(await thingsOf(run)).toEqual([]);
});

itWithDocker('a mistake in the file is told in the words of Compose, before anything is started', async () => {
  const file = await fileWith({ 'compose.yaml': 'services: { a: { image: x, imaage: x } }' });
  await expect(up(testRun(), { compose: file })).rejects.toMatchObject({
    code: 'compose-invalid',
    exitCode: 2,
    message: expect.stringMatching(/compose\.yaml: .*imaage/),
  });
});

itWithDocker('a target that never becomes ready is shown with its answer and lines, and taken down', async () => {
  const run = testRun();
  const failure = up(run, { env: { front: { NEVER_READY: '1' } }, readyTimeoutMs: 6000 });
  await expect(failure).rejects.toMatchObject({
    code: 'not-ready',
    message: expect.stringMatching(/1 of 3 .*6s\nfront-1: .*503: 2 of 2 peers registered\n(.*\n)*.*hello on stderr/),
  });
  expect(await thingsOf(run)).toEqual([]);
});

itWithDocker('a project that already runs can be attached to, and goes on running', async () => {
  const run = testRun();
  const topology = await up(run, {});
  const project = `rampart-${run.context.runId}`;
  const attached = await externalEngine.up(
    { engine: 'external', project, targets: [], readyTimeoutMs: 60_000 },
    [],
    testRun().context,
  );
  // Only who built a binary knows where it is, and only who can take a replica away that it is there.
  expect(attached.targets).toEqual(topology.targets.map(({ binary: _, isAway: __, ...target }) => target));
  const line = new Promise((resolve) => attached.onLog(resolve));
  const address = attached.targets[0]?.ports['8080'];
  await fetch(`${address}/print?text=seen`);
  expect(await line).toMatchObject({ target: 'back-1', stream: 'stdout', text: 'seen' });
  await attached.down();
  expect((await fetch(`${address}/env`)).status).toBe(200);
  await topology.down();
});

itWithDocker('a project that does not run is said to be missing', async () => {
  const failure = externalEngine.up(
    { engine: 'external', project: 'nobody', targets: [], readyTimeoutMs: 100 },
    [],
    testRun().context,
  );
  await expect(failure).rejects.toMatchObject({ code: 'project-missing', exitCode: 3 });
});

itWithDocker('an engine on another machine is refused', async () => {
  const run = testRun({ DOCKER_HOST: 'tcp://192.0.2.1:2375' });
  await expect(up(run, {})).rejects.toMatchObject({ code: 'docker-remote', exitCode: 3 });
});
