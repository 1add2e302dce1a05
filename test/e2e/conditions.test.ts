/** Conditions and faults of a real service on the process engine: what it says of itself by its own clock is the truth. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { RunManifest } from '../../src/model/raw-run.ts';
import { type RunResult, runResultSchema } from '../../src/model/run-result.ts';
import { type CliEnd, cli, readResult, servicesRunning, workDirectory } from '../helpers/cli.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const services = fileURLToPath(new URL('../fixtures/services', import.meta.url));

/** Two nodes that are well only some time after their start, longer than a busy machine takes to see them, and what is asked of them. */
function write(directory: string, change: object = {}, topology: object = {}): string {
  const node = {
    build: services,
    environment: { LISTEN_ADDR: '$' + '{RAMPART_IP:-0.0.0.0}:8080', SETTLES_AFTER: '3s' },
    deploy: { replicas: 2 },
    ports: ['127.0.0.1::8080'],
    labels: { 'rampart.go.package': './server', 'rampart.pprof.port': '8080', 'rampart.metrics.port': '8080' },
  };
  writeFileSync(join(directory, 'compose.yaml'), stringify({ services: { node } }));
  const settled = { service: 'node', http: '/state', json: 'settled', equals: true };
  const scenario = {
    name: `conditions-${directory.split('-').at(-1)}`,
    topology: { compose: 'compose.yaml', engine: 'process', ...topology },
    target: { service: 'node', port: 8080 },
    load: { request: { path: '/self' }, idle: '0s', steps: [{ rate: '20/s', for: '11s' }] },
    // How late a busy machine sends says nothing of conditions.
    validity: { maxLagP99: '10s', maxOwnShare: 1, maxLoopShare: 1, minSentShare: 0 },
    conditions: {
      settled,
      agreed: { service: 'node', agree: '/state', json: 'settled' },
      counted: { service: 'node', metric: 'server_settled', equals: 1 },
      printed: { service: 'node', log: 'settled at \\d+', replicas: 'any' },
    },
    ...change,
  };
  writeFileSync(join(directory, 'scenario.yaml'), stringify(scenario));
  return 'scenario.yaml';
}

/** When a node said that it was well, microseconds on the run's clock. */
function settledUs(directory: string, target: string): number[] {
  const manifest = JSON.parse(readFileSync(join(directory, 'run/raw/manifest.json'), 'utf8')) as RunManifest;
  const log = readFileSync(join(directory, `run/logs/${target}.log`), 'utf8');
  return [...log.matchAll(/settled at (\d+)/g)].map(([, us]) => Number(us) - Date.parse(manifest.startedAt) * 1000);
}

describe('a run that waits for a condition, and kills a node', () => {
  let directory: string;
  let end: CliEnd;
  let result: RunResult;
  beforeAll(async () => {
    directory = workDirectory();
    const faults = [{ name: 'gone', at: '1s', for: '1s', kill: 'node#2' }];
    const slo = ['converged(settled, after end of gone) < 60s', 'converged(settled, after start) < 100ms'];
    const topology = { ready: { within: '20s', when: ['settled'] } };
    const file = write(
      directory,
      { faults, slo, roles: { well: { service: 'node', http: '/state', json: 'settled', equals: true } } },
      topology,
    );
    end = await cli(['run', file, '--out', 'run'], directory);
    result = readResult(join(directory, 'run'));
  }, 120_000);

  const convergence = (condition: string, event: string) =>
    result.convergences?.find((each) => each.condition === condition && each.event === event);

  it('has a result that follows its schema, and ends as its rules say', () => {
    expect(runResultSchema.safeParse(result).error).toBeUndefined();
    expect(result.status, end.stderr).toBe('complete');
    expect(result.slo.map(({ rule, outcome }) => [rule, outcome])).toEqual([
      ['converged(settled, after end of gone) < 60s', 'pass'],
      ['converged(settled, after start) < 100ms', 'fail'],
    ]);
    // A machine that gave the generator no processor says nothing of conditions either.
    expect(result.validity.reasons.filter(({ code }) => !code.startsWith('generator-'))).toEqual([]);
    expect(end.code).toBe(result.validity.verdict === 'valid' ? 1 : 4);
    expect(servicesRunning()).toEqual([]);
  });

  it('tells when the nodes were well after their start, as they say themselves', () => {
    const truthUs = Math.max(...['node-1', 'node-2'].map((target) => settledUs(directory, target)[0] ?? 0));
    for (const condition of ['settled', 'counted']) {
      const { state, fromUs = 0, tookUs = 0, uncertaintyUs = 0 } = convergence(condition, 'start') ?? {};
      expect(state).toBe('converged');
      expect(fromUs).toBeLessThan(0);
      // Wall clocks are known to the millisecond.
      expect(fromUs + tookUs).toBeGreaterThanOrEqual(truthUs - 2000);
      expect(fromUs + tookUs - uncertaintyUs).toBeLessThanOrEqual(truthUs + 2000);
    }
  });

  it('tells when all was well after the end of the fault, by each kind of question', () => {
    const [, truthUs = 0] = settledUs(directory, 'node-2');
    for (const condition of ['settled', 'agreed', 'counted', 'printed']) {
      const { state, fromUs = 0, tookUs = 0, uncertaintyUs = 0 } = convergence(condition, 'fault-end') ?? {};
      expect([condition, state]).toEqual([condition, 'converged']);
      expect(fromUs + tookUs, condition).toBeGreaterThanOrEqual(truthUs - 2000);
      // A line is stamped when it is read, which on a busy machine takes a while.
      if (condition !== 'printed')
        expect(fromUs + tookUs - uncertaintyUs, condition).toBeLessThanOrEqual(truthUs + 2000);
    }
  });

  it('says that a condition of those that are there never ceased while one was gone', () => {
    expect(convergence('settled', 'fault')).toMatchObject({ state: 'held' });
  });

  it('tells of the fault and of roles', () => {
    expect(result.faults).toMatchObject([{ name: 'gone', kind: 'kill', targets: ['node-2'] }]);
    const { startUs = 0, endUs = 0 } = result.faults?.[0] ?? {};
    expect(endUs - startUs).toBeGreaterThanOrEqual(1_000_000);
    expect(result.roles?.[0]?.spans.map(({ targets }) => targets.join())).toEqual(
      expect.arrayContaining(['node-1,node-2', 'node-1']),
    );
    expect(end.stderr).toMatch(/fault gone begins: killed node-2/);
    expect(end.stderr).toMatch(/fault gone is over: it was to last 1s/);
  });
});

it('is not ready when a condition does not come to hold, and says why', async () => {
  const directory = workDirectory();
  const never = { service: 'node', http: '/state', json: 'settled', equals: 'never' };
  const file = write(directory, { conditions: { never } }, { ready: { within: '2s', when: ['never'] } });
  const end = await cli(['run', file, '--out', 'run'], directory);
  expect(end.code).toBe(3);
  expect(end.stderr).toContain('1 of 1 conditions of topology.ready do not hold after 2s');
  expect(end.stderr).toMatch(/never: 0 of 2 replicas; node-1, node-2: settled is (true|false), not "never"/);
  expect(servicesRunning()).toEqual([]);
}, 180_000);

it('refuses before anything starts what asks of a service that is not there', async () => {
  const directory = workDirectory();
  const nobody = { service: 'nobody', http: '/' };
  const end = await typedCommand(['run', write(directory, { conditions: { nobody } }), '--out', 'run'], directory);
  expect(end.code).toBe(2);
  expect(end.stderr).toContain('conditions.nobody');
}, 180_000);
