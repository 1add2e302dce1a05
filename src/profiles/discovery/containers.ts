/** Targets among running containers: those of a compose project, those with given labels, or those that ask for it by their own. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import { messageOf } from '../../model/errors.ts';
import { followLives } from '../../topology/docker/container-stream.ts';
import { inspectContainer, type ProjectContainer, projectFilter } from '../../topology/docker/containers.ts';
import { everyReach, sharedWith } from '../../topology/docker/reach.ts';
import { pprofPlaces } from '../../topology/observe/pprof-places.ts';
import { containerTargetAt } from './container-target.ts';
import type { Discovery, Found, FoundTarget } from './discovery.ts';
import { type ProfileLabels, readProfileLabels } from './profile-labels.ts';
import type { Repeating } from './repeating.ts';

/** Which containers. */
export interface ContainerChoice {
  readonly project?: string | undefined;
  /** `name` or `name=value`, all of them; with neither these nor a project only containers that say so themselves. */
  readonly labels: readonly string[];
}

/** What the discovery uses of the world. */
export interface ContainerMeans {
  readonly docker: DockerEngine;
  /** Whether addresses of containers can be reached. */
  readonly isLinux: boolean;
  nowMs(): number;
  /** Which of these URLs shows pprof, and what was asked in vain. */
  probe(
    urls: readonly string[],
  ): Promise<{ readonly pprofUrl?: string | undefined; readonly asked: readonly string[] }>;
  /** Calls again and again, never twice at once, until `end`; `soon` calls earlier. */
  again(ms: number, look: () => Promise<void>): Repeating;
}

/** A container that was looked at, until it ends. */
interface Looked {
  readonly container: ProjectContainer;
  readonly ports: string;
  readonly target?: FoundTarget | undefined;
  readonly notes: readonly string[];
  readonly probes: number;
  /** When it may be asked again whether it shows pprof. */
  readonly againMs: number;
}

const lookMs = 5000;
const patienceMs = 5000;
const firstProbeMs = 5000;
const slowestProbeMs = 600_000;

/** The discovery of these containers; `name` is how the user asked. */
export function containerDiscovery(name: string, choice: ContainerChoice, means: ContainerMeans): Discovery {
  return {
    name,
    open: async (tell) => {
      let known: ReadonlyMap<string, Looked> = new Map();
      let told = '';
      let lives: (() => void) | undefined;
      const changed = new Set<string>();
      const onChange = (id: string) => {
        changed.add(id);
        timer.soon();
      };
      const look = async () => {
        const stale = await lookAt(choice, known, changed, means).then(
          (next) => {
            known = next;
            return undefined;
          },
          async (error: unknown) => messageOf(await whyUnheard(means.docker, error)),
        );
        if (stale === undefined) lives ??= await watch(choice, means, onChange);
        else {
          lives?.();
          lives = undefined;
        }
        const found = foundIn(known, choice, stale);
        const text = JSON.stringify(found);
        if (text !== told) tell(found);
        told = text;
      };
      const timer = means.again(lookMs, look);
      await look();
      return {
        close: () => {
          timer.end();
          lives?.();
        },
      };
    },
  };
}

/** What the engine itself says when it does not answer is better told than the words of one failed question. */
async function whyUnheard(docker: DockerEngine, error: unknown): Promise<unknown> {
  return await docker.ping(patienceMs).then(
    () => error,
    (why: unknown) => why,
  );
}

/** Starts and ends of containers; without them changes are seen at the next look. */
async function watch(choice: ContainerChoice, { docker }: ContainerMeans, onChange: (id: string) => void) {
  return await followLives(docker, filtersOf(choice), ({ containerId }) => onChange(containerId)).catch(
    () => undefined,
  );
}

function filtersOf({ project, labels }: ContainerChoice): string[] {
  return [...(project === undefined ? [] : [projectFilter(project)]), ...labels];
}

