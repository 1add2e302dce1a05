/** What a killed run left in the Docker engine: containers, networks, volumes and images, found by the owner in their labels. */
import type { DockerEngine, EngineThing } from '../../host/docker-engine.ts';
import { isOwnerAlive, machineMark, ownerMark } from '../../host/owner.ts';
import type { Log } from '../../model/host.ts';

/** The label of everything that is made for a run; holds the run's id. */
export const runLabel = 'dev.rampart.run';
/** See `runLabel`; holds whose it is. */
export const ownerLabel = 'dev.rampart.owner';

/** Labels for everything that this process creates for a run. */
export function ownerLabels(runId: string): Record<string, string> {
  return { [runLabel]: runId, [ownerLabel]: `${ownerMark()}@${machineMark()}` };
}

/**
 * Removes what runs of this machine left whose owner no longer lives, with a line for each run; never throws for a thing that cannot be
 * removed.
 */
export async function removeOrphanContainers(docker: DockerEngine, log: Log): Promise<readonly string[]> {
  const orphans = (await docker.things(ownerLabel)).filter(({ labels }) => isOrphan(labels));
  const runs = [...new Set(orphans.map(runOf))];
  for (const runId of runs) {
    const names = orphans.filter((orphan) => runOf(orphan) === runId).map(nameOf);
    log.warn(`removing ${names.join(', ')}, left behind by run ${runId}, which was killed`);
  }
  await removeAll(orphans, log);
  return runs;
}

/** Removes whatever of one run is still in the engine, for a `docker compose down` that failed half-way. */
export async function removeRun(docker: DockerEngine, runId: string, log: Log): Promise<void> {
  const things = await docker.things(ownerLabel);
  await removeAll(
    things.filter((thing) => runOf(thing) === runId),
    log,
  );
}

type Labels = Readonly<Record<string, string | undefined>>;

function isOrphan(labels: Labels): boolean {
  return isOrphanOwner(labels[ownerLabel] ?? '');
}

/** Whether an owner was a process of this machine that no longer lives. */
export function isOrphanOwner(owner: string): boolean {
  const at = owner.indexOf('@');
  // Owners of another machine or pid namespace cannot be judged from here.
  return owner.slice(at + 1) === machineMark() && !isOwnerAlive(owner.slice(0, at));
}

function runOf({ labels }: EngineThing): string {
  return labels[runLabel] ?? '';
}

function nameOf({ kind, name }: EngineThing): string {
  return `${kind} ${name}`;
}

/** In the order in which they can be removed. */
async function removeAll(things: readonly EngineThing[], log: Log): Promise<void> {
  for (const kind of ['container', 'network', 'volume', 'image']) {
    const some = things.filter((thing) => thing.kind === kind);
    await Promise.all(some.map((thing) => thing.remove().catch((error: unknown) => reportLeft(thing, error, log))));
  }
}

function reportLeft(thing: EngineThing, error: unknown, log: Log): void {
  log.warn(`could not remove ${nameOf(thing)}: ${error instanceof Error ? error.message.trim() : String(error)}`);
}
