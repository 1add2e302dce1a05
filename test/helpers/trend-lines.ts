/** Trend files made of plain numbers. */
import { seededUniform } from '../../src/model/random.ts';
import { type TrendLine, trendSchemaVersion } from '../../src/model/trend.ts';

/** So many numbers of a normal distribution with this standard deviation, by Box and Muller. */
export function normalOf(count: number, sd: number, seed: number): number[] {
  const uniform = seededUniform(seed);
  return Array.from(
    { length: count },
    () => sd * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

/** A gate for each logarithm of p99 at one step, all against v0, one a day. */
export function trendLines(
  logs: readonly number[],
  { half = 0.03, tolerance = 0.025 }: { readonly half?: number; readonly tolerance?: number } = {},
): TrendLine[] {
  return logs.map((log, index) => ({
    schemaVersion: trendSchemaVersion,
    kind: 'trend',
    id: `gate-${index + 1}`,
    at: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
    tool: '0.1.0',
    scenario: { name: 'ramp', digest: 'd1' },
    machine: { os: 'linux', cpuModel: 'cpu', cpus: 2 },
    engine: 'process',
    baseline: { name: 'v0', commit: '0'.repeat(40), tree: 't0' },
    candidate: { name: `v${index + 1}`, commit: `${index + 1}`.padEnd(40, 'a'), tree: `t${index + 1}` },
    verdict: 'pass',
    rounds: 8,
    tolerance,
    changes: [{ metric: 'p99', step: '800/s', log, low: log - half, high: log + half, outcome: 'ruled-out' }],
  }));
}
