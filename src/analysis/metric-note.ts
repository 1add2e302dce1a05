/** What is to be said of one metric of a comparison, in one sentence. */
import type { Contrast } from '../model/comparison.ts';
import { changeUnit, contrastText } from '../model/contrast-text.ts';
import { formatNumber } from '../model/units.ts';

/** The sentence: the best and by how much, what else is shown, or the change that would have been shown. */
export function metricNote(
  contrasts: readonly Contrast[],
  best: string | undefined,
  variants: readonly string[],
  canTell: boolean,
): string {
  if (!canTell) return 'too few rounds to tell';
  const shown = contrasts.filter(({ verdict }) => verdict !== 'not shown');
  if (best !== undefined)
    return `${best} is best: ${shown
      .filter((one) => isOf(one, best))
      .map(contrastText)
      .join('; ')}`;
  if (shown.length > 0) {
    const rest = variants.length > 2 ? '; the others are not told apart' : '';
    return `${shown.map(contrastText).join('; ')}${rest}`;
  }
  const [size] = contrasts.flatMap(({ detectablePercent }) => detectablePercent ?? []).sort((a, b) => b - a);
  const unit = changeUnit(contrasts[0]?.metric ?? '');
  return size === undefined
    ? 'no difference shown'
    : `no difference shown; one of ${formatNumber(size)} ${unit} would have been, with a probability of 80 %`;
}

function isOf({ variant, against }: Contrast, name: string): boolean {
  return variant === name || against === name;
}
