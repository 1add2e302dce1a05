import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { measureRun } from '../../../src/analysis/rounds/measured-run.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

function measure(...more: Sample[]) {
  const run = rawRun([...healthySamples(), ...more]);
  return measureRun(run, buildResult(run))[0];
}

const many = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** A look at goroutines in the step `low`: one more at each of so many places. */
const stacks = (places: number): Sample => {
  const groups = many(places).map((count) => ({
    ...{ count, reason: 'select', site: `shop.f${count}`, frames: [`shop.f${count}`] },
  }));
  return { kind: 'stacks', atUs: 2_500_000, target: 'loadbalancer-1', total: 0, groups };
};

/** Two seconds of CPU of the step `low`: so many functions, each with more than the one before, and many more of the runtime. */
const cpu = (functions: number): Sample => {
  const samples = [
    ...many(functions).map((ms) => sampleOf([`shop.f${ms}`, 'main.serve'], [BigInt(ms), BigInt(ms * 1e6)])),
    ...many(30).map((index) => sampleOf([`runtime.f${index}`, 'main.idle'], [1000n, 10_000_000_000n])),
  ];
  const content = encodeProfile(profileOf(samples));
  return {
    ...{ kind: 'profile', type: 'cpu', target: 'loadbalancer-1', step: 1, outcome: 'ok', content },
    atUs: 2e6,
    untilUs: 4e6,
  };
};

it('tells all goroutines of a step: the largest places as series, others beside, of the rest the most', () => {
  const few = measure(stacks(12));
  expect(Object.keys(few?.series ?? {}).filter((name) => name.includes('goroutines in'))).toHaveLength(10);
  expect(few?.series?.['loadbalancer goroutines in select at shop.f12']).toBe(12);
  expect(few?.places).toEqual({
    values: {
      'loadbalancer goroutines in select at shop.f2': 2,
      'loadbalancer goroutines in select at shop.f1': 1,
    },
    most: { 'loadbalancer goroutines': 0 },
  });
  expect(measure(stacks(60))?.places?.most).toEqual({ 'loadbalancer goroutines': 10 });
});

it('does not let functions of the runtime take the places of others', () => {
  const step = measure(cpu(12));
  const costs = Object.entries(step?.series ?? {}).filter(([name]) => name.includes('CPU us per answer'));
  // 2,000 answers in two seconds: 1 ms is half a microsecond of each.
  expect(costs).toHaveLength(14);
  expect(step?.series?.['loadbalancer CPU us per answer in shop.f12']).toBe(6);
  expect(step?.series?.['loadbalancer CPU us per answer in main.serve']).toBe(39);
  expect(step?.places).toEqual({ values: {}, most: { 'loadbalancer CPU': 0 } });
  expect(measure(cpu(70))?.places?.most['loadbalancer CPU']).toBeGreaterThan(0);
});

it('knows of a profile in which nothing is that there was nothing', () => {
  const empty = { ...cpu(1), content: encodeProfile(profileOf([])) } as Sample;
  expect(measure(empty)?.places).toEqual({ values: {}, most: { 'loadbalancer CPU': 0 } });
});

it('knows of no place where nobody looked', () => {
  expect(measure()).not.toHaveProperty('places');
});
