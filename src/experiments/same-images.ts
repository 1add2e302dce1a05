/** What pods of an arm ran: another image under the same name makes its later rounds those of another program. */
import type { ArmRun } from '../model/comparison.ts';
import { exitCodes, RampartError } from '../model/errors.ts';

/** Throws an error that says "cannot tell" for the first arm of which two runs had other images under the same names. */
export function refuseMovedImages(runs: readonly Pick<ArmRun, 'round' | 'variant' | 'images'>[]): void {
  const first = new Map<string, Pick<ArmRun, 'round' | 'images'>>();
  for (const run of runs) {
    if (!run.images) continue;
    const before = first.get(run.variant);
    if (!before) {
      first.set(run.variant, run);
      continue;
    }
    const moved = Object.entries(run.images).find(([service, id]) => (before.images?.[service] ?? id) !== id);
    if (!moved) continue;
    const [service, id] = moved;
    throw new RampartError({
      code: 'image-moved',
      message: `${run.variant}: ${service} ran ${before.images?.[service]} in round ${before.round} and ${id} in round ${run.round}: its tag moved, so that the rounds are not comparable`,
      hint: `Name the image by its digest, or by a tag that nobody gives to another.`,
      exitCode: exitCodes.cannotTell,
    });
  }
}
