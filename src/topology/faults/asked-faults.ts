/** What a run is going to do, held against the services that there are, before any of them is started. */
import type { AskedFaults } from '../../model/contracts.ts';
import { usageError } from '../../model/errors.ts';
import { type FaultAction, type FaultTarget, faultTargetsOf, faultTargetText } from '../../model/fault.ts';

/** Replicas by service. */
export type ReplicaCounts = Readonly<Record<string, number>>;

/** As many as there are at any time: more than at the start where a fault brings more. */
export function mostReplicas(asked: AskedFaults | undefined, counts: ReplicaCounts): Record<string, number> {
  const most: Record<string, number> = { ...counts };
  for (const { action } of asked?.faults ?? []) {
    if (action.kind !== 'scale' || most[action.service] === undefined) continue;
    most[action.service] = Math.max(most[action.service] ?? 0, action.replicas);
  }
  return most;
}

/**
 * Throws a usageError with everything that is asked of services and replicas that are not in the file, and with what else an engine has
 * found; `counts` are those at the start.
 */
export function checkAskedFaults(
  asked: AskedFaults | undefined,
  counts: ReplicaCounts,
  file: string,
  found: readonly string[] = [],
): void {
  if (!asked) return;
  const has = `(it has: ${Object.keys(counts).join(', ')})`;
  const isService = (service: string) => Object.hasOwn(counts, service);
  const most = mostReplicas(asked, counts);
  const mistakes = asked.faults.flatMap(({ name, action }) => [
    ...servicesOf(action)
      .filter((service) => !isService(service))
      .map((service) => `fault ${JSON.stringify(name)}: ${service} is no service of ${file} ${has}`),
    ...faultTargetsOf(action).flatMap((target) => {
      const there = most[target.service];
      const wanted = target.replica ?? target.pick;
      if (wanted === undefined || there === undefined || wanted <= there) return [];
      return [`fault ${JSON.stringify(name)}: there is no ${faultTargetText(target)}, ${countText(target, there)}`];
    }),
  ]);
  for (const { name, service } of asked.asked)
    if (!isService(service)) mistakes.push(`${name}: ${service} is no service of ${file} ${has}`);
  mistakes.push(...found);
  if (mistakes.length > 0)
    throw usageError(
      'fault-refused',
      [...new Set(mistakes)].join('\n'),
      'Replicas are numbered from 1; topology.scale says how many there are.',
    );
}

function countText({ service }: FaultTarget, count: number): string {
  return `${service} has ${count === 1 ? 'one replica' : `${count} replicas`}`;
}

/** Those that it names; whoever has a role is found later. */
function servicesOf(action: FaultAction): string[] {
  const named = faultTargetsOf(action).flatMap(({ service, role }) => (role === undefined ? [service] : []));
  return action.kind === 'network' && action.from !== undefined ? [...named, action.from] : named;
}
