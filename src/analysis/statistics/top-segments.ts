/** The stretches of a sequence of scores in which the high ones gather. */

/** A stretch from one place to another, both within it. */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

interface Candidate extends Segment {
  /** The sum of all scores before it, and up to its end. */
  readonly before: number;
  readonly upTo: number;
}

/**
 * All maximal scoring stretches, in order: none can be made longer or shorter for a higher sum, and none begins or ends with a score that is
 * not positive (Ruzzo and Tompa, ISMB 1999). With the logarithms of odds as scores they are the likeliest stretches of another state.
 */
export function topSegments(scores: readonly number[]): Segment[] {
  const found: Candidate[] = [];
  let sum = 0;
  for (const [place, score] of scores.entries()) {
    const before = sum;
    sum += score;
    if (score <= 0) continue;
    let next: Candidate = { from: place, to: place, before, upTo: sum };
    for (;;) {
      const { before: ownBefore } = next;
      const left = found.findLastIndex((each) => each.before < ownBefore);
      const joined = found[left];
      if (!joined || joined.upTo >= next.upTo) break;
      next = { from: joined.from, to: next.to, before: joined.before, upTo: next.upTo };
      found.length = left;
    }
    found.push(next);
  }
  return found.map(({ from, to }) => ({ from, to }));
}
