import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { judgeSlo } from '../../../src/analysis/run/slo.ts';
import { newHistogram, summarise } from '../../../src/model/histogram.ts';
import type { LoadWindow } from '../../../src/model/load.ts';
import type { StepResult } from '../../../src/model/run-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { maxLatencyUs } from '../../../src/model/units.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { healthySamples, histogram, rawRun, window } from '../../helpers/raw-run.ts';

function rule(text: string, step?: string) {
  const parsed = parseSlo(text, step);
  if (!parsed) throw new Error(`${text} is not a rule`);
  return parsed;
}

const latency = (count: number, us: number) => ({
  ...{ count, mean: us, p50: us, p90: us, p95: us, p99: us, p999: us, max: us },
});

/** A step in which everything went wrong a little: 2,000 arrivals, 600 of them of the request `add`. */
function stepOf(change: Partial<StepResult> = {}): StepResult {
  const counts = { planned: 2000, completed: 1901, failed: 89, timedOut: 7, dropped: 3, unfinished: 0 };
  return {
    ...{ name: 'only', kind: 'measure', startUs: 0, durationUs: 2_000_000, targets: {}, goroutines: [] },
    load: { plannedRps: 1000, sentRps: 1000, completedRps: 990, ...counts, resent: 0 },
    responseUs: latency(2000, 4000),
    serviceUs: latency(2000, 3000),
    lagUs: latency(2000, 200),
    phases: { connectUs: latency(5, 100), tlsUs: latency(0, 0), firstByteUs: latency(600, 2000) },
    requests: [
      {
        name: 'get: all',
        ...counts,
        planned: 1400,
        completed: 1335,
        failed: 59,
        timedOut: 3,
        responseUs: latency(1400, 4000),
        serviceUs: latency(1400, 3000),
      },
      {
        ...{ name: 'add', planned: 600, completed: 566, failed: 30, timedOut: 4, dropped: 0, unfinished: 0 },
        ...{ responseUs: latency(600, 9000), serviceUs: latency(600, 8500), firstByteUs: latency(600, 8000) },
      },
    ],
    errors: {
      'get: all: status 503': 20,
      'add: status 503': 30,
      'get: all: expected status 200 or 201, got 502': 10,
      'get: all: body does not contain "ok"': 9,
      'connect ECONNREFUSED': 12,
      'get: all: read ECONNRESET': 8,
    },
    ...change,
  };
}

function judge(text: string, step?: string) {
  const rule = parseSlo(text, step);
  if (!rule) throw new Error(`${text} is not a rule`);
  return buildResult(
    rawRun(
      [...healthySamples(), window(2, 5_000_000, 0, 1, { planned: 40, failed: 40, errors: { 'status 503': 40 } })],
      { scenario: { slo: [rule] } },
    ),
  ).slo;
}

it.each([
  ['p99 < 1.5ms', 'low', 'pass'],
  ['p99 < 1.5ms', 'high', 'fail'],
  ['errors < 0.1%', 'low', 'pass'],
  ['errors < 0.1%', 'high', 'fail'],
  ['dropped <= 0%', 'high', 'pass'],
  ['rps > 1500/s', 'low', 'fail'],
  ['max < 3ms', 'high', 'pass'],
])('judges %s on step %s as %s', (text, step, outcome) => {
  expect(judge(text, step)).toMatchObject([{ step, outcome }]);
});

it('judges a rule without a step on every measured step', () => {
  expect(judge('p99 < 1.5ms').map(({ step, outcome }) => [step, outcome])).toEqual([
    ['low', 'pass'],
    ['high', 'fail'],
  ]);
});

it('never passes a percentile that too few answers stand behind', () => {
  expect(judge('p99.9 < 1h', 'low')).toMatchObject([
    { outcome: 'cannot-tell', observed: '2,000 answers, 10,000 are needed' },
  ]);
});

it.each([
  ['service p99.9 < 1h', '2,000 answers, 10,000 are needed'],
  ['lag p99.9 < 1h', '2,000 answers, 10,000 are needed'],
  ['ttfb p99.9 < 1us', '600 answers, 10,000 are needed'],
  ['add: p99.9 < 1us', '600 answers, 10,000 are needed'],
  ['add: ttfb p99 < 1h', '600 answers, 1,000 are needed'],
])('cannot tell %s of too few answers', (text, observed) => {
  expect(judgeSlo([rule(text)], [stepOf()])).toMatchObject([{ outcome: 'cannot-tell', observed }]);
});

