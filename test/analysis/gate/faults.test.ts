/** Gates on recovery, lost arrivals and convergence. */
import { describe, expect, it } from 'vitest';
import { gateReport } from '../../../src/analysis/gate/report.ts';
import { gateStatements } from '../../../src/analysis/gate/statements.ts';
import { gateVerdict } from '../../../src/analysis/gate/verdict.ts';
import type { ArmFault } from '../../../src/model/arm-faults.ts';
import { type GateInput, gateInputSchema } from '../../../src/model/gate-input.ts';
import { gateVerdictSchema } from '../../../src/model/gate-verdict.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { gatePage } from '../../../src/report/html/gate/page.ts';
import { gateMarkdown } from '../../../src/report/markdown/gate.ts';
import { keptGate } from '../../helpers/gate.ts';
import { gateInput, gateRounds } from '../../helpers/trial-rounds.ts';

type State = ArmFault['state'] | number;

const fault = (state: State, lost?: number): ArmFault => ({
  name: 'storm',
  ...(typeof state === 'number' ? { state: 'recovered', afterUs: state * 1e6 } : { state }),
  ...(lost === undefined ? {} : { lost: { observed: lost, expected: 0 } }),
  why: '',
});

/** A gate over rounds in which both arms have one fault. */
function faultGate(
  of: (round: number, arm: string) => ArmFault,
  settings: Partial<GateInput['settings']> = { metrics: ['recovery'] },
  count = 16,
): GateInput {
  const rounds = gateRounds(count).map((round) => ({
    ...round,
    arms: Object.fromEntries(
      Object.entries(round.arms).map(([arm, run]) => [arm, { ...run, faults: [of(round.index, arm)] }]),
    ),
  }));
  return { ...gateInput(rounds, settings), isOver: true };
}

const wobble = (round: number) => 1 + ((round * 7) % 5) / 500;
const texts = (input: GateInput) =>
  gateStatements(gateVerdict(input), input.settings).map(({ label, text }) => `${label} ${text}`);

describe('gate --metrics recovery', () => {
  it('passes a candidate that recovers as fast', () => {
    const input = faultGate((round, arm) => fault(2 * wobble(round + (arm === 'candidate' ? 1 : 0))));
    expect(gateVerdict(input).verdict).toBe('pass');
    expect(texts(input)[0]).toMatch(/^PASS recovery from storm: any increase is below 10 %/);
  });

  it('fails one that takes longer, and says by how much', () => {
    const input = faultGate((round, arm) => fault((arm === 'candidate' ? 3 : 2) * wobble(round)));
    expect(gateVerdict(input).verdict).toBe('fail');
    expect(texts(input)[0]).toMatch(
      /^FAIL recovery from storm: \+50 % longer .* baseline median 2\.0\d s, candidate median 3/,
    );
  });

  it('fails one that does not recover, without a number for it', () => {
    const input = faultGate((round, arm) => fault(arm === 'candidate' ? 'not-recovered' : 2 * wobble(round)));
    const verdict = gateVerdict(input);
    expect(verdict.verdict).toBe('fail');
    expect(verdict.decision?.cells[0]).toMatchObject({ estimate: null, low: null, high: null, detectable: null });
    expect(texts(input)[0]).toMatch(
      /^FAIL recovery from storm: baseline median 2\.0\d s, candidate never in 8 of 8 rounds, adjusted p = 0\.004,/,
    );
  });

  it('cannot tell where neither recovers, or nobody can tell', () => {
    for (const state of ['not-recovered', 'cannot-tell'] as const) {
      const input = faultGate(() => fault(state));
      expect(gateVerdict(input).verdict).toBe('cannot-tell');
      expect(texts(input)[0]).toMatch(/^OPEN recovery from storm: .*16 rounds say nothing and are left out/);
    }
  });

  it('cannot pass by the rounds that went well', () => {
    const input = faultGate((round, arm) => fault(arm === 'candidate' && round % 3 === 0 ? 'not-recovered' : 2));
    expect(gateVerdict(input).verdict).not.toBe('pass');
  });

  it('passes where neither was harmed, and a candidate that is harmed no more', () => {
    expect(gateVerdict(faultGate(() => fault('no-harm'))).verdict).toBe('pass');
    expect(gateVerdict(faultGate((_, arm) => fault(arm === 'candidate' ? 'no-harm' : 2))).verdict).toBe('pass');
  });

  it('cannot tell, and says why, where the arms have no fault in common', () => {
    const { rounds, ...rest } = faultGate((round) => fault(2 * wobble(round)));
    const calm = rounds.map((round) => {
      const { faults: _, ...run } = round.arms['candidate']!;
      return { ...round, arms: { ...round.arms, candidate: run } };
    });
    const input = { ...rest, rounds: calm };
    expect(gateVerdict(input).verdict).toBe('cannot-tell');
    expect(texts(input)).toEqual(['OPEN recovery: the arms have no fault in common, so nothing was judged by it']);
  });

  it('wants no windows of steps that nobody judges', () => {
    const input = faultGate((round) => fault(2 * wobble(round)), { metrics: ['recovery'], minWindows: 1000 });
    expect(gateVerdict(input).verdict).toBe('pass');
    const withRule = { metric: 'p99', text: 'p99 < 50ms', comparison: '<', bound: 50_000 } as const;
    const ruled = faultGate((round) => fault(2 * wobble(round)), {
      ...{ metrics: ['recovery'], minWindows: 1000, slo: [withRule] },
    });
    expect(gateVerdict(ruled).verdict).not.toBe('pass');
  });

  it('does not mind what the generator adds to a p99 that nobody judges', () => {
    const { rounds, ...rest } = faultGate((round) => fault(2 * wobble(round)));
    const late = rounds.map((round) => ({
      ...round,
      arms: Object.fromEntries(
        Object.entries(round.arms).map(([arm, run]) => {
          const ownErrorUs = { p50: 0, p90: 0, p95: 0, p99: arm === 'candidate' ? 3000 : 100, p999: 0 };
          return [arm, { ...run, steps: run.steps.map((step) => ({ ...step, ownErrorUs })) }];
        }),
      ),
    }));
    const verdictOf = (metrics: GateInput['settings']['metrics']) =>
      gateVerdict({ ...rest, rounds: late, settings: { ...rest.settings, metrics } }).verdict;
    expect(verdictOf(['recovery'])).toBe('pass');
    expect(verdictOf(['recovery', 'p99'])).toBe('invalid');
  });

  it('calls alike arms different in at most 5 % of gates, whatever part of their rounds never recovers', {
    timeout: 60_000,
  }, () => {
    const uniform = seededUniform(3);
    const fails = Array.from({ length: 200 }, () =>
      gateVerdict(faultGate(() => fault(uniform() < 0.4 ? 'not-recovered' : 1 + uniform()))),
    ).filter(({ verdict }) => verdict === 'fail');
    // 18 or more of 200 at 5 % each are drawn in 1 % of cases.
    expect(fails.length).toBeLessThan(18);
  });
});

