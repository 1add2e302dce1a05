/** Faults on a real Docker engine: what only Docker can get wrong. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { connectDocker } from '../../../src/host/docker.ts';
import type { FaultAction, FaultTarget } from '../../../src/model/fault.ts';
import type { LogLine, RunningTopology, TargetChange } from '../../../src/model/topology.ts';
import { composeEngine } from '../../../src/topology/compose-engine.ts';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../../helpers/docker.ts';
import { testRun } from '../../helpers/run-context.ts';

const services = fileURLToPath(new URL('../../fixtures/services', import.meta.url));
const docker = connectDocker(process.env);
const mib = 1024 ** 2;
const folders: string[] = [];
const running: RunningTopology[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.down()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
}, 180_000);

const server = `build: ${services}, labels: { rampart.go.package: ./server, rampart.pprof.port: "8080" }`;
const listens = 'environment: { LISTEN_ADDR: ":8080" }';

/** A project of `services:`, up, with these faults asked for. */
async function up(text: string, actions: readonly FaultAction[], scale: Record<string, number> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  folders.push(folder);
  const compose = join(folder, 'compose.yaml');
  await writeFile(compose, `services:\n${text}`);
  const run = testRun();
  const faults = actions.map((action, index) => ({ name: `f${index}`, atMs: 0, action }));
  const spec = { engine: 'compose', compose, scale, env: {}, readyTimeoutMs: 20_000 };
  const topology = await composeEngine.up(spec, [], run.context, { faults, asked: [] });
  running.push(topology);
  const changes: TargetChange[] = [];
  topology.onChange((change) => changes.push(change));
  const lines: LogLine[] = [];
  topology.onLog((line) => lines.push(line));
  const { signal } = run.context;
  const targetsOf = ({ service, replica }: FaultTarget) =>
    topology.targets.filter((one) => one.service === service && (!replica || one.id === `${service}-${replica}`));
  const inject = async (action: FaultAction) => {
    const targets = 'of' in action ? targetsOf(action.of) : [];
    const fault = await topology.faults?.inject(action, targets, signal);
    return { heldUs: fault?.heldUs, undo: async () => await fault?.undo?.(signal) };
  };
  const [first] = topology.targets;
  if (!first) throw new Error('no target');
  const inspect = () => docker.inspect(first.containerId ?? '');
  return { run, topology, first, changes, lines, inject, inspect };
}

const of = { service: 'a' };