it('has no data of a latency without any answer', () => {
  const none = summarise(newHistogram());
  expect(judgeSlo([rule('p50 < 1h')], [stepOf({ responseUs: none })])).toMatchObject([{ outcome: 'no-data' }]);
});

it.each([
  ['errors < 6%', 'pass', '99 of 2,000 (4.95 %)'],
  ['errors < 4%', 'fail', '99 of 2,000 (4.95 %)'],
  ['errors <= 99', 'pass', '99 of 2,000 (4.95 %)'],
  ['errors == 0', 'fail', '99 of 2,000 (4.95 %)'],
  ['errors(timeout) < 1%', 'pass', '7 of 2,000 (0.35 %)'],
  ['errors(5xx) <= 60', 'pass', '60 of 2,000 (3 %)'],
  ['errors(503) <= 50', 'pass', '50 of 2,000 (2.5 %)'],
  ['status(502) == 10', 'pass', '10 of 2,000 (0.5 %)'],
  ['errors(connect) == 12', 'pass', '12 of 2,000 (0.6 %)'],
  ['errors(connection) == 20', 'pass', '20 of 2,000 (1 %)'],
  ['errors(reset) == 8', 'pass', '8 of 2,000 (0.4 %)'],
  ['errors(connect ECONNREFUSED) == 12', 'pass', '12 of 2,000 (0.6 %)'],
  ['errors(body) == 9', 'pass', '9 of 2,000 (0.45 %)'],
  ['dropped == 3', 'pass', '3 of 2,000 (0.15 %)'],
  ['status(429) == 0', 'pass', 'none of 2,000, so under 0.15 %'],
  ['resent < 1%', 'pass', 'none of 2,000, so under 0.15 %'],
  ['rps > 950', 'pass', '990/s'],
  ['service p90 < 5ms', 'pass', '3 ms'],
  ['lag max < 1ms', 'pass', '200 us'],
  ['ttfb p90 < 1ms', 'fail', '2 ms'],
  ['add: errors(503) == 30', 'pass', '30 of 600 (5 %)'],
  ['add: status(502) == 0', 'pass', 'none of 600, so under 0.498 %'],
  ['add: errors < 10%', 'pass', '34 of 600 (5.67 %)'],
  ['add: dropped == 0', 'pass', 'none of 600, so under 0.498 %'],
  ['add: errors(timeout) == 4', 'pass', '4 of 600 (0.667 %)'],
  ['add: p90 < 5ms', 'fail', '9 ms'],
  ['add: ttfb mean < 5ms', 'fail', '8 ms'],
  ['add: rps > 200', 'pass', '283/s'],
])('is judged as people read it: %s', (text, outcome, observed) => {
  expect(judgeSlo([rule(text)], [stepOf()])).toMatchObject([{ rule: text, outcome, observed }]);
});

it('is about one of several requests', () => {
  const [outcome] = judgeSlo([rule('add: p90 < 5ms')], [stepOf()]);
  expect(outcome).toMatchObject({ step: 'only', value: 9000, unit: 'us', arrivals: 600 });
});

it('is about the only request where there is one', () => {
  const { requests: _, ...alone } = stepOf();
  expect(judgeSlo([rule('add: service p90 < 5ms')], [alone])).toMatchObject([{ outcome: 'pass', observed: '3 ms' }]);
});

it("takes arrivals that a run left unfinished for nobody's failure", () => {
  const step = stepOf({ load: { ...stepOf().load, planned: 3000, unfinished: 1000 } });
  expect(judgeSlo([rule('errors < 5%')], [step])).toMatchObject([
    { outcome: 'pass', observed: '99 of 2,000 (4.95 %)' },
  ]);
});

it('is judged once over all measured steps', () => {
  const samples = healthySamples();
  const slo = ['p99.9 < 1h', 'rps > 1400', 'errors == 0'].map((text) => ({ ...rule(text), over: 'run' as const }));
  const outcomes = buildResult(rawRun(samples, { scenario: { slo } })).slo;
  expect(outcomes.map(({ step }) => step)).toEqual([undefined, undefined, undefined]);
  expect(outcomes.map(({ observed }) => observed)).toEqual([
    '6,000 answers, 10,000 are needed',
    '1,500/s',
    'none of 6,000, so under 0.05 %',
  ]);
});

it('is judged on each of several steps', () => {
  const slo = [{ ...rule('p99 < 1.5ms'), steps: ['high', 'low', 'gone'] }];
  const outcomes = buildResult(rawRun(healthySamples(), { scenario: { slo } })).slo;
  expect(outcomes.map(({ step, outcome }) => [step, outcome])).toEqual([
    ['low', 'pass'],
    ['high', 'fail'],
    ['gone', 'no-data'],
  ]);
});

