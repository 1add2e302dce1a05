/** The process engine with real Go programs: replicas, environment, failures at start, and nothing left behind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runVariable } from '../../src/host/owner.ts';
import { findProcesses } from '../../src/host/processes.ts';
import { readGoBuild } from '../../src/host/program-build.ts';
import type { RunningTopology, TargetExit } from '../../src/model/topology.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { type TestRun, testRun } from '../helpers/run-context.ts';

const services = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const compose = join(services, 'compose.yaml');
const running: RunningTopology[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.down()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function up(changes: Partial<ComposeTopology>, run: TestRun = testRun(), goDebug: string[] = []) {
  const spec: ComposeTopology = { engine: 'process', compose, scale: {}, env: {}, readyTimeoutMs: 50_000, ...changes };
  const topology = await processEngine.up(spec, goDebug, run.context);
  running.push(topology);
  return topology;
}

async function envOf(topology: RunningTopology, id: string): Promise<Record<string, string>> {
  const target = topology.targets.find((one) => one.id === id);
  return (await (await fetch(`${target?.ports['8080']}/env`)).json()) as Record<string, string>;
}

function processesOf(run: TestRun): number[] {
  return findProcesses(runVariable, [runVariable])
    .filter(({ variables }) => variables[runVariable] === run.context.runId)
    .map(({ pid }) => pid);
}

async function composeFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-compose-'));
  folders.push(folder);
  await writeFile(join(folder, 'compose.yaml'), text.replaceAll('SERVICES', services));
  return join(folder, 'compose.yaml');
}

const one = (more: string) => `services:
  one:
    build: SERVICES
    labels: { rampart.go.package: ./server, rampart.pprof.port: "8080" }
    ports: ["8080"]
${more}`;
const listen = `    environment: { LISTEN_ADDR: "\${RAMPART_IP}:8080" }\n`;

describe('replicas', () => {
  it('each get an address, a pid and a name of their own, and their peers by name', async () => {
    const topology = await up({ scale: { back: 3 } });
    expect(topology.targets.map((target) => target.id)).toEqual(['back-1', 'back-2', 'back-3', 'front-1']);
    const addresses = topology.targets.map((target) => target.ports['8080'] ?? '');
    expect(new Set(addresses).size).toBe(4);
    for (const address of addresses) expect(address).toMatch(/^http:\/\/127\.\d+\.\d+\.\d+:8080$/);
    expect((await envOf(topology, 'front-1')).BACK).toBe(addresses[0]);
    expect(topology.targets[3]).toMatchObject({
      pprofUrl: `${addresses[3]}/debug/pprof`,
      metricsUrl: `${addresses[3]}/env`,
      pid: expect.any(Number),
    });
  });

  it('get the environment and arguments of their service, the scenario on top, and nothing of the user but what a process needs', async () => {
    const run = testRun({ GOGC: '7', SECRET: 'x' });
    const topology = await up({ env: { front: { GOMAXPROCS: '2' } } }, run, ['schedtrace=1000']);
    const front = await envOf(topology, 'front-1');
    expect(front).toMatchObject({ GOMAXPROCS: '2', GODEBUG: 'madvdontneed=1,schedtrace=1000' });
    expect(front).not.toHaveProperty('GOGC');
    expect(front).not.toHaveProperty('SECRET');
    const back = await envOf(topology, 'back-1');
    expect(back).toMatchObject({ ARGS: '-name back', GODEBUG: 'schedtrace=1000' });
    expect(back).not.toHaveProperty('GOMAXPROCS');
  });

  it('get their arguments from entrypoint and command, where the first word of an entrypoint is the binary', async () => {
    const file = await composeFile(one(`${listen}    entrypoint: ["/service", "-a"]\n    command: -b "c d"\n`));
    expect(await envOf(await up({ compose: file }), 'one-1')).toMatchObject({ ARGS: '-a -b c d' });
  });

  it('may insist on the variables that only a run can set', async () => {
    const insist = `    environment: { LISTEN_ADDR: "\${RAMPART_IP:?}:8080", SELF: "\${ONE_HOST:?}", PLAIN: "$ONE_HOST" }\n`;
    const topology = await up({ compose: await composeFile(one(insist)) });
    const { hostname } = new URL(topology.targets[0]?.ports['8080'] ?? '');
    expect(await envOf(topology, 'one-1')).toMatchObject({ SELF: hostname, PLAIN: hostname });
    expect(topology.warnings).toEqual([]);
  });

  it('of two runs at the same time do not meet', async () => {
    const [first, second] = await Promise.all([up({}), up({})]);
    const all = [...first.targets, ...second.targets].map((target) => target.ports['8080']);
    expect(new Set(all).size).toBe(6);
  });
});

describe('what the image would have', () => {
  const image = (command: string) => `services:
  one:
    build:
      context: SERVICES
      dockerfile_inline: |
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY . .
        RUN CGO_ENABLED=0 go build -tags image -o /out/service ./server
        FROM alpine
        ENV GOGC=50 FROM_IMAGE="a b"
        ENV OWN=image
        COPY --from=build /out/service /app/service
        WORKDIR /app
        CMD ["/app/service", "-name", "image"]
    environment: { LISTEN_ADDR: "\${RAMPART_IP}:8080", OWN: service }
    expose: ["8080"]
${command}`;

  it('is there: the build of its Dockerfile, its variables below those of the service, its command', async () => {
    const topology = await up({ compose: await composeFile(image('')) });
    expect(await envOf(topology, 'one-1')).toMatchObject({
      GOGC: '50',
      FROM_IMAGE: 'a b',
      OWN: 'service',
      ARGS: '-name image',
    });
    const build = await readGoBuild(`/proc/${topology.targets[0]?.pid}/exe`);
    expect(build?.settings).toMatchObject({ '-tags': 'image', CGO_ENABLED: '0' });
  });

  it.each([
    ['a relative path', './service -name b'],
    ['a shell with one program', 'sh -c "exec /app/service -name $$OWN"'],
    ['go run', 'go run ./server -name b'],
  ])('starts with the command of the service: %s', async (_, command) => {
    const topology = await up({ compose: await composeFile(image(`    command: ${command}\n`)) });
    expect(await envOf(topology, 'one-1')).toMatchObject({
      GOGC: '50',
      ARGS: command.includes('OWN') ? '-name service' : '-name b',
    });
  });

  it('is refused before anything is built where it is more than one program', async () => {
    const file = await composeFile(image('    command: air -c .air.toml\n'));
    await expect(up({ compose: file })).rejects.toMatchObject({
      code: 'not-local',
      exitCode: 2,
      message: expect.stringMatching(/service one: the command "air" builds and starts the service again/),
      hint: expect.stringMatching(/rampart\.go\.args.*--engine compose/),
    });
  });

  it('is built with cgo or without, as the user has it', async () => {
    for (const cgo of ['0', '1']) {
      const topology = await up({ compose: await composeFile(one(listen)) }, testRun({ CGO_ENABLED: cgo }));
      const build = await readGoBuild(`/proc/${topology.targets[0]?.pid}/exe`);
      expect(build?.settings).toMatchObject({ CGO_ENABLED: cgo });
      await topology.down();
    }
  });
});

describe('peers', () => {
  it('are reached by the names that Compose gives them, and that is told', async () => {
    const file = await composeFile(`${one(listen)}    container_name: shop-one
  two:
    build: SERVICES
    labels: { rampart.go.package: ./server }
    expose: ["8080"]
    environment: { LISTEN_ADDR: "\${RAMPART_IP}:8080", BACK: "http://one:8080", OTHER: "shop-one:8080", SERVICE_NAME: one }
`);
    const topology = await up({ compose: file });
    const address = topology.targets.find(({ id }) => id === 'one-1')?.ports['8080'] ?? '';
    const { host } = new URL(address);
    expect(await envOf(topology, 'two-1')).toMatchObject({ BACK: address, OTHER: host, SERVICE_NAME: 'one' });
    expect(topology.warnings).toEqual([
      expect.stringMatching(/^two: its BACK names one, which is 127\.[\d.]+ here$/),
      expect.stringMatching(/^two: its OTHER names shop-one, which is 127\./),
    ]);
  });
});

describe('a start that fails', () => {
  it('names the target that died, its exit code and its last lines', async () => {
    const run = testRun();
    await expect(up({ env: { back: { DIE: '3' } } }, run)).rejects.toMatchObject({
      code: 'target-died',
      exitCode: 3,
      message: expect.stringMatching(/back-\d exited with code 3 before it was ready\n.*fatal: no database/),
    });
    expect(processesOf(run)).toEqual([]);
  });

  it('says who is not ready, what it answered, and what it printed', async () => {
    const run = testRun();
    const failure = up({ env: { front: { NEVER_READY: '1' } }, readyTimeoutMs: 600 }, run);
    await expect(failure).rejects.toMatchObject({
      code: 'not-ready',
      exitCode: 3,
      message: expect.stringMatching(
        /1 of 3 targets not ready after 600ms\nfront-1: http:.* answered 503: 2 of 2 peers registered\n(.*\n)*.*hello on std/,
      ),
    });
    expect(processesOf(run)).toEqual([]);
  });

  it("shows the compiler's own lines", async () => {
    const file = await composeFile('services: { bad: { build: SERVICES, labels: { rampart.go.package: ./broken } } }');
    await expect(up({ compose: file })).rejects.toMatchObject({
      code: 'go-build',
      exitCode: 3,
      message: expect.stringMatching(/service bad(.*\n)*.*main\.go:5:2: undefined: undefinedName/),
    });
  });

  it('says who holds a port that is taken on all addresses', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '0.0.0.0', resolve));
    const { port } = blocker.address() as { port: number };
    const file = await composeFile(one(listen).replaceAll('8080', String(port)));
    await expect(up({ compose: file })).rejects.toMatchObject({
      code: 'port-taken',
      message: expect.stringMatching(
        new RegExp(`127\\.[\\d.]+:${port}.*one-1.*pid ${process.pid} .*0\\.0\\.0\\.0:${port}`),
      ),
    });
    blocker.close();
  });

  it('takes no other replica for the one that it asks', async () => {
    const run = testRun();
    const file = await composeFile(`services:
  one:
    build: SERVICES
    labels: { rampart.go.package: ./server }
    expose: ["18433"]
    environment: { LISTEN_ADDR: ":18433" }
  two:
    build: SERVICES
    labels: { rampart.go.package: ./server }
    expose: ["18433"]
    environment: { LISTEN_ADDR: "\${RAMPART_IP}:18434" }
`);
    await expect(up({ compose: file }, run)).rejects.toMatchObject({
      code: 'port-shared',
      message: expect.stringMatching(/^127\.[\d.]+:18433 of two-1 is answered by one-1 \(pid \d+\)$/),
      hint: expect.stringContaining('RAMPART_IP'),
    });
    expect(processesOf(run)).toEqual([]);
  });

  it('explains replicas that all bind the same port on all addresses', async () => {
    const file = await composeFile(one('    environment: { LISTEN_ADDR: ":18431" }\n'));
    const failure = up({ compose: file, scale: { one: 2 } });
    await expect(failure).rejects.toThrow(/port 18431 on all addresses is taken by pid \d+.*RAMPART_IP/);
  });

  it('takes down what it started when the run is aborted while it waits', async () => {
    const run = testRun();
    const starting = up({ env: { front: { NEVER_READY: '1' } } }, run);
    const failure = expect(starting).rejects.toThrow('stop now');
    await expect.poll(() => processesOf(run).length, { timeout: 50_000 }).toBe(3);
    run.abort.abort(new Error('stop now'));
    await failure;
    expect(processesOf(run)).toEqual([]);
  });

  it('starts nothing when the run was aborted before', async () => {
    const run = testRun();
    run.abort.abort(new Error('never mind'));
    await expect(up({}, run)).rejects.toThrow('never mind');
  });

  it('refuses what only Docker can do, all reasons at once, and says the way out', async () => {
    const file = await composeFile(
      'services:\n  a: { image: redis }\n  b: { extends: a, secrets: [s] }\nsecrets: { s: { file: s } }\n',
    );
    await expect(up({ compose: file })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /service a: .*image "redis"\n.*service b: it mounts secrets\n.*service b: .*image "redis"/,
      ),
      hint: expect.stringContaining('--engine compose'),
    });
  });

  it('refuses services that the compose file does not have', async () => {
    await expect(up({ scale: { bakc: 2 }, env: { frnt: {} } })).rejects.toThrow(
      /topology\.scale\.bakc is no service of .*\(it has: back, front\)\ntopology\.env\.frnt/,
    );
  });
});

describe('a running topology', () => {
  it('passes lines on with their target and stream, stamped on the run clock', async () => {
    const run = testRun();
    const topology = await up({}, run);
    const sentUs = run.context.clock.nowUs();
    const line = new Promise((resolve) => topology.onLog((each) => each.text === 'marker' && resolve(each)));
    await fetch(`${topology.targets[0]?.ports['8080']}/print?text=marker`);
    expect(await line).toMatchObject({ target: 'back-1', stream: 'stdout', text: 'marker', atUs: expect.any(Number) });
    expect(((await line) as { atUs: number }).atUs).toBeGreaterThanOrEqual(sentUs);
  });

  it('reports a target that stops although nobody asked, but not those it stops itself', async () => {
    const topology = await up({});
    const exits: TargetExit[] = [];
    const first = new Promise<void>((resolve) => {
      topology.onChange((exit) => {
        exits.push(exit);
        resolve();
      });
    });
    await fetch(`${topology.targets[1]?.ports['8080']}/exit`).catch(() => undefined);
    await first;
    await topology.down();
    expect(exits).toEqual([
      { event: 'exit', target: 'back-2', message: 'back-2 exited with code 7', atUs: expect.any(Number) },
    ]);
  });

  it('warns of limits that a local process does not feel', async () => {
    const file = await composeFile(
      one(`${listen}    cpus: 0.5\n    deploy: { resources: { limits: { memory: 64M } } }\n`),
    );
    const topology = await up({ compose: file });
    expect(topology.warnings).toEqual([
      'not enforced for local processes: one cpus: 0.5, deploy.resources.limits.memory: "64M"',
    ]);
  });

  it('leaves no process when it goes down, not even a child of a child or one that ignores SIGTERM; twice is fine', async () => {
    const run = testRun();
    const file = await composeFile(
      one(`${listen}    stop_grace_period: 100ms\n`).replace(
        'LISTEN_ADDR',
        'IGNORE_TERM: "1", SPAWN: "1", CHILD_ADDR: "127.15.0.1:18432", LISTEN_ADDR',
      ),
    );
    const topology = await up({ compose: file }, run);
    await expect.poll(() => processesOf(run).length).toBe(2);
    await Promise.all([topology.down(), topology.down()]);
    expect(processesOf(run)).toEqual([]);
    await topology.down();
  });
});
