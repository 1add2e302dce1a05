/** Random choices that follow from a seed. */
import { seededUniform } from '../../../src/model/random.ts';

/** Whole numbers below a limit, events of a probability, and picks from a list. */
export interface Dice {
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
}

/** Dice that always fall the same way for the same seed. */
export function newDice(seed: number): Dice {
  const next = seededUniform(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
  };
}
