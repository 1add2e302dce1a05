/** What a killed run left in the Docker engine: containers, networks, volumes and images, found by the owner in their labels. */
import type Docker from 'dockerode';
import { isOwnerAlive, machineMark, ownerMark } from '../../host/owner.ts';
import type { Log } from '../../model/host.ts';

const runLabel = 'dev.rampart.run';
const ownerLabel = 'dev.rampart.owner';

/** Labels for everything that this process creates for a run. */
export function ownerLabels(runId: string): Record<string, string> {
  return { [runLabel]: runId, [ownerLabel]: `${ownerMark()}@${machineMark()}` };
}

/** One thing of a dead run in the engine. */
interface Orphan {
  readonly what: string;
  readonly runId: string;
  remove(): Promise<unknown>;
}

/** Removes what runs of this machine left whose owner no longer lives, with a line for each run; never throws for a thing that cannot be removed. */
export async function removeOrphanContainers(docker: Docker, log: Log): Promise<readonly string[]> {
  const orphans = await findOrphans(docker, isOrphan);
  const runs = [...new Set(orphans.map((orphan) => orphan.runId))];
  for (const runId of runs) {
    const names = orphans.filter((orphan) => orphan.runId === runId).map((orphan) => orphan.what);
    log.warn(`removing ${names.join(', ')}, left behind by run ${runId}, which was killed`);
  }
  await removeAll(orphans, log);
  return runs;
}

/** Removes whatever of one run is still in the engine, for a `docker compose down` that failed half-way. */
export async function removeRun(docker: Docker, runId: string, log: Log): Promise<void> {
  await removeAll(await findOrphans(docker, (labels) => labels[runLabel] === runId), log);
}

type Labels = Readonly<Record<string, string | undefined>>;

function isOrphan(labels: Labels): boolean {
  const owner = labels[ownerLabel] ?? '';
  const at = owner.indexOf('@');
  // Owners of another machine or pid namespace cannot be judged from here.
  return owner.slice(at + 1) === machineMark() && !isOwnerAlive(owner.slice(0, at));
}

/** In the order in which they can be removed. */
async function findOrphans(docker: Docker, isWanted: (labels: Labels) => boolean): Promise<Orphan[]> {
  const filters = { label: [ownerLabel] };
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters }),
  ]);
  const orphan = (labels: Labels | null | undefined, what: string, remove: () => Promise<unknown>): Orphan[] => {
    return labels && isWanted(labels) ? [{ what, runId: labels[runLabel] ?? '', remove }] : [];
  };
  return [
    ...containers.flatMap(({ Id, Names, Labels }) => {
      const name = (Names[0] ?? Id).replace(/^\//, '');
      return orphan(Labels, `container ${name}`, () => docker.getContainer(Id).remove({ force: true, v: true }));
    }),
    ...networks.flatMap(({ Id, Name, Labels }) => {
      return orphan(Labels, `network ${Name}`, () => docker.getNetwork(Id).remove());
    }),
    ...(volumes.Volumes ?? []).flatMap(({ Name, Labels }) => {
      return orphan(Labels, `volume ${Name}`, () => docker.getVolume(Name).remove({ force: true }));
    }),
    ...images.flatMap(({ Id, RepoTags, Labels }) => {
      return orphan(Labels, `image ${RepoTags?.[0] ?? Id}`, () => docker.getImage(Id).remove({ force: true }));
    }),
  ];
}

async function removeAll(orphans: readonly Orphan[], log: Log): Promise<void> {
  for (const kind of ['container', 'network', 'volume', 'image']) {
    const some = orphans.filter(({ what }) => what.startsWith(`${kind} `));
    await Promise.all(some.map((orphan) => orphan.remove().catch((error: unknown) => reportLeft(orphan, error, log))));
  }
}

function reportLeft({ what }: Orphan, error: unknown, log: Log): void {
  // Another run may be removing the same things at this moment.
  if ((error as { statusCode?: number }).statusCode === 404) return;
  log.warn(`could not remove ${what}: ${error instanceof Error ? error.message.trim() : String(error)}`);
}
