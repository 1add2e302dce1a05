/** A comparison, and an experiment with profiles, in a few words. */
import type { Comparison } from '../../model/comparison.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import type { Pgo } from '../../model/pgo.ts';
import type { SummaryFacts } from '../../model/run-summary.ts';

/** Of a comparison; one that is not judged has not told anything yet. */
export function comparisonSummary(comparison: Comparison): SummaryFacts {
  const { id, startedAt, scenario, tags, tool, runs, judgement, variants } = comparison;
  const names = variants.map(({ name }) => name).join(', ');
  const best = judgement?.metrics.find((metric) => metric.id === 'p99')?.best;
  return {
    of: 'compare',
    id,
    startedAt,
    scenario: scenario.name,
    ...(tags ? { tags } : {}),
    tool: tool.version,
    verdict: verdictOf(judgement?.outcome),
    outcome: `${names}: ${judgement ? (best === undefined ? 'none is shown to be best in p99' : `${best} is best in p99`) : 'not judged'}`,
    tookMs: runs.reduce((sum, { tookMs }) => sum + tookMs, 0),
  };
}

function verdictOf(outcome: NonNullable<Comparison['judgement']>['outcome'] | undefined): Verdict {
  if (outcome === undefined || outcome === 'invalid') return 'invalid';
  return outcome === 'cannot tell' ? 'cannot-tell' : 'pass';
}

const pgoVerdicts: Readonly<Record<Pgo['outcome'], Verdict>> = {
  better: 'pass',
  worse: 'fail',
  'not shown': 'cannot-tell',
  'cannot tell': 'cannot-tell',
  invalid: 'invalid',
};

/** Of an experiment with profiles that began at `startedAt`. */
export function pgoSummary({ id, tool, scenario, tags, outcome, message }: Pgo, startedAt: string): SummaryFacts {
  return {
    of: 'pgo',
    id,
    startedAt,
    scenario,
    ...(tags ? { tags } : {}),
    tool: tool.version,
    verdict: pgoVerdicts[outcome],
    outcome: message,
  };
}
