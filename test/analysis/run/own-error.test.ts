/** How the bound on the generator's own part of a latency is heeded, once it is known. */
import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { screenRounds } from '../../../src/analysis/gate/screens.ts';
import { exitCodeOf } from '../../../src/analysis/run/exit-code.ts';
import { gateArms } from '../../../src/model/gate-terms.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { healthySamples, rawRun, scenario } from '../../helpers/raw-run.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

/** The healthy run, whose steps `low` and `high` have p99 1 and 2 ms, with 100 echoes in every second that took so long. */
function withEchoes(lateUs: number): Sample[] {
  const echoUs = Array.from({ length: 100 }, () => [0, lateUs] as const);
  return healthySamples().map((sample): Sample => (sample.kind === 'tick' ? { ...sample, echoUs } : sample));
}

/** The healthy run with steps from `step` on whose answers all took so long. */
function slower(lateUs: number, responseUs: number, step: number): Sample[] {
  const histogram = newHistogram();
  histogram.recordValueWithCount(responseUs, 1000);
  const response = encodeHistogram(histogram);
  return withEchoes(lateUs).map(
    (sample): Sample => (sample.kind === 'window' && sample.step >= step ? { ...sample, response } : sample),
  );
}

function resultOf(lateUs: number, rule?: string) {
  const slo = rule === undefined ? undefined : parseSlo(rule, 'high');
  return buildResult(rawRun(withEchoes(lateUs), { scenario: { slo: slo ? [slo] : [] } }));
}

describe('a step', () => {
  it('says what its echo took, and how much of each percentile may be its own', () => {
    const step = resultOf(300).steps.find(({ name }) => name === 'high');
    expect(step?.echoUs).toMatchObject({ count: 200, p50: 300, p99: 300 });
    expect(step?.ownErrorUs?.p99).toBeGreaterThanOrEqual(300);
    expect(step?.ownErrorUs?.p99).toBeLessThan(410);
  });

  it('says nothing of it where there was no echo', () => {
    const [step] = buildResult(rawRun(healthySamples())).steps;
    expect(step && 'ownErrorUs' in step).toBe(false);
  });
});

describe('a rule', () => {
  it.each([
    ['p99 < 2.1ms', 'pass', 0],
    ['p99 < 1.9ms', 'cannot-tell', 5],
    ['p99 < 1.5ms', 'fail', 1],
    ['p99 > 1.9ms', 'cannot-tell', 5],
    ['p99 > 1.5ms', 'pass', 0],
  ] as const)('of %s is a %s where p99 is 2 ms, of it 0.4 the own', (text, outcome, code) => {
    const result = resultOf(300, text);
    expect(result.slo).toMatchObject([{ step: 'high', outcome }]);
    expect(exitCodeOf(result)).toBe(code);
  });

  it('that cannot be told says how much the own is', () => {
    expect(resultOf(300, 'p99 < 1.9ms').slo[0]?.observed).toMatch(/^2 ms, of it at most 40\d us the generator's own$/);
  });
});

it('is a knee only where the target has it', () => {
  const ids = (lateUs: number) => buildResult(rawRun(slower(lateUs, 5000, 2))).findings.map(({ id }) => id);
  expect(ids(300)).toContain('latency-knee');
  expect(ids(2500)).not.toContain('latency-knee');
});

it('makes a run invalid where it is more than the scenario allows and more than five milliseconds', () => {
  const reasons = (lateUs: number, responseUs: number, maxOwnShare = 0.5) =>
    buildResult(
      rawRun(slower(lateUs, responseUs, 1), { scenario: { validity: { ...scenario.validity, maxOwnShare } } }),
    ).validity.reasons.map(({ code, step }) => [code, step]);
  expect(reasons(900, 1000)).toEqual([]);
  expect(reasons(7000, 20_000)).toEqual([]);
  expect(reasons(7000, 9000, 1)).toEqual([]);
  expect(reasons(7000, 9000)).toEqual([
    ['generator-own-error', 'low'],
    ['generator-own-error', 'high'],
  ]);
});

describe('a gate', () => {
  const own = (p99: number) => ({ ownErrorUs: { p50: 0, p90: 0, p95: 0, p99, p999: 0 } });
  const invalid = (candidateUs: (round: number) => number) => {
    const rounds = gateRounds(8, {}, (round, arm) => own(arm === 'candidate' ? candidateUs(round) : 100));
    return screenRounds(rounds, gateArms, { minWindows: 20 }).invalid;
  };

  it('gives no verdict where the generator read later with the candidate, by more than half of what p99 differs', () => {
    expect(invalid(() => 700).map(({ code, step, arm }) => [code, step, arm])).toEqual([
      ['own-error', 'low', 'candidate'],
      ['own-error', 'high', 'candidate'],
    ]);
    expect(invalid(() => 700)[0]?.message).toContain('600 us more with candidate than with baseline');
  });

  it('takes no notice of what is small or comes and goes', () => {
    expect(invalid(() => 150)).toEqual([]);
    expect(invalid((round) => (round % 2 === 0 ? 700 : 0))).toEqual([]);
  });
});
