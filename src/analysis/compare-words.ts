/** A comparison in words: who is best in what and by how much, or what difference would have been seen. */
import { formatNumber } from '../model/units.ts';
import type { Best, Comparison, Contrast } from './compare-variants.ts';
import { percentOfLog } from './effect.ts';
import type { VariantMetricName } from './variant-metrics.ts';

const titles: Readonly<Record<VariantMetricName, string>> = {
  tail: 'p99 over all steps',
  p99: 'p99',
  'slow-share': 'share of slow requests',
  capacity: 'capacity',
  'cpu-per-request': 'CPU per request',
  memory: 'memory',
  'gc-cpu': 'GC CPU',
  cost: 'cost per million requests',
};

/** A quantity as people call it, with its step. */
function metricTitle({
  metric,
  step,
}: {
  readonly metric: VariantMetricName;
  readonly step?: string | undefined;
}): string {
  return step === undefined ? titles[metric] : `${titles[metric]} at step ${step}`;
}

/** One line for each quantity: the winner and by how much it wins at least, or that no difference was shown and which one would have been. */
export function comparisonLines({ best, contrasts, rounds }: Comparison): string[] {
  return best.map((each) => {
    const own = contrasts.filter(({ metric, step }) => metric === each.metric && step === each.step);
    return `${metricTitle(each)}: ${each.winner === undefined ? withoutWinner(each, own) : won(each.winner, own)} (${rounds} rounds)`;
  });
}

function won(winner: string, contrasts: readonly Contrast[]): string {
  const parts = contrasts.flatMap((contrast) => {
    if (contrast.variant === winner) return [difference(contrast, contrast.against)];
    return contrast.against === winner ? [difference(mirrored(contrast), contrast.variant)] : [];
  });
  return `${winner} is best: ${parts.join('; ')}`;
}

function withoutWinner({ contenders, detectable }: Best, contrasts: readonly Contrast[]): string {
  const seen = Number.isFinite(detectable)
    ? `a difference of ${formatNumber(percentOfLog(detectable))} % would have been seen`
    : 'there are too few rounds to show any';
  const beaten = contrasts.flatMap(({ outcome, variant, against }) =>
    outcome === 'worse' ? [variant] : outcome === 'better' ? [against] : [],
  );
  if (beaten.length === 0) return `no difference shown; ${seen}`;
  return `no winner shown between ${contenders.join(', ')}; ${seen}; shown worse: ${[...new Set(beaten)].join(', ')}`;
}

/** `12 % lower than GOGC=100 (interval −14 % … −9.8 %)`. */
function difference({ estimate, low, high }: Contrast, other: string): string {
  const size = formatNumber(Math.abs(percentOfLog(estimate)));
  return `${size} % ${estimate < 0 ? 'lower' : 'higher'} than ${other} (interval ${signed(low)} … ${signed(high)})`;
}

function mirrored(contrast: Contrast): Contrast {
  return { ...contrast, estimate: -contrast.estimate, low: -contrast.high, high: -contrast.low };
}

function signed(log: number): string {
  const percent = percentOfLog(log);
  return `${percent < 0 ? '−' : '+'}${formatNumber(Math.abs(percent))} %`;
}
