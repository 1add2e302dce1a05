/** Whether programs that were built with a profile are shown to be better than the same without; pure. */
import type { Comparison } from '../../model/comparison.ts';
import type { Pgo, PgoMetric } from '../../model/pgo.ts';
import { formatNumber, formatSignedPercent } from '../../model/units.ts';
import { judgeComparison, mostMoreErrors } from './judgement.ts';

/** The names of the two arms. */
export const pgoArms = { without: 'pgo-off', with: 'pgo' } as const;

/** What a profile is for comes first; both are of the same family, so that either may be the one that is shown. */
const judged = ['cpu', 'p99'] as const;
const titles = { cpu: 'CPU per request', p99: 'response p99' } as const;
/** In so many comparisons a change that is called detectable would have been shown. */
const power = 0.9;

/** What came of the comparison of `pgoArms`. */
export function pgoVerdict(comparison: Comparison): Pick<Pgo, 'outcome' | 'message' | 'metrics' | 'rounds'> {
  const judgement = judgeComparison(comparison, power);
  const { outcome, rounds, contrasts, summary } = judgement;
  const metrics = judged.flatMap((id): PgoMetric[] => {
    const found = contrasts.find(
      ({ metric, variant, step }) => metric === id && variant === pgoArms.with && step === undefined,
    );
    if (!found || found.percent.estimate === null) return [];
    const { verdict, detectablePercent } = found;
    const percent = { ...found.percent, estimate: found.percent.estimate };
    return [{ id, verdict, percent, detectablePercent }];
  });
  const told = { metrics, rounds: rounds.length };
  if (outcome !== 'judged')
    return { ...told, outcome: outcome === 'invalid' ? 'invalid' : 'cannot tell', message: judgement.message };
  const failed = summary.find(({ variant }) => variant === pgoArms.with)?.errorShare ?? 0;
  const usual = summary.find(({ variant }) => variant === pgoArms.without)?.errorShare ?? 0;
  if (failed > usual + mostMoreErrors)
    return {
      ...told,
      outcome: 'worse',
      message: `with the profile ${formatNumber(failed * 100)} % of the requests failed, and ${formatNumber(usual * 100)} % without`,
    };
  const of = (verdict: PgoMetric['verdict']) => metrics.filter((each) => each.verdict === verdict);
  const [worse, better] = [of('worse'), of('better')];
  const shown = worse.length > 0 ? worse : better;
  const rest = metrics.filter((each) => !shown.includes(each));
  const message = [...shown.map(shownText), ...rest.map(notShownText)].join('; ');
  if (worse.length > 0) return { ...told, outcome: 'worse', message };
  return { ...told, outcome: better.length > 0 ? 'better' : 'not shown', message };
}

function shownText({ id, verdict, percent }: PgoMetric): string {
  const { estimate, low, high } = percent;
  const bounds = `${low === null ? 'no bound' : formatSignedPercent(low)} to ${high === null ? 'no bound' : formatSignedPercent(high)}`;
  return `${titles[id]} is ${verdict}: ${formatSignedPercent(estimate)} (${bounds})`;
}

function notShownText(metric: PgoMetric): string {
  if (metric.verdict !== 'not shown') return shownText(metric);
  const { id, detectablePercent } = metric;
  const missed =
    detectablePercent === null
      ? 'how large one would have been shown is not known'
      : `one of ${formatNumber(detectablePercent)} % or more would have been missed in at most 1 of 10 such comparisons`;
  return `${titles[id]}: no difference shown; ${missed}`;
}
