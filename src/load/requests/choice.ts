/** Which of a plan's requests and flows each arrival is; apart from what it sends, so that it is known of arrivals that others have sent. */
import type { LoadPlan } from '../../model/load.ts';
import { seededUniform } from '../../model/random.ts';

/** Keeps these choices apart from the gaps between arrivals, which are drawn from the same seed. */
const choiceStream = 0x5eed;

/**
 * The choices of all arrivals of a load, one after the other: places among its requests and, after them, its flows. `recorded` says them of
 * recorded arrivals; those of which it says -1 are chosen by weight.
 */
export function arrivalChoices(
  { requests, flows = [], seed }: Pick<LoadPlan, 'requests' | 'flows' | 'seed'>,
  recorded?: Int32Array,
): () => number {
  const all = [...requests, ...flows];
  if (all.length === 1) return () => 0;
  const choose = chooser(
    all.map(({ weight }, value) => ({ weight, value })),
    seededUniform(seed ^ choiceStream),
  );
  if (!recorded) return choose;
  let arrival = 0;
  return () => {
    const said = recorded[arrival++] ?? -1;
    return said < 0 ? choose() : said;
  };
}

/** Picks values in proportion to their weights; `uniform` gives numbers in (0, 1). */
export function chooser<T>(
  weighted: readonly { readonly weight: number; readonly value: T }[],
  uniform: () => number,
): () => T {
  const [first] = weighted;
  if (!first) throw new RangeError('there is nothing to choose from');
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = uniform() * total;
    for (const { weight, value } of weighted) {
      left -= weight;
      if (left < 0) return value;
    }
    return first.value;
  };
}
