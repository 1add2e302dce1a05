/** In which order the arms of each round run: randomised multiple interleaved trials (Abedi and Brecht, ICPE 2017). */
import { seededUniform } from '../../model/random.ts';

/** Keeps the streams of neighbouring rounds apart; any large odd number does (2^32 divided by the golden ratio). */
const stride = 0x9e3779b1;

/**
 * The arms of one round (from 0) in random order, each order equally likely (Fisher and Yates); it depends on the seed and the
 * round alone, so an interrupted experiment goes on as it would have.
 */
export function armOrder<Arm>(arms: readonly Arm[], round: number, seed: number): Arm[] {
  const next = seededUniform((seed ^ Math.imul(round + 1, stride)) | 0);
  const order = [...arms];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = Math.floor(next() * (last + 1));
    const [moved] = order.splice(chosen, 1);
    if (moved !== undefined) order.splice(last, 0, moved);
  }
  return order;
}
