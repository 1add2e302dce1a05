/** From what the target and the kernel saw to the rows of the table. */
import { expect, it } from 'vitest';
import { allCases, warmUpS } from './cases.ts';
import { judge } from './run-case.ts';
import { markdownTable, rowsOf } from './table.ts';

const [task] = allCases([100], 4);
if (!task) throw new Error('no case');

const startUnixUs = 7e6;
const every10Ms = Array.from({ length: 500 }, (_, n) => n * 10_000);
const seen = {
  us: every10Ms,
  heldUs: every10Ms.map((us) => (us < warmUpS * 1e6 ? 9000 : 1000)),
  firstUnixUs: startUnixUs,
};
// A second of CPU time to start, then a tenth of the time.
const samples = [0, 1, 2, 3, 4, 5].map((s) => [startUnixUs + s * 1e6, 1e6 + s * 1e5] as const);
const cost = { samples, cpuUs: 1_500_000, peakBytes: 2 ** 20 };

it('counts rate, dispersion and CPU after the warm-up only', () => {
  const found = judge(seen, cost, task, 0);
  expect(found.rps).toBeCloseTo(100, 0);
  expect(found.dispersion).toBe(0);
  expect(found.cpuUsPerRequest).toBeCloseTo(1000, 0);
});

it('charges one that ended too early all it spent after the warm-up', () => {
  const found = judge(
    { ...seen, us: every10Ms.slice(0, 200), heldUs: seen.heldUs.slice(0, 200) },
    { ...cost, samples: samples.slice(0, 3) },
    task,
    0,
  );
  expect(found.cpuUsPerRequest).toBeCloseTo(1000, 0);
  expect(found.rps).toBeLessThan(30);
});

it('holds own latencies against the same stretch of the run', () => {
  expect(judge(seen, cost, task, 0).truth?.p99Us).toBe(9000);
  expect(judge(seen, cost, task, warmUpS).truth?.p99Us).toBe(1000);
});

it('takes medians over rounds, ratios to ours, and shows why a generator has no figures', () => {
  const run = (generator: string, round: number, cpuUsPerRequest: number) => ({
    task: 'x',
    generator,
    round,
    cpuUsPerRequest,
  });
  const rows = rowsOf([
    ...[40, 60, 50].map((us, round) => run('rampart', round, us)),
    ...[90, 100, 500].map((us, round) => run('vegeta', round, us)),
    { task: 'x', generator: 'k6', round: 0, failure: 'no request arrived' },
  ]);
  expect(rows.map((row) => row.medians.cpuUsPerRequest)).toEqual([50, 100, undefined]);
  expect(rows.map((row) => row.toOurs.cpuUsPerRequest)).toEqual([1, 2, undefined]);
  const lines = markdownTable(rows).split('\n');
  expect(lines[3]).toContain('100 (2.00x)');
  expect(lines[4]).toContain('failed: no request arrived');
});
