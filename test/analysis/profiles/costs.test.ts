import { expect, it } from 'vitest';
import { functionCosts } from '../../../src/analysis/profiles/costs.ts';
import { costTrend } from '../../../src/analysis/profiles/trend.ts';
import { groupOf } from './made-group.ts';

const view = { column: 'cpu', order: 'flat', rows: 0 } as const;
const step = (rps: number, requests: number) => ({ step: `at-${rps}`, rps, requests: { answered: requests } });

/** `grows` costs 1 ms for each request at 100/s and 3 ms at 400/s, `same` 2 ms at both. */
const steps = [
  groupOf({ 'grows main': 100, 'same main': 200 }, step(100, 1000)),
  groupOf({ 'grows main': 400, 'same main': 400 }, step(200, 2000)),
  groupOf({ 'grows main': 1200, 'same main': 800 }, step(400, 4000)),
];

it('divides what a function used by the requests of each step', () => {
  const [costs] = functionCosts(steps, view);
  expect(costs).toMatchObject({ service: 'api', run: 'r1', requestsOf: 'run' });
  expect(costs?.steps).toEqual([
    { step: 'at-100', rps: 100, requests: 1000 },
    { step: 'at-200', rps: 200, requests: 2000 },
    { step: 'at-400', rps: 400, requests: 4000 },
  ]);
  const same = costs?.functions.find(({ name }) => name === 'same');
  expect(same?.costs[0]).toMatchObject({ flat: 2e6, cum: 2e6 });
  expect(costs?.total.costs.map(({ flat }) => flat / 1e6)).toEqual([3, 4, 5]);
});

it('marks the function whose cost rises with the load, and puts it first, not the one that is merely big', () => {
  const big = steps.map(({ requests, rps = 0 }, index) => {
    const count = requests?.answered ?? 0;
    return groupOf({ grows: (index + 1) * count, same: count, big: 10 * count }, step(rps, count));
  });
  const [costs] = functionCosts(big, view);
  expect(costs?.functions.map(({ name, rises }) => [name, rises])).toEqual([
    ['grows', 'yes'],
    ['big', 'no'],
    ['same', 'no'],
  ]);
});

it('does not mark what chance can do: a handful of samples, or a rise within their noise', () => {
  const few = [groupOf({ f: 1 }, step(100, 1000)), groupOf({ f: 12 }, step(400, 4000))];
  const noisy = [groupOf({ f: 100 }, step(100, 1000)), groupOf({ f: 440 }, step(400, 4000))];
  for (const groups of [few, noisy]) expect(functionCosts(groups, view)[0]?.functions[0]?.rises).toBe('no');
});

it('says that it does not know where the samples behind the values are not known', () => {
  const contended = (delay: bigint, rps: number) => {
    const group = groupOf({ 'sync.(*Mutex).Unlock': 1 }, step(rps, 1000));
    const profile = {
      ...group.profile,
      periodType: { type: 'contentions', unit: 'count' },
      sampleTypes: [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit: 'nanoseconds' },
      ],
      samples: group.profile.samples.map((sample) => ({ ...sample, values: [5n, delay] })),
    };
    return { ...group, profile };
  };
  const [costs] = functionCosts([contended(1000n, 100), contended(9000n, 400)], { ...view, column: 'delay' });
  expect(costs?.functions[0]).toMatchObject({ rises: 'unknown', growth: 9 });
  expect(costs?.functions[0]).not.toHaveProperty('z');
});

it('takes the requests that the service counted only where it counted them in every step', () => {
  const own = steps.map((group) => ({ ...group, requests: { answered: 1000, own: 4000 } }));
  expect(functionCosts(own, view)[0]).toMatchObject({ requestsOf: 'service', steps: [{ requests: 4000 }, {}, {}] });
  const [first, ...others] = own;
  const partly = [...others, { ...(first ?? groupOf({})), requests: { answered: 1000 } }];
  expect(functionCosts(partly, view)[0]).toMatchObject({ requestsOf: 'run', steps: [{ requests: 1000 }, {}, {}] });
});

it('has nothing to say of what is no run', () => {
  expect(functionCosts([groupOf({ f: 10 }, { requests: undefined, step: undefined })], view)).toEqual([]);
});

it('draws no line through steps of one rate, and knows no factor from nothing', () => {
  const point = (rps: number, value: number) => ({ rps, requests: 100, value, samples: value });
  expect(costTrend([point(100, 50), point(100, 90)])).toBeUndefined();
  expect(costTrend([])).toBeUndefined();
  expect(costTrend([point(100, 0), point(200, 100)])).toMatchObject({ growth: undefined, slope: 0.01 });
  expect(costTrend([point(100, 100), point(200, 200)])).toMatchObject({ growth: 2, slope: 0.01 });
});
