/** What is to be said of one metric of a comparison, in one sentence. */
import type { Contrast } from '../../model/comparison.ts';
import { changeText, changeUnit } from '../../model/contrast-text.ts';
import { formatNumber } from '../../model/units.ts';

/** The sentence: the best and by how much, else what differs from the first variant, else the change that would have been shown. */
export function metricNote(
  contrasts: readonly Contrast[],
  ofSteps: readonly Contrast[],
  best: string | undefined,
  variants: readonly string[],
  canTell: boolean,
): string {
  if (!canTell) return 'too few rounds to tell';
  if (best !== undefined) return bestNote(contrasts, best, variants);
  const shown = contrasts.filter(({ verdict }) => verdict !== 'not shown');
  if (shown.length > 0) return differencesNote(contrasts, shown, variants);
  const [size] = contrasts.flatMap(({ detectablePercent }) => detectablePercent ?? []).sort((a, b) => b - a);
  const together = ofSteps.length === 0 ? '' : ' over all judged steps together';
  const [first] = contrasts;
  const could =
    size === undefined || first === undefined
      ? ''
      : `; one of ${formatNumber(size)} ${changeUnit(first.metric)} would have been, with a probability of 80 %`;
  const steps = ofSteps
    .filter(({ verdict }) => verdict !== 'not shown')
    .map((one) => `at ${one.step} ${one.variant} ${changeText(one)} against ${one.against}; `);
  return `${steps.join('')}no difference shown${together}${could}`;
}

function bestNote(contrasts: readonly Contrast[], best: string, variants: readonly string[]): string {
  const [first] = variants;
  if (best !== first) {
    const own = contrasts.find(({ variant, against }) => variant === best && against === first);
    const others = variants.length > 2 ? ', and better than every other' : '';
    return own ? `${changeText(own)} against ${first}${others}` : 'better than every other';
  }
  const changes = contrasts.filter(({ against }) => against === best);
  return `every other is worse: ${changes.map((one) => `${one.variant} ${changeText(one)}`).join('; ')}`;
}

/** No variant is best: those that are shown worse than none are the ones to choose from. */
function differencesNote(
  contrasts: readonly Contrast[],
  shown: readonly Contrast[],
  variants: readonly string[],
): string {
  const [first] = variants;
  const losers = new Set(shown.map(({ variant, against, verdict }) => (verdict === 'worse' ? variant : against)));
  const left = variants.filter((name) => !losers.has(name));
  const fromFirst = shown.filter(({ against }) => against === first);
  const changes = fromFirst.map((one) => `${one.variant} ${changeText(one)}`).join('; ');
  const told = changes === '' ? `none differs from ${first}` : `against ${first}: ${changes}`;
  return left.length > 1
    ? `not told apart: ${left.join(', ')}; ${told}`
    : `${told} (${shown.length} of ${contrasts.length} pairs differ)`;
}
