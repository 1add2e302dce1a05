/** What changes or dies under a running load is told with its cause: GOMAXPROCS that the runtime itself lowers, a container without memory. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cli, composeFile, pidOf, readResult, startCli, workDirectory, writeScenario } from '../../helpers/cli.ts';
import { itWithDocker } from '../../helpers/docker.ts';

it.skipIf(availableParallelism() < 2)(
  'Go 1.25 and later lowers GOMAXPROCS when its CPUs become fewer; series and an event follow it',
  async () => {
    const directory = workDirectory();
    writeScenario(directory, [['for: 3s', 'for: 5s']]);
    const run = startCli(['run', 'short.yaml', '--engine', 'process', '--out', 'run'], directory);
    await run.sees('] warm-up');
    execFileSync('taskset', ['--all-tasks', '--pid', '1', String(pidOf('loadbalancer', run))]);
    await run.end;
    const { events, series } = readResult(join(directory, 'run'));
    expect(events.filter(({ kind }) => kind === 'gomaxprocs')).toMatchObject([
      {
        target: 'loadbalancer-1',
        message: expect.stringMatching(/^GOMAXPROCS went from \d+ to 1, as schedtrace tells$/),
      },
    ]);
    for (const name of ['sched.gomaxprocs', 'go.gomaxprocs']) {
      const points = series.find((each) => each.name === name && each.target === 'loadbalancer-1')?.points ?? [];
      expect(points[0]?.[1], name).toBeGreaterThan(1);
      expect(points.at(-1)?.[1], name).toBe(1);
    }
  },
);

// The program stands in memory (/dev/shm): its pages on a disk would be taken back from a container that is full and read
// again, over and over, and the kernel does not kill for as long as it finds any.
itWithDocker('a container that runs out of memory under load is told with its limit', async () => {
  const directory = workDirectory();
  const memory = mkdtempSync('/dev/shm/rampart-e2e-');
  chmodSync(memory, 0o755);
  onTestFinished(() => rmSync(memory, { recursive: true }));
  execFileSync('go', ['build', '-o', memory, './downstream'], {
    cwd: dirname(composeFile),
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  writeFileSync(
    join(directory, 'compose.yaml'),
    `services:
  api:
    build: { context: ${dirname(composeFile)}, target: image, args: { SERVICE: downstream } }
    entrypoint: [/memory/downstream]
    volumes: ["${memory}:/memory:ro"]
    environment: { ALLOC_BYTES: 32MiB, DELAY: 3s }
    ports: ["127.0.0.1::8080", "127.0.0.1::6060"]
    mem_limit: 64m
    memswap_limit: 64m
    labels: { rampart.go.package: ./downstream, rampart.metrics.port: "6060", rampart.ready.port: "8080", rampart.ready.path: /healthz }
`,
  );
  writeFileSync(
    join(directory, 'full.yaml'),
    `name: full
topology: { engine: compose, compose: compose.yaml }
target: { service: api, port: 8080 }
load: { steps: [{ rate: 50/s, for: 20s }] }
observe: { containers: 1s }
`,
  );
  const { code, stderr } = await cli(['run', 'full.yaml', '--out', 'run'], directory);
  expect(code, stderr).toBe(4);
  const { events, series } = readResult(join(directory, 'run'));
  const [first, ...later] = events.filter(({ target }) => target === 'api-1');
  expect(first).toMatchObject({ kind: 'oom', message: 'out of memory: its limit is 64 MiB' });
  // The engine tells once for each thread that the kernel found waiting for memory.
  expect(later.at(-1)).toMatchObject({
    kind: 'exit',
    message: 'api-1 exited with code 137 (killed: out of memory)',
  });
  const limit = series.find(({ name }) => name === 'container.memory_limit_mib');
  expect(new Set(limit?.points.map(([, value]) => value))).toEqual(new Set([64]));
});