describe('rules on recovery', () => {
  const rule = { text: 'recovery < 5s', metric: 'recovery', comparison: '<', bound: 5e6 } as const;

  it('are met by a candidate that is quick in every round, and missed by one that never recovers', () => {
    const settings = { metrics: ['recovery'] as const, slo: [rule] };
    const quick = faultGate((round) => fault(2 * wobble(round)), settings);
    expect(gateVerdict(quick).rules).toMatchObject([{ rule: 'recovery < 5s', step: 'storm', outcome: 'met' }]);
    expect(gateVerdict(quick).verdict).toBe('pass');
    const slow = faultGate(() => fault('not-recovered'), settings);
    expect(gateVerdict(slow).verdict).toBe('fail');
    expect(texts(slow)).toContain('FAIL recovery < 5s, storm: missed, and in most rounds there is no end to it');
  });

  it('keep a candidate from passing of which nobody can tell', () => {
    const input = faultGate(() => fault('cannot-tell'), { metrics: ['p99'], slo: [rule] });
    expect(gateVerdict(input)).toMatchObject({ verdict: 'cannot-tell', rules: [{ outcome: 'no-data' }] });
  });

  it('stand in the report with their fault', () => {
    const { input } = keptGate([]);
    const { rounds, settings } = faultGate((round) => fault(2 * wobble(round)), { metrics: ['recovery'], slo: [rule] });
    const gate = keptGate(rounds, { ...input.settings, ...settings });
    const report = gateReport(gate, { baseline: 'v1', candidate: 'v2' });
    expect(report.checks.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['recovery < 5s', 'met'],
      ['recovery, storm', 'ruled-out'],
    ]);
  });
});

describe('the report of a gate on recovery', () => {
  const reportOf = (of: Parameters<typeof faultGate>[0]) => {
    const { rounds, settings } = faultGate(of);
    return gateReport(keptGate(rounds, settings), { baseline: 'v1', candidate: 'v2' });
  };

  it('has the medians and the change where every round came to an end', () => {
    const [check] = reportOf((round, arm) => fault((arm === 'candidate' ? 3 : 2) * wobble(round))).checks;
    expect(check?.change?.estimate).toBeCloseTo(50, 0);
    expect(check?.candidateUs).toBeGreaterThan(2.9e6);
  });

  it('draws no change of what never came to an end, and says so in words', () => {
    const report = reportOf((round, arm) => fault(arm === 'candidate' ? 'not-recovered' : 2 * wobble(round)));
    expect(report.checks[0]).not.toHaveProperty('change');
    for (const text of [gatePage(report, []), gateMarkdown(report, [])])
      expect(text).toContain('candidate never in 8 of 8 rounds');
  });
});

describe('gate --metrics lost', () => {
  it('fails a candidate that loses more, and passes nothing alone', () => {
    const more = faultGate((round, arm) => fault(2, arm === 'candidate' ? 400 + round : 100 + round), {
      metrics: ['lost'],
    });
    expect(gateVerdict(more).verdict).toBe('fail');
    expect(texts(more)[0]).toMatch(/^FAIL arrivals lost to storm: \+\d+ % more/);
    const same = faultGate((round) => fault(2, 100 + round), { metrics: ['lost'] });
    expect(gateVerdict(same).verdict).toBe('cannot-tell');
  });
});

it('keeps everything that a verdict depends on, in a form that survives JSON', () => {
  const input = faultGate((round, arm) => fault(arm === 'candidate' ? 'not-recovered' : 2 * wobble(round)));
  const again = gateInputSchema.parse(JSON.parse(JSON.stringify(input)));
  const verdict = gateVerdict(input);
  expect(gateVerdict(again)).toEqual(verdict);
  expect(gateVerdictSchema.parse(JSON.parse(JSON.stringify(verdict)))).toEqual(verdict);
});
