import { describe, expect, it } from 'vitest';
import { breakOf } from '../../../src/analysis/run/break-step.ts';
import type { SloRule } from '../../../src/model/slo-rule.ts';
import { seriesOf, step } from '../../helpers/evidence.ts';

const low = step(0, { rps: 100 });

/** p99 of each second of two steps of 10 s: 9 ms, and in the second step so often 100 ms. */
function p99s(slowSeconds: number) {
  const points = Array.from({ length: 20 }, (_, second): [number, number] => [
    second * 1e6 + 5e5,
    second >= 10 && second < 10 + slowSeconds ? 100_000 : 9000,
  ]);
  return [seriesOf('generator', 'load.response_p99_us', points)];
}

const rule: SloRule = { text: 'p99 < 50ms', metric: 'p99', comparison: '<', bound: 50_000 };

describe('a break', () => {
  it.each([
    ['fewer answers than arrivals', step(1, { rps: 200, answeredRps: 150 }), 'throughput'],
    ['failures', step(1, { rps: 200, errors: { 'status 500': 100 } }), 'errors'],
    ['a p99 that left its level', step(1, { rps: 200, p99Us: 100_000 }), 'latency'],
  ])('is seen in %s', (_, high, sign) => {
    const found = breakOf({ steps: [low, high], series: p99s(8), slo: [] });
    expect(found).toEqual({ below: [low], holds: low, breaks: high, sign });
  });

  it.each([
    ['a p99 that one pause raised', step(1, { rps: 200, p99Us: 100_000 }), p99s(1), []],
    ['a p99 three times as high that a rule allows', step(1, { rps: 200, p99Us: 40_000 }), p99s(8), [rule]],
    ['a step like the first', step(1, { rps: 200 }), p99s(0), [rule]],
  ])('is not seen in %s', (_, high, series, slo) => {
    const steps = [low, high];
    expect(breakOf({ steps, series, slo })).toEqual({ below: steps, holds: high, breaks: undefined, sign: undefined });
  });

  it('is not seen where answers are slow but steady: those of the last seconds come in the next step', () => {
    const slow = { p50Us: 2e6, p99Us: 2.1e6 };
    const steps = [step(0, { rps: 100, answeredRps: 80, ...slow }), step(1, { rps: 150, answeredRps: 140, ...slow })];
    expect(breakOf({ steps, series: [], slo: [] }).breaks).toBe(undefined);
    const queue = step(2, { rps: 300, answeredRps: 200, p50Us: 4e6, p99Us: 8e6 });
    expect(breakOf({ steps: [...steps, queue], series: [], slo: [] })).toMatchObject({
      breaks: queue,
      sign: 'throughput',
    });
  });

  it('is where a rule on latency is broken, also in the first step', () => {
    const high = step(1, { rps: 200, p99Us: 60_000 });
    expect(breakOf({ steps: [low, high], series: p99s(0), slo: [rule] })).toMatchObject({
      breaks: high,
      sign: 'latency',
    });
    expect(breakOf({ steps: [high], series: [], slo: [rule] })).toEqual({
      below: [],
      holds: undefined,
      breaks: high,
      sign: 'latency',
    });
  });
});
