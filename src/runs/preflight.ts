/** What must hold on this machine before a run may start anything. */
import { openFilesLimit } from '../host/machine.ts';
import { mayRaisePriority } from '../host/priority.ts';
import type { AskedFaults, TopologyEngine } from '../model/contracts.ts';
import { environmentError, usageError } from '../model/errors.ts';
import type { LoadSpec, Scenario } from '../model/scenario.ts';

/** Files that a run needs beside its connections: logs, raw samples, pipes of services, probes. */
const ownFiles = 200;

/** Throws an environment error when the process may not open as many connections as the load is allowed; an unknown limit passes. */
export function checkOpenFiles(load: Pick<LoadSpec, 'maxConnections'>, limit: number | undefined): void {
  const needed = load.maxConnections + ownFiles;
  if (limit === undefined || limit >= needed) return;
  throw environmentError(
    'open-files',
    `load.maxConnections ${load.maxConnections} needs up to ${needed} open files, and this process may open ${limit}`,
    `Raise the limit before the run (ulimit -n ${needed}), or lower it: --set load.maxConnections=${Math.max(1, limit - ownFiles)}.`,
  );
}

/** Throws an environment error when the load wants a priority that this process may not have. */
export function checkPriority({ priority }: Pick<LoadSpec, 'priority'>, mayRaise: () => boolean): void {
  if (priority !== 'high' || mayRaise()) return;
  throw environmentError(
    'priority',
    'load.priority high is not allowed here',
    'It takes root, CAP_SYS_NICE, or a limit that allows it (ulimit -e 34); or leave it out: --set load.priority=normal.',
  );
}

/** Throws an environment error when this machine cannot send such a load. */
export function checkMachine(load: Pick<LoadSpec, 'maxConnections' | 'priority'>): void {
  checkOpenFiles(load, openFilesLimit());
  checkPriority(load, mayRaisePriority);
}

/** Throws a usage error that names every fault which the engine cannot put in force; where the scenario says auto, it is known only now. */
export function checkFaults({ faults = [] }: Pick<Scenario, 'faults'>, engine: TopologyEngine): void {
  const refused = faults.flatMap(({ name, action }) => {
    const why = engine.faultMistake ? engine.faultMistake(action) : 'it can do nothing to what it runs';
    return why === undefined
      ? []
      : [`faults: ${JSON.stringify(name)} cannot be done by engine: ${engine.kind}: ${why}`];
  });
  if (refused.length > 0)
    throw usageError(
      'fault-refused',
      refused.join('\n'),
      'Choose another engine (--engine), or leave these faults out.',
    );
}

/** What the engine has to make ready before it starts anything; `starting` is told of what it starts. */
export function askedFaults(
  { faults = [], conditions = {}, roles = {}, target, load }: Scenario,
  starting: NonNullable<AskedFaults['starting']>,
): AskedFaults {
  const asked = Object.entries({ conditions, roles }).flatMap(([key, named]) =>
    Object.entries(named).map(([name, { service }]) => ({ name: `${key}.${name}`, service })),
  );
  const loadTo = 'service' in target ? target.service : undefined;
  const loadPort = 'service' in target ? target.port : undefined;
  const isLoadFromPods = load.generators?.kind === 'pods';
  return { faults, asked, loadTo, loadPort, isLoadFromPods, starting };
}
