/** Recovery and convergence of variants over rounds. */
import { describe, expect, it } from 'vitest';
import { judgeComparison } from '../../../src/analysis/compare/judgement.ts';
import type { ArmConvergence, ArmFault } from '../../../src/model/arm-faults.ts';
import { type Comparison, comparisonSchema } from '../../../src/model/comparison.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { comparisonPage } from '../../../src/report/html/comparison/page.ts';
import { comparisonText } from '../../../src/report/terminal/comparison.ts';
import { madeComparison } from '../../helpers/comparison.ts';

const fault = (state: ArmFault['state'], more: Partial<ArmFault> = {}): ArmFault => ({
  name: 'storm',
  state,
  why: 'because',
  ...more,
});

/** Two variants that are alike but for what came of a fault, or how long a condition took. */
function withFaults(
  of: (variant: string, round: number) => { faults?: ArmFault[]; convergences?: ArmConvergence[] },
  rounds = 8,
  names: readonly string[] = ['few', 'many'],
): Comparison {
  const made = madeComparison(
    names.map((name) => ({ name, p99Us: 10_000 })),
    rounds,
  );
  return { ...made, runs: made.runs.map((run) => ({ ...run, ...of(run.variant, run.round) })) };
}

const recovered = (seconds: number) => fault('recovered', { afterUs: seconds * 1e6 });

describe('recovery of variants', () => {
  const metastable = withFaults((variant, round) => ({
    faults: [variant === 'few' ? recovered(2 + round / 100) : fault('not-recovered', { metastable: true })],
  }));

  it('shows the metastable one as such in the first words', () => {
    const judged = judgeComparison(metastable);
    expect(judged.message).toMatch(
      /^recovery from storm: few recovers in 2\.0\d s \(mean; .* with 95 % confidence\), many does not recover in 8 of 8 rounds \(metastable\); many is shown worse than few \(p = 0\.0078\)/,
    );
    expect(comparisonText({ ...metastable, judgement: judged }, { color: false }).split('\n')[1]).toContain(
      'many does not recover in 8 of 8 rounds (metastable)',
    );
    expect(comparisonPage(metastable, judged)).toContain('8 (metastable in 8)');
  });

  it('makes no number of a round that never recovered', () => {
    const [wait] = judgeComparison(metastable).waits ?? [];
    const many = wait?.variants.find(({ variant }) => variant === 'many');
    expect(many).toMatchObject({ took: 0, never: 8, metastable: 8, timesUs: Array.from({ length: 8 }, () => null) });
    expect(many).not.toHaveProperty('meanUs');
    expect(wait?.contrasts[0]).toMatchObject({ verdict: 'worse', percent: { estimate: null, low: null, high: null } });
    expect(comparisonSchema.safeParse({ ...metastable, judgement: judgeComparison(metastable) }).success).toBe(true);
  });

  it('gives no mean where even one round never recovered', () => {
    const judged = judgeComparison(
      withFaults((variant, round) => ({
        faults: [variant === 'many' && round === 3 ? fault('not-recovered') : recovered(2)],
      })),
    );
    const many = judged.waits?.[0]?.variants.find(({ variant }) => variant === 'many');
    expect(many).toMatchObject({ took: 7, never: 1 });
    expect(many).not.toHaveProperty('meanUs');
    expect(judged.message).toContain('many does not recover in 1 of 8 rounds, does in 7');
  });

  it('shows how much longer one takes, with an interval around the truth', () => {
    const uniform = seededUniform(5);
    const judged = judgeComparison(
      withFaults((variant) => ({ faults: [recovered((variant === 'many' ? 3 : 2) * (1 + uniform() / 10))] }), 12),
    );
    const [contrast] = judged.waits?.[0]?.contrasts ?? [];
    expect(contrast?.verdict).toBe('worse');
    expect(contrast?.percent.low).toBeLessThan(50);
    expect(contrast?.percent.low).toBeGreaterThan(30);
    expect(contrast?.percent.high).toBeGreaterThan(50);
  });

  it('leaves rounds out of which nobody can tell, and counts them', () => {
    const judged = judgeComparison(
      withFaults((variant, round) => ({
        faults: [variant === 'many' && round < 3 ? fault('cannot-tell') : recovered(variant === 'many' ? 3 : 2)],
      })),
    );
    expect(judged.waits?.[0]?.contrasts[0]?.leftOut).toBe(2);
    expect(judged.message).toContain('cannot be told in 2 of 8 rounds');
  });

  it('holds nothing against a variant without the fault, which has nothing to recover from', () => {
    const judged = judgeComparison(withFaults((variant) => (variant === 'few' ? {} : { faults: [recovered(2)] })));
    expect(judged.waits?.[0]?.variants.map(({ variant }) => variant)).toEqual(['many']);
    expect(judged.waits?.[0]?.contrasts).toEqual([]);
  });

  it('shows nothing of alike variants, however often some rounds never recover, but in at most 5 % of comparisons', () => {
    const uniform = seededUniform(77);
    const draw = () => (uniform() < 0.3 ? fault('not-recovered') : recovered(1 + uniform()));
    const shown = Array.from({ length: 300 }, () => judgeComparison(withFaults(() => ({ faults: [draw()] })))).filter(
      ({ waits }) => waits?.[0]?.contrasts[0]?.verdict !== 'not shown',
    );
    // 24 or more of 300 at 5 % each are drawn in 2 % of cases.
    expect(shown.length).toBeLessThan(24);
  });

  it('is absent where there are neither faults nor conditions', () => {
    expect(judgeComparison(withFaults(() => ({})))).not.toHaveProperty('waits');
  });
});

describe('timed runs until converged', () => {
  const convergence = (seconds: number): ArmConvergence => ({
    condition: 'members=5',
    after: 'start',
    event: 'start',
    state: 'converged',
    tookUs: seconds * 1e6,
  });

  it('leaves warm-up rounds out, and keeps every repeat of the others', () => {
    const made = withFaults((_, round) => ({ convergences: [convergence(round <= 2 ? 60 : 1 + round / 10)] }), 10);
    const judged = judgeComparison({ ...made, warmupRounds: 2 });
    const [wait] = judged.waits ?? [];
    expect(wait).toMatchObject({ kind: 'converged', of: 'members=5 after start' });
    expect(judged.rounds).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(wait?.variants[0]?.timesUs).toEqual([1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2].map((s) => s * 1e6));
    expect(wait?.variants[0]?.meanUs).toBeCloseTo(1.65e6);
    // Student's t of 7 degrees of freedom: 2.365 times 0.245 s / sqrt(8).
    expect(wait?.variants[0]?.lowUs).toBeCloseTo(1.65e6 - 0.2048e6, -3);
  });
});