itWithDocker(
  'what was killed stays down although Docker would start it again, and comes back at its address',
  async () => {
    const kill = { kind: 'kill', of } as const;
    const text = `  a: { ${server}, ${listens}, restart: always, ports: ["127.0.0.1::8080"] }`;
    const { topology, first, changes, inject, inspect } = await up(text, [kill]);
    const { ports, pprofUrl } = structuredClone(first);
    for (let round = 0; round < 3; round++) {
      const fault = await inject(kill);
      // It is gone when its process is, not when the engine has cleared up.
      expect(fault.heldUs).toBeGreaterThan(0);
      // Docker's first delay before it starts a container again is 100 ms.
      await delay(600);
      expect((await inspect()).isRunning).toBe(false);
      await fault.undo();
      expect(first).toMatchObject({ ports, pprofUrl, isAway: false });
      expect((await fetch(`${ports['8080']}/env`)).status).toBe(200);
    }
    expect(changes).toEqual([]);
    // The one who asked is gone, and the policy is as it was: a crash is answered by Docker.
    await fetch(`${ports['8080']}/exit`).catch(() => undefined);
    await expect.poll(() => changes.map(({ event }) => event)).toEqual(['exit', 'restart']);
    await expect
      .poll(() =>
        fetch(`${ports['8080']}/env`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    expect(topology.targets[0]?.isAway).toBe(false);
  },
);

itWithDocker('each replica has ports of its own that it comes back to, also those that a fault brings', async () => {
  const restart = { kind: 'restart', of } as const;
  const scale = { kind: 'scale', service: 'a', replicas: 4 } as const;
  const text = `  a: { ${server}, ${listens}, ports: ["8080"], deploy: { replicas: 2 } }`;
  const { topology, inject } = await up(text, [restart, scale]);
  const addresses = () => topology.targets.map(({ ports }) => ports['8080']);
  const before = addresses();
  expect(new Set(before).size).toBe(4);
  const scaled = await inject(scale);
  const restarted = inject(restart);
  await restarted;
  expect(addresses()).toEqual(before);
  const environments = await Promise.all(
    before.map(async (address) => (await (await fetch(`${address}/env`)).json()) as Record<string, string>),
  );
  expect(new Set(environments.map(({ HOSTNAME: _, ...same }) => JSON.stringify(same))).size).toBe(1);
  await scaled.undo();
  expect(topology.targets.map(({ isAway }) => isAway)).toEqual([false, false, true, true]);
});

itWithDocker('scale from none to some and back to none', async () => {
  const scale = { kind: 'scale', service: 'b', replicas: 2 } as const;
  const text = `  a: { ${server}, ${listens} }\n  b: { ${server}, ${listens}, ports: ["127.0.0.1::8080"] }`;
  const { topology, inject } = await up(text, [scale], { b: 0 });
  const there = () => topology.targets.filter(({ isAway }) => !isAway).map(({ id }) => id);
  expect(there()).toEqual(['a-1']);
  const fault = await inject(scale);
  expect(there()).toEqual(['a-1', 'b-1', 'b-2']);
  await fault.undo();
  expect(there()).toEqual(['a-1']);
});

itWithDocker('is stopped by the signal of its service, and killed after its grace', async () => {
  const restart = { kind: 'restart', of } as const;
  const none = { kind: 'scale', service: 'a', replicas: 0 } as const;
  const gentle = `  a: { ${server}, ${listens}, stop_signal: SIGINT }`;
  const one = await up(gentle, [none]);
  const fault = await one.inject(none);
  // SIGTERM would have been heard; Go ends with 2 on SIGINT.
  expect((await one.inspect()).exitCode).toBe(2);
  await fault.undo();
  const deaf = `  a: { ${server}, environment: { LISTEN_ADDR: ":8080", IGNORE_TERM: "1" }, stop_grace_period: 1s }`;
  const other = await up(deaf, [restart, none]);
  await other.inject(restart);
  await other.inject(none);
  expect((await other.inspect()).exitCode).toBe(137);
  expect([...one.changes, ...other.changes]).toEqual([]);
});

itWithDocker('limits are as they were, however they were given', async () => {
  const cpu = { kind: 'cpu', of, cores: 0.3 } as const;
  const memory = { kind: 'memory', of, limitBytes: 48 * mib } as const;
  for (const [limits, cpus] of [
    ['cpus: 1.5, mem_limit: 100m, memswap_limit: 150m', 1.5],
    ['cpu_period: 50000, cpu_quota: 40000, mem_limit: 100m', 0.8],
    ['mem_limit: 100m, memswap_limit: -1', undefined],
  ] as const) {
    const { inject, inspect, first, topology } = await up(`  a: { ${server}, ${listens}, ${limits} }`, [cpu, memory]);
    const before = await inspect();
    expect(before.limits).toEqual({ cpus, memoryBytes: 100 * mib });
    const both = [await inject(cpu), await inject(memory)];
    expect((await inspect()).limits).toEqual({ cpus: 0.3, memoryBytes: 48 * mib });
    for (const fault of both) await fault.undo();
    expect((await inspect()).limits).toEqual(before.limits);
    const swapOf = ({ resources: { memorySwap } }: typeof before) =>
      memorySwap > 0 && memorySwap < 2 ** 62 ? memorySwap : -1;
    expect(swapOf(await inspect())).toBe(swapOf(before));
    expect(first.isAway).toBe(false);
    await topology.down();
  }
});

itWithDocker('what is killed for want of memory is told, also when Docker starts it again', async () => {
  const memory = { kind: 'memory', of, limitBytes: 40 * mib } as const;
  const text = `  a: { ${server}, ${listens}, restart: always, ports: ["127.0.0.1::8080"] }`;
  const { first, changes, inject, inspect } = await up(text, [memory]);
  const fault = await inject(memory);
  await fetch(`${first.ports['8080']}/hold?mib=96`).catch(() => undefined);
  await expect
    .poll(() => changes)
    .toMatchObject([
      { event: 'exit', target: 'a-1', message: 'a-1 exited with code 137 (killed: out of memory)' },
      { event: 'restart', target: 'a-1' },
    ]);
  // The limit is that of the container, whatever runs in it.
  expect((await inspect()).limits.memoryBytes).toBe(40 * mib);
  await fault.undo();
  expect((await inspect()).limits.memoryBytes).toBeUndefined();
});

/** Control groups of version 2 take any limit, and the kernel kills. */
const refusesLimits = !existsSync('/sys/fs/cgroup/cgroup.controllers');

it.skipIf(!hasDocker || !refusesLimits)(
  'a limit below what is in use cannot be, and leaves all as it was',
  async () => {
    const memory = { kind: 'memory', of, limitBytes: 16 * mib } as const;
    const text = `  a: { ${server}, ${listens}, ports: ["127.0.0.1::8080"] }`;
    const { first, inject, inspect } = await up(text, [memory]);
    await fetch(`${first.ports['8080']}/hold?mib=64`);
    await expect(inject(memory)).rejects.toMatchObject({
      code: 'fault-failed',
      message: expect.stringMatching(/cannot limit memory to 16 MiB of a-1: it uses more already/),
    });
    expect((await inspect()).limits).toEqual({});
    expect((await fetch(`${first.ports['8080']}/env`)).status).toBe(200);
  },
);

itWithDocker('what the file does not allow is refused before anything is built, all at once', async () => {
  const text = `
  a: { ${server}, container_name: a-name-of-its-own, depends_on: { once: { condition: service_completed_successfully } } }
  b: { ${server}, ports: ["127.0.0.1:18080:8080"] }
  once: { ${server} }`;
  const wrong: FaultAction[] = [
    { kind: 'scale', service: 'a', replicas: 2 },
    { kind: 'scale', service: 'b', replicas: 3 },
    { kind: 'kill', of: { service: 'once' } },
    { kind: 'pause', of: { service: 'b', replica: 9 } },
    { kind: 'pause', of: { service: 'c' } },
  ];
  await expect(up(text, wrong)).rejects.toMatchObject({
    code: 'fault-refused',
    exitCode: 2,
    message: expect.stringMatching(
      /no b#9.*\n.*c is no service(?:.*\n)+.*a cannot be scaled: its container_name(?:.*\n)+.*b cannot be scaled: port 8080 is published at host port 18080(?:.*\n)+.*once runs to its end/,
    ),
  });
});

itWithDocker(
  'load finds a service again that was killed or restarted, and loses nothing before and after',
  async () => {
    const directory = workDirectory();
    const text = `services:\n  a: { ${server}, ${listens}, restart: always, ports: ["127.0.0.1::8080"] }`;
    await writeFile(join(directory, 'compose.yaml'), text);
    await writeFile(
      join(directory, 'faults.yaml'),
      `name: found-again
topology: { compose: compose.yaml }
target: { service: a, port: 8080 }
load:
  request: { path: /env }
  steps:
    - { name: before, rate: 50/s, for: 2s }
    - { name: with, rate: 50/s, for: 6s }
    - { name: after, rate: 50/s, for: 4s }
faults:
  - { at: 2s, for: 1s, kill: a }
  - { at: 5s, restart: a }
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: { schedtrace: 500ms, gctrace: true, containers: 500ms }
`,
    );
    const { stderr } = await cli(['run', 'faults.yaml', '--engine', 'compose', '--out', 'run'], directory);
    const result = readResult(join(directory, 'run'));
    expect(result.status, stderr).toBe('complete');
    const failedIn = (name: string) => result.steps.find((step) => step.name === name)?.load.failed;
    expect([failedIn('before'), failedIn('after')]).toEqual([0, 0]);
    expect(failedIn('with')).toBeGreaterThan(0);
    expect(result.faults?.map(({ name, failed }) => [name, failed])).toEqual([
      ['kill-a', undefined],
      ['restart-a', undefined],
    ]);
    const cpu = result.series.find(({ name }) => name === 'container.cpu_percent')?.points ?? [];
    for (const [, percent] of cpu) expect(percent).toBeGreaterThanOrEqual(0);
  },
);
