/** Why faults that are asked for cannot be done to services as their file has them; pure. */
import type { AskedFaults } from '../../model/contracts.ts';
import { faultTargetsOf } from '../../model/fault.ts';
import { replicaMistake } from './host-ports.ts';
import { oneShotServices, type ResolvedProject } from './project.ts';

/** One sentence for each. */
export function serviceMistakes(project: ResolvedProject, asked: AskedFaults | undefined): string[] {
  const oneShots = oneShotServices(project);
  return (asked?.faults ?? []).flatMap(({ name, action }) => {
    const ended = faultTargetsOf(action).filter(({ service, role }) => role === undefined && oneShots.has(service));
    const service = action.kind === 'scale' ? project.services[action.service] : undefined;
    const why = action.kind === 'scale' && service ? replicaMistake(service, action.replicas) : undefined;
    return [
      ...ended.map((target) => `${target.service} runs to its end before others start, and is gone when load begins`),
      ...(why === undefined || action.kind !== 'scale' ? [] : [`${action.service} cannot be scaled: ${why}`]),
    ].map((mistake) => `fault ${JSON.stringify(name)}: ${mistake}`);
  });
}
