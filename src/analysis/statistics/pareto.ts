/** Which of several alternatives nothing else is better than in every way. */

/** One thing that counts. */
interface Objective {
  readonly id: string;
  readonly better: 'low' | 'high';
}

/** Values closer than this share count as equal: their difference would not be called one. */
const equalShare = 0.01;

/** By alternative: whether no other is at least as good in every objective and better in one. */
export function onFront(
  rows: readonly Readonly<Record<string, number>>[],
  objectives: readonly Objective[],
): boolean[] {
  return rows.map((row) => !rows.some((other) => other !== row && dominates(other, row, objectives)));
}

function dominates(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
  objectives: readonly Objective[],
): boolean {
  const gains = objectives.map(({ id, better }) => {
    const [a, b] = [one[id] ?? Number.NaN, other[id] ?? Number.NaN];
    const gain = (better === 'low' ? b - a : a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-9);
    return Math.abs(gain) < equalShare ? 0 : gain;
  });
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}
