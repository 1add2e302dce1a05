/** Looks for bytes in a body that comes in pieces (Knuth, Morris and Pratt 1977); keeps nothing of the body. */

/** Looks at bodies without keeping them: the bytes from `from` to `to` are gone when it returns. */
export interface BodyListener {
  take(bytes: Uint8Array, from: number, to: number): void;
}

/** One search after the other; `found` says whether the body so far contains what is looked for. */
export class BodySearch implements BodyListener {
  found = false;

  private wanted: Uint8Array = new Uint8Array(0);
  /** For each length of a match, the longest shorter match that ends at the same byte. */
  private shorter: Uint32Array = new Uint32Array(0);
  private matched = 0;

  /** Starts over with a new body; `wanted` is not empty. */
  start(wanted: Uint8Array): void {
    this.found = false;
    this.matched = 0;
    if (this.wanted === wanted) return;
    this.wanted = wanted;
    this.shorter = shorterMatches(wanted);
  }

  take(bytes: Uint8Array, from: number, to: number): void {
    const { wanted, shorter } = this;
    let { matched } = this;
    for (let at = from; at < to && !this.found; at++) {
      const byte = bytes[at];
      while (matched > 0 && wanted[matched] !== byte) matched = shorter[matched] ?? 0;
      if (wanted[matched] === byte) matched++;
      this.found = matched === wanted.length;
    }
    this.matched = matched;
  }
}

function shorterMatches(wanted: Uint8Array): Uint32Array {
  const shorter = new Uint32Array(wanted.length + 1);
  let matched = 0;
  for (let at = 1; at < wanted.length; at++) {
    while (matched > 0 && wanted[matched] !== wanted[at]) matched = shorter[matched] ?? 0;
    if (wanted[matched] === wanted[at]) matched++;
    shorter[at + 1] = matched;
  }
  return shorter;
}
