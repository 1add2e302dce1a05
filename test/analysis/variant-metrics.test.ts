import { expect, it } from 'vitest';
import { costPerMillion, defaultPrices } from '../../src/analysis/request-cost.ts';
import { type VariantSettings, variantMetrics } from '../../src/analysis/variant-metrics.ts';
import { armRun, gateRounds } from '../helpers/trial-rounds.ts';

const settings: VariantSettings = { maxUtilisation: 0.65, prices: defaultPrices };
const arms = ['baseline', 'candidate'];

function metricOf(name: string, rounds = gateRounds(2), change: Partial<VariantSettings> = {}) {
  return variantMetrics(rounds, arms, { ...settings, ...change }).find((metric) => metric.name === name);
}

it('prices cores and memory: by default a core costs as much as 7 GiB', () => {
  const hour = { requests: 1e6, cpuSeconds: 3600, gibSeconds: 0 };
  expect(costPerMillion(hour, defaultPrices)).toBe(1);
  expect(costPerMillion({ ...hour, cpuSeconds: 0, gibSeconds: 7 * 3600 }, defaultPrices)).toBeCloseTo(1, 12);
  expect(costPerMillion(hour, { corePerHour: 0.04, gibPerHour: 0.005 })).toBe(0.04);
  expect(costPerMillion({ ...hour, requests: 0 }, defaultPrices)).toBeNaN();
});

it('takes the tail over all steps as a geometric mean, and each step by itself', () => {
  expect(metricOf('tail')?.values['baseline']?.[0]).toBeCloseTo(Math.sqrt(2000 * 4000), 6);
  expect(metricOf('p99')?.step).toBe('low');
  expect(metricOf('p99')?.values['baseline']?.[1]).toBeCloseTo(2000, 6);
});

it('leaves out what was not seen in every round of every variant', () => {
  expect(metricOf('memory')).toBeUndefined();
  const seen = gateRounds(2, {}, (round, arm) => (round === 1 && arm === 'candidate' ? {} : { memoryMib: 64 }));
  expect(metricOf('memory', seen)).toBeUndefined();
  expect(
    metricOf(
      'memory',
      gateRounds(2, {}, () => ({ memoryMib: 64 })),
    )?.values['candidate'],
  ).toEqual([64, 64]);
});

it('adds cores and memory up to a cost', () => {
  const rounds = gateRounds(1, {}, () => ({ cpuUsPerRequest: 3600, memoryMib: 7 * 1024 }));
  expect(metricOf('cpu-per-request', rounds)?.values['baseline']?.[0]).toBeCloseTo(3600, 6);
  // A million requests of 3.6 ms of CPU are an hour of a core; 7 GiB for 48 s of 36,000 requests cost 48 core seconds.
  expect(metricOf('cost', rounds)?.values['baseline']?.[0]).toBeCloseTo(1 + (48 / 3600 / 36_000) * 1e6, 6);
});

it('leaves a step that every variant is too busy in out of the tail, but not out of capacity', () => {
  const busy = gateRounds(1).map((round) => {
    const runOf = (lowUs: number, highUs: number) => {
      const { invalid, steps } = armRun(lowUs, highUs);
      return { invalid, steps: steps.map((step) => ({ ...step, utilisation: step.name === 'high' ? 0.9 : 0.3 })) };
    };
    return { ...round, arms: { baseline: runOf(2000, 40_000), candidate: runOf(2000, 80_000) } };
  });
  expect(metricOf('tail', busy)?.values['baseline']?.[0]).toBeCloseTo(2000, 6);
  const capacity = metricOf('capacity', busy);
  expect(capacity?.isHigherBetter).toBe(true);
  expect(capacity?.values['baseline']?.[0]).toBeGreaterThan(capacity?.values['candidate']?.[0] ?? 0);
});
