import { expect, it } from 'vitest';
import type { RequestPart } from '../../../src/analysis/traces/request-parts.ts';
import { waitCohorts, waitSplit } from '../../../src/analysis/traces/wait-cohorts.ts';

/** An exchange due at 0 and a request within, microseconds. */
function pair(
  writtenUs: number,
  [beginUs, servedUs]: readonly [number, number],
  endUs: number,
  parts: RequestPart[] = [],
) {
  const exchange = { connection: 1, line: '0.1', request: 0, dueUs: 0, writtenUs, firstByteUs: endUs, endUs };
  const request = { beginNs: 0, endNs: 0, goroutine: 1, route: undefined, parts, ranInstead: [] };
  return { exchange, unsureUs: 0, span: { beginUs, endUs: servedUs, goroutine: 1, request } };
}

const sumOf = (parts: readonly RequestPart[]) => parts.reduce((sum, { ns }) => sum + ns, 0);

it('cuts a response into four stretches that add up to it', () => {
  expect(waitSplit(pair(100, [400, 900], 1000))).toMatchObject({
    ...{ responseUs: 1000, beforeUs: 100, thereUs: 300, serviceUs: 500, backUs: 100 },
  });
});

it('counts no time in the service after the answer was read, and takes it off the write that sent it', () => {
  const parts: RequestPart[] = [
    { kind: 'running', site: 'main.handler', ns: 400_000 },
    { kind: 'syscall', site: 'main.handler', ns: 300_000 },
  ];
  const split = waitSplit(pair(100, [400, 1100], 1000, parts));
  expect(split).toMatchObject({ thereUs: 300, serviceUs: 600, backUs: 0 });
  expect(split.parts.find(({ kind }) => kind === 'syscall')?.ns).toBe(200_000);
  expect(sumOf(split.parts)).toBe(600_000);
});

it('has no stretch of less than nothing where a clock that is not exact has the request begin behind its answer', () => {
  const parts: RequestPart[] = [{ kind: 'running', site: '', ns: 200_000 }];
  const split = waitSplit(pair(100, [1100, 1300], 1000, parts));
  expect(split).toMatchObject({ responseUs: 1000, beforeUs: 100, thereUs: 900, serviceUs: 0, backUs: 0 });
  expect(sumOf(split.parts)).toBe(0);
});

it('has a mean of the slowest only where they are twenty, and one whose terms add up', () => {
  const splits = Array.from({ length: 2000 }, (_, index) =>
    waitSplit(pair(10, [index >= 1980 ? 9000 : 20, 9500], 10_000 + index)),
  );
  const { slow, typical, p99Us, maxUs } = waitCohorts(splits);
  expect(slow).toMatchObject({ count: 20, thereUs: 8990, serviceUs: 500 });
  expect([p99Us, maxUs]).toEqual([11_980, 11_999]);
  for (const cohort of [slow, typical])
    expect(
      (cohort?.beforeUs ?? 0) + (cohort?.thereUs ?? 0) + (cohort?.serviceUs ?? 0) + (cohort?.backUs ?? 0),
    ).toBeCloseTo(cohort?.meanUs ?? -1);
  expect(waitCohorts(splits.slice(0, 1000)).slow).toBeUndefined();
  expect(waitCohorts([])).toEqual({});
});
