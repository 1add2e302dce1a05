/** Recovery or convergence of variants in one sentence. */
import type { Judgement } from '../../model/comparison.ts';
import { formatPercent, formatTimeUs } from '../../model/units.ts';

type Wait = NonNullable<Judgement['waits']>[number];
type VariantWait = Wait['variants'][number];

/** `recovery from storm: few is well again in 2.1 s (1.9 s to 2.3 s), many never in 8 of 8 rounds (metastable)`; then what is shown. */
export function waitText({ kind, of, variants, contrasts }: Wait): string {
  const told = variants.map((each) => `${each.variant} ${variantText(each, kind)}`).join(', ');
  const shown = contrasts
    .filter(({ verdict }) => verdict !== 'not shown')
    .map(({ variant, against, verdict, percent, p }) => {
      const { estimate } = percent;
      const size = estimate === null ? '' : ` by ${formatPercent(Math.abs(estimate))}`;
      return `${variant} is shown ${verdict} than ${against}${size} (p = ${Number(p.toPrecision(2))})`;
    });
  const head = kind === 'recovery' ? `recovery from ${of}` : of;
  return [`${head}: ${told}`, ...shown].join('; ');
}

function variantText({ took, none, never, unknown, metastable, ...times }: VariantWait, kind: Wait['kind']): string {
  const rounds = took + none + never + unknown;
  const ended = timesText(times, kind);
  const parts = [
    ...(never > 0
      ? [
          `${kind === 'recovery' ? 'does not recover' : 'does not converge'} in ${never} of ${rounds} rounds${metastable > 0 ? ' (metastable)' : ''}`,
        ]
      : []),
    ...(ended === undefined ? [] : [ended]),
    ...(none > 0
      ? [`${kind === 'recovery' ? 'shows no harm' : 'held throughout'} in ${none} of ${rounds} rounds`]
      : []),
    ...(unknown > 0 ? [`cannot be told in ${unknown} of ${rounds} rounds`] : []),
    ...(never > 0 && took > 0 ? [`does in ${took}`] : []),
  ];
  return parts.join(', ');
}

function timesText(
  { meanUs, lowUs, highUs }: Pick<VariantWait, 'meanUs' | 'lowUs' | 'highUs'>,
  kind: Wait['kind'],
): string | undefined {
  if (meanUs === undefined) return undefined;
  const interval =
    lowUs === undefined || highUs === undefined
      ? ''
      : ` (mean; ${formatTimeUs(lowUs)} to ${formatTimeUs(highUs)} with 95 % confidence)`;
  return `${kind === 'recovery' ? 'recovers' : 'converges'} in ${formatTimeUs(meanUs)}${interval}`;
}
