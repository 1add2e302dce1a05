/** What pods of an arm ran, and where: another image under the same name makes its later rounds those of another program. */
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

/** What is to be said of the newest run where its pods were on other nodes than those of the first; undefined where they were on the same. */
export function otherNodesText(runs: readonly Pick<ArmRun, 'nodes'>[]): string | undefined {
  const [first] = runs;
  const nodes = runs.at(-1)?.nodes ?? {};
  const moved = Object.entries(nodes).find(([service, names]) => (first?.nodes?.[service] ?? names) !== names);
  if (!moved) return undefined;
  const [service, names] = moved;
  return `${service} was on ${names}, and in the first run on ${first?.nodes?.[service]}: what is unlike between nodes is in these numbers (nodeSelector holds pods to one)`;
}
