import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedStep } from '../../src/model/scenario.ts';
import { type ProfileOptions, planProfiles } from '../../src/samplers/profile-plan.ts';

const usual: ProfileOptions = {
  cpuMs: 5000,
  heap: true,
  gc: false,
  mutex: false,
  block: false,
  goroutineleak: false,
  dump: false,
  trace: undefined,
};

function stepsOf(...seconds: readonly number[]): PlannedStep[] {
  let at = 2;
  return seconds.map((length, index) => {
    const startUs = at * 1e6;
    at += length;
    return { name: `step ${index}`, startUs, endUs: at * 1e6, measure: index > 0 };
  });
}

const brief = (steps: readonly PlannedStep[], options: Partial<ProfileOptions> = {}) =>
  planProfiles(steps, { ...usual, ...options }).map(
    ({ type, step, atUs, forMs, leftOut }) => `${type} ${step} ${atUs / 1e6}s ${leftOut ? 'left out' : `${forMs} ms`}`,
  );

test('snapshots are taken at the edges of steps, the CPU window after a measured step has settled', () => {
  expect(brief(stepsOf(5, 10))).toEqual(['heap -1 2s 0 ms', 'heap 0 7s 0 ms', 'cpu 1 9s 5000 ms', 'heap 1 17s 0 ms']);
});

test('all goroutines are only dumped when the load is over', () => {
  expect(brief(stepsOf(5, 10), { heap: false, dump: true })).toEqual(['cpu 1 9s 5000 ms', 'dump 1 17s 0 ms']);
});

test('leaked goroutines are searched for when the load is over, before the dump that then tells them', () => {
  expect(brief(stepsOf(5, 10), { cpuMs: undefined, dump: true, goroutineleak: true })).toEqual([
    'heap -1 2s 0 ms',
    'heap 0 7s 0 ms',
    'heap 1 17s 0 ms',
    'goroutineleak 1 17s 0 ms',
    'dump 1 17s 0 ms',
  ]);
});

test('a short step has a shorter window, and one without room for a second says so', () => {
  expect(brief(stepsOf(1, 4, 2), { heap: false })).toEqual(['cpu 1 4s 2000 ms', 'cpu 2 8s left out']);
});

test('the trace lies at the end of its step, behind the CPU window', () => {
  const trace = { forMs: 500, step: undefined, knee: undefined };
  expect(brief(stepsOf(5, 10, 8), { heap: false, trace })).toEqual([
    'cpu 1 9s 5000 ms',
    'cpu 2 18.6s 5000 ms',
    'trace 2 24.2s 500 ms',
  ]);
  expect(brief(stepsOf(5, 10), { heap: false, cpuMs: undefined, trace: { ...trace, step: 'step 0' } })).toEqual([
    'trace 0 6.2s 500 ms',
  ]);
});

test('a trace of the knee has its place in every measured step', () => {
  const trace = { forMs: 500, step: undefined, knee: 3 };
  const planned = planProfiles(stepsOf(5, 10, 8), { ...usual, heap: false, trace });
  expect(planned.map(({ type, step, atUs, atKnee }) => [type, step, atUs / 1e6, atKnee])).toEqual([
    ['cpu', 1, 9, undefined],
    ['trace', 1, 16.2, 'not last'],
    ['cpu', 2, 18.6, undefined],
    ['trace', 2, 24.2, 'last'],
  ]);
});

test('no window crosses the edge of its step or meets another, whatever the steps', () => {
  const lengths = fc.array(fc.integer({ min: 100, max: 60_000 }), { minLength: 1, maxLength: 8 });
  const cpuMs = fc.option(
    fc.integer({ min: 1, max: 60 }).map((s) => s * 1000),
    { nil: undefined },
  );
  const trace = fc.option(
    fc.record({
      forMs: fc.integer({ min: 100, max: 5000 }),
      step: fc.constant(undefined),
      knee: fc.constantFrom(undefined, 3),
    }),
    {
      nil: undefined,
    },
  );
  fc.assert(
    fc.property(lengths, cpuMs, trace, (ms, cpu, traced) => {
      const steps = stepsOf(...ms.map((each) => each / 1000));
      const taken = planProfiles(steps, { ...usual, cpuMs: cpu, trace: traced }).filter((each) => !each.leftOut);
      let freeUs = 0;
      for (const { step, atUs, forMs } of taken.filter(({ forMs }) => forMs > 0)) {
        expect(atUs).toBeGreaterThanOrEqual(Math.max(freeUs, steps[step]!.startUs));
        freeUs = atUs + forMs * 1000;
        expect(freeUs).toBeLessThan(steps[step]!.endUs);
      }
    }),
    { seed: 8 },
  );
});
