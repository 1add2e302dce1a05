/** Variants against each other: simultaneous intervals over all pairs and quantities, and a winner only where one was shown. */
import { detectableWithin, logOfShare, standardDeviation } from './effect.ts';
import { signFlipMaxT } from './sign-flip.ts';
import type { VariantMetric, VariantMetricName } from './variant-metrics.ts';

/** A difference in another quantity up to this does not count against a variant that is shown to be better in one. */
const negligible = logOfShare(0.025);

/** One pair in one quantity, as the log-ratio of `variant` to `against`. */
export interface Contrast {
  readonly metric: VariantMetricName;
  readonly step?: string | undefined;
  readonly variant: string;
  readonly against: string;
  /** Mean over rounds, and its interval; all intervals hold together with probability 1 - `error`. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Adjusted for all pairs and quantities. */
  readonly p: number;
  /** The log-ratio that would have been shown with 95 % probability. */
  readonly detectable: number;
  readonly outcome: 'better' | 'worse' | 'not-shown';
}

/** Who is best in one quantity. */
export interface Best {
  readonly metric: VariantMetricName;
  readonly step?: string | undefined;
  /** Shown to be better than every other variant. */
  readonly winner?: string | undefined;
  /** Shown to be worse than none. */
  readonly contenders: readonly string[];
  /** The largest of the log-ratios that would have been shown between contenders. */
  readonly detectable: number;
}

/** What a comparison found. */
export interface Comparison {
  readonly rounds: number;
  readonly contrasts: readonly Contrast[];
  readonly best: readonly Best[];
  /** Variants that no other is shown to beat without being worse elsewhere. */
  readonly pareto: readonly string[];
  readonly isExact: boolean;
  readonly flips: number;
}

/**
 * All pairs (or all against the first variant) in all quantities, as one family: the two-sided sign-flip max-T over rounds gives
 * adjusted p-values, and its critical value gives intervals `mean ± c * sd / sqrt(R)` that leave out 0 exactly where p is at most `error`.
 */
export function compareVariants(
  variants: readonly string[],
  metrics: readonly VariantMetric[],
  options: { readonly against: 'all' | 'first'; readonly error: number; readonly seed: number },
): Comparison {
  const pairs = pairsOf(variants, options.against);
  const cells = metrics.flatMap((metric) => pairs.map(([variant, against]) => ({ metric, variant, against })));
  const ratios = cells.map(({ metric, variant, against }) => logRatios(metric, variant, against));
  const rounds = ratios[0]?.length ?? 0;
  const rows = Array.from({ length: rounds }, (_, round) => ratios.map((values) => values[round] ?? Number.NaN));
  const test = signFlipMaxT(rows, { sides: 'two', seed: options.seed });
  const critical = test.critical(options.error);
  const contrasts = cells.map(({ metric, variant, against }, index): Contrast => {
    const values = ratios[index] ?? [];
    const estimate = values.reduce((sum, value) => sum + value, 0) / rounds;
    const sd = standardDeviation(values);
    const half = Number.isFinite(critical) ? (critical * sd) / Math.sqrt(rounds) : Number.POSITIVE_INFINITY;
    const p = test.p[index] ?? 1;
    const isLower = estimate < 0;
    return {
      metric: metric.name,
      ...(metric.step === undefined ? {} : { step: metric.step }),
      variant,
      against,
      estimate,
      low: estimate - half,
      high: estimate + half,
      p,
      detectable: detectableWithin(critical, sd, rounds),
      outcome:
        p > options.error || estimate === 0 ? 'not-shown' : isLower !== metric.isHigherBetter ? 'better' : 'worse',
    };
  });
  return {
    rounds,
    contrasts,
    best: metrics.map((metric) => bestIn(metric, variants, contrasts)),
    pareto: paretoSet(variants, metrics, contrasts),
    isExact: test.isExact,
    flips: test.flips,
  };
}

function pairsOf(variants: readonly string[], against: 'all' | 'first'): [string, string][] {
  return variants.flatMap((reference, index) =>
    against === 'first' && index > 0
      ? []
      : variants.slice(index + 1).map((variant): [string, string] => [variant, reference]),
  );
}

function logRatios({ values }: VariantMetric, variant: string, against: string): number[] {
  return (values[variant] ?? []).map(
    (value, round) => Math.log(value) - Math.log(values[against]?.[round] ?? Number.NaN),
  );
}

/** How `variant` does against `other` in a quantity, whichever of the two was the reference. */
function relation(
  contrasts: readonly Contrast[],
  { name, step, isHigherBetter }: VariantMetric,
  variant: string,
  other: string,
) {
  for (const each of contrasts) {
    if (each.metric !== name || each.step !== step) continue;
    const { outcome, estimate, detectable } = each;
    const worse = isHigherBetter ? -estimate : estimate;
    if (each.variant === variant && each.against === other) return { outcome, worse, detectable };
    if (each.variant === other && each.against === variant) {
      const mirrored = outcome === 'better' ? 'worse' : outcome === 'worse' ? 'better' : 'not-shown';
      return { outcome: mirrored, worse: -worse, detectable } as const;
    }
  }
  return undefined;
}

function bestIn(metric: VariantMetric, variants: readonly string[], contrasts: readonly Contrast[]): Best {
  const against = (variant: string) =>
    variants.filter((other) => other !== variant).map((other) => relation(contrasts, metric, variant, other));
  const contenders = variants.filter((variant) => against(variant).every((each) => each?.outcome !== 'worse'));
  const winner = variants.find((variant) => against(variant).every((each) => each?.outcome === 'better'));
  const between = contenders.flatMap((variant) =>
    contenders.flatMap((other) => relation(contrasts, metric, variant, other)?.detectable ?? []),
  );
  return {
    metric: metric.name,
    ...(metric.step === undefined ? {} : { step: metric.step }),
    ...(winner === undefined || variants.length < 2 ? {} : { winner }),
    contenders,
    detectable: Math.max(0, ...between),
  };
}

/** Without the steps one by one: they are in the tail already. Cost is left out too, because it is made of CPU and memory. */
function paretoSet(
  variants: readonly string[],
  metrics: readonly VariantMetric[],
  contrasts: readonly Contrast[],
): string[] {
  const own = metrics.filter(({ name }) => name !== 'p99' && name !== 'cost');
  const beats = (variant: string, other: string) => {
    const relations = own.flatMap((metric) => relation(contrasts, metric, variant, other) ?? []);
    return (
      relations.some(({ outcome }) => outcome === 'better') &&
      relations.every(({ outcome, worse }) => outcome === 'better' || (outcome === 'not-shown' && worse <= negligible))
    );
  };
  return variants.filter((variant) => !variants.some((other) => other !== variant && beats(other, variant)));
}
