/** Seeded random numbers, so that a schedule, an order or a verdict is the same every time it is made from one seed. */

const uint32 = 2 ** 32;

/**
 * A generator of uniform numbers in (0, 1): sfc32 by Chris Doty-Humphrey (PractRand, pracrand.sourceforge.net), its
 * state filled from the seed by splitmix32, the finaliser of MurmurHash3 over a Weyl sequence.
 */
export function seededUniform(seed: number): () => number {
  const fill = splitmix32(seed);
  let a = fill();
  let b = fill();
  let c = fill();
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return ((sum >>> 0) + 0.5) / uint32;
  };
  // The author's own warm-up: after 12 outputs every bit of the state depends on every bit of the seed.
  for (let round = 0; round < 12; round++) next();
  return next;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) | 0;
  };
}
