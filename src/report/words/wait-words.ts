/** Recovery and convergence of variants over the rounds, as reports show them. */
import type { Judgement } from '../../model/comparison.ts';
import { formatSignedPercent, formatTimeUs } from '../../model/units.ts';
import { noValue } from './number-format.ts';

/** See `Judgement.waits`. */
export type Wait = NonNullable<Judgement['waits']>[number];
type VariantWait = Wait['variants'][number];

/** `recovery from storm`, or the condition and its event. */
export function waitTitle({ kind, of }: Wait): string {
  return kind === 'recovery' ? `Recovery from ${of}` : `Time until ${of}`;
}

/** The mean with its interval; a dash where there is none, because some round never came to an end. */
export function meanCell({ meanUs, lowUs, highUs }: VariantWait): string {
  if (meanUs === undefined) return noValue;
  const mean = formatTimeUs(meanUs);
  return lowUs === undefined || highUs === undefined
    ? mean
    : `${mean} (${formatTimeUs(lowUs)} to ${formatTimeUs(highUs)})`;
}

/** In how many rounds it never came to an end, and in how many of these the system kept itself down. */
export function neverCell({ never, metastable }: VariantWait): string {
  return metastable > 0 ? `${never} (metastable in ${metastable})` : String(never);
}

/** All its times, in the order of rounds. */
export function timesCell({ timesUs }: VariantWait): string {
  return timesUs.map((us) => (us === null ? noValue : formatTimeUs(us))).join(', ');
}

/** What is shown of a variant against the first: the verdict, with the change where it is a number. */
export function shownCell(variant: string, { contrasts, variants }: Wait): string {
  const [first] = variants;
  const own = contrasts.find((each) => each.variant === variant && each.against === first?.variant);
  if (!own) return '';
  const { estimate, low, high } = own.percent;
  const bound = (value: number | null) => (value === null ? 'unbounded' : formatSignedPercent(value));
  const size = estimate === null ? '' : ` ${formatSignedPercent(estimate)} (${bound(low)} to ${bound(high)})`;
  const left = own.leftOut > 0 ? `, ${own.leftOut} rounds left out` : '';
  return `${own.verdict}${size}, p = ${Number(own.p.toPrecision(2))}${left}`;
}

/** One wait as a table of text, its heads first. */
export function waitTable(wait: Wait): readonly (readonly string[])[] {
  const [first] = wait.variants;
  return [
    [
      'variant',
      'mean (95 %)',
      'took',
      'nothing to wait for',
      'never',
      'cannot tell',
      `against ${first?.variant ?? ''}`,
    ],
    ...wait.variants.map((each) => [
      each.variant,
      meanCell(each),
      String(each.took),
      String(each.none),
      neverCell(each),
      String(each.unknown),
      shownCell(each.variant, wait),
    ]),
  ];
}
