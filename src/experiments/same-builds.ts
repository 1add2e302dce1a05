/** Arms that differ in nothing but how Go builds them, and were built alike all the same: one would be compared with itself. */
import { buildChanges, buildsOf } from '../analysis/rounds/build-changes.ts';
import type { ArmRun } from '../model/comparison.ts';
import { usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { isExternal } from '../model/topology-spec.ts';
import { sortedText } from '../runs/digest.ts';
import type { Arm } from './arm.ts';

/** Usage error for the first two of which a run has told how they were built. */
export function refuseSameBuilds(
  arms: readonly { readonly name: string; readonly read: { readonly scenario: Pick<Scenario, 'topology'> } }[],
  runs: readonly Pick<ArmRun, 'variant' | 'builds'>[],
): void {
  for (const [index, one] of arms.entries()) {
    for (const other of arms.slice(index + 1)) {
      const [first, second] = [buildsOf(runs, one.name), buildsOf(runs, other.name)];
      const services = Object.entries(first);
      const isSame = services.every(
        ([service, build]) => second[service] && buildChanges(build, second[service]).length === 0,
      );
      if (services.length === 0 || !isSame || !differInGoOnly(one.read.scenario, other.read.scenario)) continue;
      const built = services.map(([service, { version }]) => `${service} with ${version}`).join(', ');
      throw usageError(
        'same-variants',
        `${one.name} and ${other.name} were built alike, whatever go: sets (${built}): there is nothing to compare`,
        'Give them different settings, or remove one.',
      );
    }
  }
}

type Measured = Pick<Arm['read']['scenario'], 'topology'>;

function differInGoOnly({ topology: one }: Measured, { topology: other }: Measured): boolean {
  if (isExternal(one) || isExternal(other)) return false;
  const rest = (topology: typeof one) => sortedText({ ...topology, go: undefined });
  return sortedText(one.go ?? {}) !== sortedText(other.go ?? {}) && rest(one) === rest(other);
}