it('never passes a rule about a step that did not run', () => {
  expect(judge('p99 < 1h', 'warm-up')).toMatchObject([{ outcome: 'no-data' }]);
});

it('counts arrivals without a good answer as the slowest, however fast they failed', () => {
  const judged = judgeSlo(
    ['p90 < 50ms', 'p99 < 50ms', 'ttfb p90 < 50ms', 'lag p99 < 50ms'].map((text) => rule(text)),
    [stepOf({ responseUs: latency(2000, 4000) })],
  );
  expect(judged.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'pass', 'pass']);
  expect(judged[1]?.observed).toBe('no good answer: 99 of 2,000 arrivals had none');
});

describe('a percentile beside failures', () => {
  /** Two seconds of 5,000 arrivals each: 90 of all fail after `failedUs`, 50 good answers take 2 s, the rest 10 ms. */
  function beside(failedUs: number, change: (lost: string) => Partial<LoadWindow> = (lost) => ({ lost })) {
    const times = (count: number, us: number) => Array.from({ length: count }, () => us);
    const lost = times(45, failedUs);
    const all = histogram([...times(4930, 10_000), ...times(25, 2_000_000), ...lost]);
    const counts = { planned: 5000, completed: 4955, failed: 45, response: all, service: all };
    return healthySamples().map((sample) =>
      sample.kind === 'window' && sample.step === 1
        ? { ...sample, ...counts, errors: { 'status 503': 45 }, ...change(histogram(lost)) }
        : sample,
    );
  }

  const judgedOn = (samples: Sample[], texts: readonly string[]) =>
    buildResult(rawRun(samples, { scenario: { slo: texts.map((text) => rule(text, 'low')) } })).slo;

  it('counts them as the slowest, however fast they came', () => {
    for (const failedUs of [1000, 20_000])
      expect(judgedOn(beside(failedUs), ['p99 < 50ms', 'p95 < 50ms', 'p99 < 3s'])).toMatchObject([
        { outcome: 'fail', observed: '2 s, with 90 of 10,000 arrivals that had no good answer as the slowest' },
        { outcome: 'pass', observed: '10 ms', value: 10_007 },
        { outcome: 'pass' },
      ]);
  });

  it('does not take slow failures for slow answers', () => {
    const slow = beside(9_000_000).map((sample) =>
      sample.kind === 'window' && sample.step === 1
        ? { ...sample, response: histogram([...Array(4955).fill(10_000), ...Array(45).fill(9_000_000)]) }
        : sample,
    );
    expect(judgedOn(slow, ['p99 < 50ms'])).toMatchObject([{ outcome: 'pass', observed: '10 ms' }]);
  });

  it('cannot tell where it depends on how fast they came and nobody knows', () => {
    const older = beside(1000, () => ({}));
    expect(judgedOn(older, ['p99 < 50ms', 'p99 < 3s', 'p99 < 5ms', 'service p99 < 50ms'])).toMatchObject([
      {
        outcome: 'cannot-tell',
        observed: '10 ms to 2 s, with 90 of 10,000 arrivals that had no good answer as the slowest',
        least: 10_007,
      },
      { outcome: 'pass' },
      { outcome: 'fail' },
      { outcome: 'cannot-tell' },
    ]);
  });

  it('holds for one request as for all', () => {
    const own = beside(1000).map((sample) => {
      if (sample.kind !== 'window' || sample.step !== 1) return sample;
      const { planned, completed, failed, timedOut, dropped, unfinished, response, service, lost } = sample;
      const add = { planned, completed, failed, timedOut, dropped, unfinished, response, service };
      const none = { planned: 0, completed: 0, failed: 0, response: histogram([]), service: histogram([]) };
      return {
        ...sample,
        requests: [
          { name: 'add', ...add, ...(lost && { lost }) },
          { name: 'get', ...add, ...none },
        ],
      };
    });
    expect(judgedOn(own, ['add: p99 < 50ms', 'add: p95 < 50ms'])).toMatchObject([
      { outcome: 'fail' },
      { outcome: 'pass' },
    ]);
  });

  it('tells a number where the percentile is of those that had no answer', () => {
    expect(judgedOn(beside(1000), ['p99.9 < 50ms'])).toMatchObject([{ outcome: 'fail', value: maxLatencyUs }]);
  });

  it('is the number that the diagnosis says a rate breaks with', () => {
    const run = rawRun(beside(1000), { scenario: { slo: [rule('p99 < 50ms')] } });
    expect(buildResult(run).diagnosis?.capacity?.sentence).toContain('(p99 2 s)');
  });
});
