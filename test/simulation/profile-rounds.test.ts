/** What profile rounds name, held against services whose truth is known; few repetitions, but the same in every run. */
import { describe, expect, it } from 'vitest';
import { codeChanges } from '../../src/analysis/code/code-changes.ts';
import { type MadeRounds, profiledRounds } from './profiled-service.ts';
import { changed, culprits, seeded, shop } from './seeded-changes.ts';

const times = 60;

function named(change: keyof typeof seeded | undefined, options: MadeRounds = {}) {
  const after = change === undefined ? shop : changed(shop, seeded[change]);
  return Array.from(
    { length: times },
    (_, seed) => codeChanges(profiledRounds(shop, after, seed + 1, options), 4).functions,
  );
}

describe('rounds of the same code', () => {
  it.each([
    ['four rounds', {}],
    ['three rounds', { rounds: 3 }],
    ['two rounds', { rounds: 2 }],
    ['runs that differ by 10 % in CPU time', { runSd: 0.1 }],
    ['runs that differ threefold in waits', { waitSd: 1.1 }],
    ['few requests', { requests: 800 }],
  ] as const)('name nothing in nine of ten tries: %s', (_, options) => {
    const some = named(undefined, options).filter((functions) => functions.length > 0);
    expect(some.length / times).toBeLessThanOrEqual(0.1);
  });
});

describe('a seeded change', () => {
  it.each(['cpu', 'allocation', 'lock', 'wait'] as const)('of %s is named first in nine of ten tries', (change) => {
    const first = named(change).filter(([each]) => each?.name === culprits[change]);
    expect(first.length / times).toBeGreaterThanOrEqual(0.9);
  });
});
