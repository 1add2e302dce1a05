/** A gate's checks: the same ones whatever was measured, each with its numbers. */
import { expect, it } from 'vitest';
import { gateReport } from '../../../src/analysis/gate/report.ts';
import type { ArmStep } from '../../../src/model/comparison.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import { keptGate, reportOf } from '../../helpers/gate.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const asked = [
  'low p99',
  'low share of slow requests',
  'low p99 < 1s',
  'high p99',
  'high share of slow requests',
  'high p99 < 1s',
  'undefined capacity',
];
const rule = { text: 'p99 < 1s', metric: 'p99', comparison: '<', bound: 1e6 } as const;
const namesOf = ({ checks }: ReturnType<typeof reportOf>) => checks.map(({ step, name }) => `${step} ${name}`);

it.each([
  ['passed', 'pass', reportOf(8, {}, undefined, { slo: [rule] })],
  ['failed', 'fail', reportOf(8, { high: 0.3 }, undefined, { slo: [rule] })],
  ['had too few rounds', 'cannot-tell', reportOf(2, {}, undefined, { slo: [rule] })],
  ['is invalid', 'invalid', reportOf(8, {}, () => ({ lagP99Us: 90_000 }), { slo: [rule] })],
])('asks the same of a gate that %s', (_, verdict, report) => {
  expect(report.verdict).toBe(verdict);
  expect(namesOf(report)).toEqual(asked);
});

it('gives the change in percent, and the p99 of both arms over the rounds', () => {
  const { checks } = reportOf(8, { high: 0.3 });
  const p99 = checks.find(({ name, step }) => name === 'p99' && step === 'high');
  expect(p99?.outcome).toBe('worse');
  expect(p99?.change?.estimate).toBeCloseTo(30, 0);
  expect(p99?.change?.low).toBeLessThan(p99?.change?.estimate ?? 0);
  expect(p99?.baselineUs).toBeCloseTo(4000, 6);
  expect(p99?.candidateUs).toBeCloseTo(5200, -2);
});

it('says of a share of slow requests only that nothing was shown', () => {
  const slow = reportOf(8, {}, withSlow).checks.find(({ name }) => name === 'share of slow requests');
  expect(slow).toMatchObject({ outcome: 'not-shown', text: expect.stringContaining('rules nothing out') });
});

/** Some answers of a second, in some rounds more of the candidate. */
function withSlow(round: number, arm: string): Partial<ArmStep> {
  const response = newHistogram();
  response.recordValueWithCount(500, 11_600);
  response.recordValueWithCount(2000, 360);
  response.recordValueWithCount(1_000_000, arm === 'candidate' ? 20 + (round % 3) : 20);
  return { response: encodeHistogram(response) };
}

it('claims no precision where equally many requests were slow, as when none were', () => {
  const slow = reportOf(8).checks.find(({ name }) => name === 'share of slow requests');
  expect(slow).toMatchObject({
    outcome: 'not-shown',
    text: expect.stringContaining('as many requests were slow in one arm'),
  });
  expect(slow).not.toHaveProperty('change');
});

it('says why nothing could be told, at every check', () => {
  const few = reportOf(2).checks;
  expect(new Set(few.map(({ outcome }) => outcome))).toEqual(new Set(['open']));
  expect(few[0]?.text).toBe('2 usable rounds are too few to look at');
  const late = reportOf(8, {}, () => ({ lagP99Us: 90_000 })).checks;
  expect(new Set(late.map(({ outcome }) => outcome))).toEqual(new Set(['invalid']));
  expect(late[0]?.text).toContain('the generator itself was late');
});

it('keeps a rule of a step that is not judged', () => {
  const { checks } = reportOf(8, {}, undefined, { steps: ['low'], slo: [{ ...rule, step: 'high' }] });
  expect(checks.find(({ name }) => name === rule.text)).toMatchObject({ step: 'high', outcome: 'open' });
});

it('lists series that moved in the steps that are worse, and no others', () => {
  const series = (round: number, arm: string) => ({
    series: {
      'api sched.runqueue': (arm === 'candidate' ? 9 : 3) + round / 10,
      'api goroutines.total': 40 + (round % 3),
    },
  });
  const { moved } = reportOf(8, { high: 0.3 }, series);
  expect(moved?.series.map((each) => each.series)).toEqual(['api sched.runqueue']);
  expect(moved?.steps).toEqual(['high']);
  expect(reportOf(2, {}, series)).not.toHaveProperty('moved');
});

it('says of a waived slowdown who answers for it', () => {
  const waiver = { metric: 'p99', step: 'high', owner: 'ana', reason: 'bought safety', expires: '2099-01-01' } as const;
  const { checks, verdict } = reportOf(8, { high: 0.3 }, undefined, { waivers: [waiver] });
  const high = checks.find(({ name, step }) => name === 'p99' && step === 'high');
  expect(verdict).toBe('pass');
  expect(high).toMatchObject({
    outcome: 'waived',
    text: expect.stringContaining('ana answers for it until 2099-01-01'),
  });
});

it('notes that the candidate was built otherwise', () => {
  const goOf = (arm: string) => ({ version: arm === 'candidate' ? 'go1.27.0' : 'go1.26.8', settings: {} });
  const rounds = gateRounds(8).map(({ arms, ...round }) => ({
    ...round,
    arms: Object.fromEntries(Object.entries(arms).map(([arm, run]) => [arm, { ...run, builds: { api: goOf(arm) } }])),
  }));
  expect(gateReport(keptGate(rounds), { baseline: 'v1', candidate: 'v2' }).statements).toContainEqual({
    label: 'NOTE',
    text: 'api was built otherwise: go1.26.8 -> go1.27.0',
  });
});
