/** What a search comes to, by how it ended; each is what `capacity.json` promises. */
import { expect, it } from 'vitest';
import { capacityResult } from '../../../src/analysis/capacity/result.ts';
import { type CapacityProbe, capacitySchema } from '../../../src/model/capacity.ts';
import { capacityText } from '../../../src/report/terminal/capacity.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const probe = (rps: number, outcome: CapacityProbe['outcome'], reasons: string[] = []): CapacityProbe => ({
  rps,
  outcome,
  reasons,
  step: `${rps}/s`,
  completedRps: rps / (1 + rps / 40_000),
  inFlight: rps / 100,
  p50Us: 900,
  p99Us: outcome === 'held' ? 4000 : 90_000,
});
const held = [100, 200, 400, 800, 1200].map((rps) => probe(rps, 'held'));
const broken = probe(1600, 'broken', ['p99 < 50ms: 90 ms']);
const blind = probe(1600, 'unknown', ['the generator was late']);
const found = { kind: 'found', lowRps: 1200, highRps: undefined, blindRps: undefined } as const;
const failure = { code: 'target-died', message: 'api-1 died', exitCode: 4 } as const;

it.each([
  ['found', { ...found, highRps: 1600 }, [...held, broken], 'holds 1,200/s, confirmed; does not hold 1,600/s'],
  ['at least', found, held, 'holds 1,200/s, the most that was asked for'],
  ['nothing held', { ...found, lowRps: 0, highRps: 1600 }, [broken], 'not even 1,600/s is held'],
  ['cannot tell', { ...found, lowRps: 0, blindRps: 1600 }, [blind], 'cannot tell of any rate: the generator was late'],
  ['cannot tell', { ...found, blindRps: 1600 }, [...held, blind], 'cannot tell above 1,200/s: the generator was late'],
  [
    'cannot tell',
    undefined,
    [...held, broken],
    'cannot tell above 1,200/s (not held: 1,600/s): the time given was over',
  ],
] as const)('says %s', (verdict, end, probes, answer) => {
  const capacity = capacityResult(end, probes, ['p99 < 50ms'], sampleResult());
  expect(capacitySchema.parse(JSON.parse(JSON.stringify(capacity)))).toEqual(capacity);
  expect(capacity.verdict).toBe(verdict);
  expect(capacityText(capacity).split('\n')[0]).toContain(answer);
});

it('says that the network is part of it where load went to another machine', () => {
  const { environment, ...rest } = sampleResult();
  const sentTo = { host: '192.0.2.7:80', addresses: ['192.0.2.7:80'], isRemote: true };
  const capacity = capacityResult(found, held, [], { ...rest, environment: { ...environment, sentTo } });
  expect(capacity.sentTo).toEqual(sentTo);
  expect(capacityText(capacity)).toContain('the network is part of every response time');
  expect(capacityText(capacityResult(found, held, [], sampleResult()))).not.toContain('network');
});

it('says that it counts arrivals where some of them are flows', () => {
  const { steps, ...rest } = sampleResult();
  const withFlows = { ...rest, steps: steps.map((step) => ({ ...step, flows: [] })) };
  const capacity = capacityResult({ ...found, highRps: 1600 }, [...held, broken], [], withFlows);
  expect(capacitySchema.parse(capacity).countsArrivals).toBe(true);
  expect(capacityText(capacity)).toContain('holds 1,200 arrivals/s, confirmed; does not hold 1,600 arrivals/s');
});

it('says why a search was cut off, and confirms nothing of it', () => {
  const capacity = capacityResult(undefined, held, ['p99 < 50ms'], { ...sampleResult(), failure });
  expect(capacity).toMatchObject({ verdict: 'cannot tell', lowRps: 1200, reason: 'api-1 died' });
});

it('describes how throughput followed concurrency where there are rates enough', () => {
  expect(capacityResult(found, held, [], sampleResult()).usl?.lambda).toBeCloseTo(100, 0);
  expect(capacityResult(found, held.slice(1), [], sampleResult())).not.toHaveProperty('usl');
});

it('has no latency of a probe that was not answered', () => {
  const silent = { ...probe(1600, 'broken', ['no answers']), completedRps: 0, p50Us: 0, p99Us: 0 };
  const text = capacityText(capacityResult(found, [...held, silent], [], sampleResult()));
  expect(text).toMatch(/1,600\/s +0 +– +– +broken/);
});
