/** Services with one fault each, from scenarios/: what a result must show of it. Only directions and rough sizes are held, never times. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/model/run-result.ts';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { itWithDocker } from '../../helpers/docker.ts';

const scenarios = join(import.meta.dirname, '..', '..', '..', 'scenarios');

/** Runs one, however late the generator is on this machine. */
async function run(name: string, ...flags: readonly string[]): Promise<RunResult> {
  const directory = workDirectory();
  const args = [
    'run',
    join(scenarios, `${name}.yaml`),
    '--out',
    'run',
    '--set',
    'validity.maxLagP99=30s',
    '--set',
    'validity.maxOwnShare=1',
    ...flags,
  ];
  const { stderr } = await cli(args, directory);
  const result = readResult(join(directory, 'run'));
  expect(result.status, stderr).toBe('complete');
  return result;
}

/** Statistics of a series of a target in each measured step, in order. */
function stats(result: RunResult, target: string, series: string) {
  return result.steps
    .filter((step) => step.kind === 'measure')
    .map((step) => {
      const found = step.targets[target]?.[series];
      expect(found, `${series} in step ${step.name}`).toBeDefined();
      return found ?? { mean: Number.NaN, min: Number.NaN, max: Number.NaN, last: Number.NaN };
    });
}

/** The greatest value of a series from a step on, whatever came after it. */
function greatestSince(result: RunResult, name: string, target: string, step: string): number {
  const startUs = result.steps.find((each) => each.name === step)?.startUs ?? Number.POSITIVE_INFINITY;
  const points = result.series.find((each) => each.name === name && each.target === target)?.points ?? [];
  return Math.max(...points.filter(([atUs]) => atUs >= startUs).map(([, value]) => value));
}

const findingsOf = ({ findings }: RunResult) => findings.map(({ id }) => id);
const overProcess = ['--engine', 'process'];

describe('a service with a fault', () => {
  it('that leaks goroutines shows them rising with the requests, where they are, and says so', async () => {
    const result = await run('goroutine-leak', ...overProcess);
    const completed = result.steps.reduce((sum, { load }) => sum + load.completed, 0);
    for (const name of ['goroutines.total', 'go.goroutines', 'goroutines.waiting.chan send']) {
      const [first, second] = stats(result, 'downstream-1', name);
      expect(second?.min, name).toBeGreaterThan(first?.min ?? Number.NaN);
      expect(second?.last, name).toBeGreaterThan(completed / 4);
      expect(second?.last, name).toBeLessThan(completed);
    }
    expect(result.findings[0]).toMatchObject({ id: 'goroutine-leak', site: 'main.leak.func1' });
    expect(result.diagnosis?.cause).toBe('goroutine-leak');
  });

  it('whose requests share a lock shows them waiting for it, and says so', async () => {
    const result = await run('lock-convoy', ...overProcess);
    const [below, above] = stats(result, 'downstream-1', 'go.mutex_wait_seconds_per_second');
    expect(above?.max).toBeGreaterThan(10 * (below?.min ?? Number.NaN));
    expect(above?.max).toBeGreaterThan(10);
    expect(greatestSince(result, 'goroutines.waiting.sync.Mutex.Lock', 'downstream-1', 'above')).toBeGreaterThan(50);
    expect(findingsOf(result)).toContain('lock-convoy');
  });

  it('whose requests block in system calls shows a thread for each, and says so', async () => {
    const steps = '[{ name: few, rate: 20/s, for: 2s }, { name: many, rate: 400/s, for: 3s }]';
    const blocked = [
      '--env',
      'downstream.SYSCALL_BLOCK=200ms',
      '--scale',
      'downstream=1',
      '--set',
      `load.steps=${steps}`,
    ];
    const result = await run('blocking-syscalls', ...overProcess, ...blocked, '--set', 'observe.schedtrace=500ms');
    for (const name of ['sched.threads', 'go.threads']) {
      const [few, many] = stats(result, 'downstream-1', name);
      expect(many?.max, name).toBeGreaterThan(2 * (few?.min ?? Number.NaN));
      expect(many?.max, name).toBeGreaterThan(40);
    }
    expect(findingsOf(result)).toContain('thread-growth');
  });

  it('whose live heap is near its memory limit shows the collector at work for the limit, and says so', async () => {
    const result = await run('memory-limit', ...overProcess);
    const limit = 80 * 1024 ** 2;
    const at = (series: string) => stats(result, 'downstream-1', series);
    expect(at('go.memory_limit_bytes').map(({ last }) => last)).toEqual([limit, limit]);
    expect(at('go.gogc_percent').map(({ last }) => last)).toEqual([-1, -1]);
    const [low] = at('go.heap_goal_bytes');
    const [live] = at('go.heap_live_bytes');
    expect(low?.max).toBeLessThan(limit);
    expect(live?.mean).toBeGreaterThan(64 * 1024 ** 2);
    const cycles = at('go.gc_cycles_per_second').map(({ mean }) => mean);
    expect(Math.min(...cycles)).toBeGreaterThan(0.5);
    const [, busy] = at('go.cpu_gc_percent');
    expect(busy?.max).toBeGreaterThan(5);
    if ((busy?.mean ?? 0) >= 10) expect(findingsOf(result)).toContain('memory-limit');
    expect(result.environment.targets.find(({ id }) => id === 'downstream-1')?.go?.environment).toMatchObject({
      GOGC: 'off',
      GOMEMLIMIT: '80MiB',
    });
  });

  itWithDocker('whose CPU limit is below GOMAXPROCS shows both, stands still, and says so', async () => {
    const result = await run('cpu-limit');
    expect(stats(result, 'api-1', 'container.cpu_limit_cores').map(({ last }) => last)).toEqual([0.25, 0.25]);
    expect(stats(result, 'api-1', 'go.gomaxprocs').map(({ last }) => last)).toEqual([4, 4]);
    const [below] = stats(result, 'api-1', 'container.throttled_ms');
    expect(greatestSince(result, 'container.throttled_ms', 'api-1', 'above')).toBeGreaterThan((below?.mean ?? 0) + 10);
    expect(greatestSince(result, 'container.throttled_percent', 'api-1', 'above')).toBeGreaterThan(0);
    expect(result.findings.find(({ id }) => id === 'cpu-throttled')?.evidence[0]).toMatch(
      /GOMAXPROCS 4 shares 0\.25 cores$/,
    );
    expect(result.clocks?.find(({ source }) => source === 'containers')).toMatchObject({ method: 'least-delay' });
  });
});