async function lookAt(
  choice: ContainerChoice,
  known: ReadonlyMap<string, Looked>,
  changed: Set<string>,
  means: ContainerMeans,
): Promise<ReadonlyMap<string, Looked>> {
  const listed = await means.docker.containers({ labels: filtersOf(choice), signal: AbortSignal.timeout(patienceMs) });
  const anew = new Set(changed);
  changed.clear();
  const running = listed.filter(({ labels }) => labels['com.docker.compose.oneoff'] !== 'True');
  const looked = await Promise.all(
    running.map(async ({ id, ports }): Promise<[string, Looked][]> => {
      const shown = JSON.stringify(ports);
      const before = anew.has(id) || known.get(id)?.ports !== shown ? undefined : known.get(id);
      if (before && (before.target !== undefined || before.againMs > means.nowMs())) return [[id, before]];
      const one = await lookAtOne(id, shown, before, choice, means).catch(unlessGone);
      return one ? [[id, one]] : [];
    }),
  );
  return new Map(looked.flat());
}

/** A container may end between the list and the look at it; that an engine fails otherwise is for all to know. */
function unlessGone(error: unknown): undefined {
  if ((error as { statusCode?: unknown }).statusCode !== 404) throw error;
}

/** Undefined for a container that has ended, or does not want to be asked. */
async function lookAtOne(
  id: string,
  ports: string,
  before: Looked | undefined,
  choice: ContainerChoice,
  means: ContainerMeans,
): Promise<Looked | undefined> {
  const container = before?.container ?? (await inspectContainer(means.docker, id));
  const said = readProfileLabels(container.service, container.labels);
  const isChosen = choice.project !== undefined || choice.labels.length > 0;
  const isAsked = said.enable === true || said.at !== undefined;
  if (said.enable === false || !(isChosen || isAsked) || !container.isRunning) return undefined;
  const probes = (before?.probes ?? 0) + 1;
  const waitMs = Math.min(firstProbeMs * 2 ** (probes - 1), slowestProbeMs);
  const seen = await findPlace(container, said, means);
  const looked = { container, ports, probes, againMs: means.nowMs() + waitMs };
  return 'place' in seen
    ? { ...looked, target: containerTargetAt(container, said, seen.place), notes: said.mistakes }
    : { ...looked, notes: [...said.mistakes, seen.why] };
}

async function findPlace(container: ProjectContainer, said: ProfileLabels, means: ContainerMeans) {
  const inspect = (id: string) => inspectContainer(means.docker, id).catch(() => undefined);
  const reach = await everyReach(container, { isLinux: means.isLinux, inspect });
  const isGuest = sharedWith(container) !== undefined && said.at === undefined;
  if (isGuest) return { why: 'it is in the network of another container: say its port with rampart.profile.port' };
  const places = pprofPlaces(container, said.at, reach, said);
  const [promised] = places;
  // What a label promises is collected from, also while it does not answer yet.
  if (said.at && promised) return { place: promised };
  if (said.at) return { why: `${unreachable(said.at.port)} (example: ports: ["127.0.0.1::${said.at.port}"])` };
  if (!promised) return { why: 'no port of it is published on a loopback address' };
  const { pprofUrl, asked } = await means.probe(places.map(({ url }) => url));
  const place = places.find(({ url }) => url === pprofUrl);
  return place ? { place } : { why: `no pprof (asked ${asked.join('; ')})` };
}

function unreachable(port: number): string {
  return `port ${port} of its labels is not published on a loopback address, and this machine has no other way to it`;
}

function foundIn(known: ReadonlyMap<string, Looked>, choice: ContainerChoice, stale: string | undefined): Found {
  const all = [...known.values()].sort((a, b) =>
    a.container.target.localeCompare(b.container.target, 'en', { numeric: true }),
  );
  const none = stale === undefined && all.length === 0 ? [nothingRuns(choice)] : [];
  return {
    targets: all.flatMap(({ target }) => target ?? []),
    notes: [...none, ...all.flatMap(({ container, notes }) => notes.map((note) => `${container.target}: ${note}`))],
    stale,
  };
}

function nothingRuns({ project, labels }: ContainerChoice): string {
  if (project !== undefined) return 'no container of this project is running';
  return labels.length > 0
    ? 'no running container has all these labels'
    : 'no running container is labelled rampart.profile.enable or profefe.com/enable';
}
