/** Makes generators' pods exist, and says in bounded time why they do not. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { GeneratorPodsSpec } from '../../model/generator-pods.ts';
import { formatDurationMs } from '../../model/units.ts';
import { containerName, type GeneratorPlace, generatorObjects, type PodObject } from './objects.ts';
import { type PodState, type SeenPod, stateOf } from './state.ts';

/** A generator that waits to be called. */
export interface GeneratorPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** Where it listens, within the cluster. */
  readonly address: string;
  readonly port: number;
  /** What the node runs, by digest where its runtime tells it. */
  readonly imageId?: string | undefined;
}

type PodName = Pick<GeneratorPod, 'namespace' | 'name'>;

/** What is waited with. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Tells the user what is left behind. */
  warn(message: string): void;
}

const pollMs = 250;
/** So often is looked whether a pod has ended whose log has. */
const mostLooks = 40;
const shownLines = 5;
const imageHint =
  'Its image must be there for the nodes and hold rampart of this version, with `rampart` as its entrypoint: `load.generators.image`, `load.generators.pullSecrets`.';
const podKind = { apiVersion: 'v1', kind: 'Pod' } as const;

/** All of them, listening; what was made is removed again when it rejects: refused, not schedulable, without image, or not there in time. */
export async function startGeneratorPods(
  cluster: KubeCluster,
  spec: GeneratorPodsSpec,
  place: GeneratorPlace,
  waiting: Waiting,
): Promise<readonly GeneratorPod[]> {
  const objects = generatorObjects(spec, place);
  try {
    for (const object of objects) await cluster.create(object);
    const pods = objects.flatMap(({ kind, metadata }) => (kind === podKind.kind ? [metadata] : []));
    const deadlineMs = waiting.nowMs() + spec.withinMs;
    const running = await untilRunning(cluster, pods, { ...waiting, deadlineMs, withinMs: spec.withinMs });
    return await Promise.all(
      running.map(async (pod) => ({
        ...pod,
        port: await listeningPort(cluster, pod, waiting, deadlineMs - waiting.nowMs()),
      })),
    );
  } catch (error) {
    await removeObjects(cluster, objects, waiting);
    throw error;
  }
}

type Removing = Pick<Waiting, 'warn' | 'sleep'>;

/** Removes them, whether they are all there or not; never throws: what stays is told. */
export async function removeGeneratorPods(
  cluster: Pick<KubeCluster, 'remove'>,
  spec: GeneratorPodsSpec,
  place: GeneratorPlace,
  waiting: Removing,
): Promise<void> {
  await removeObjects(cluster, generatorObjects(spec, place), waiting);
}

/** What lets somebody in goes first; while it stays, so does a pod, by which a later start finds it that may not list Secrets. */
async function removeObjects(
  cluster: Pick<KubeCluster, 'remove'>,
  objects: readonly PodObject[],
  waiting: Removing,
): Promise<void> {
  const isPod = ({ kind }: PodObject) => kind === podKind.kind;
  const remove = (each: PodObject) => removePatiently(cluster, each, waiting);
  const gone = await Promise.all(objects.filter((each) => !isPod(each)).map(remove));
  const pods = objects.filter(isPod);
  await Promise.all((gone.every(Boolean) ? pods : pods.slice(1)).map(remove));
}

const betweenRemovalsMs = [500, 2000];

/** Whether it is gone. */
async function removePatiently(
  cluster: Pick<KubeCluster, 'remove'>,
  { apiVersion, kind, metadata: { name, namespace } }: PodObject,
  { warn, sleep }: Removing,
): Promise<boolean> {
  // A run that was interrupted waits, too.
  const { signal } = new AbortController();
  for (let tries = 0; ; tries += 1) {
    try {
      await cluster.remove({ apiVersion, kind, name, namespace }, { graceS: 1 });
      return true;
    } catch (error) {
      const pauseMs = betweenRemovalsMs[tries];
      if (pauseMs === undefined) {
        warn(`${kind} ${namespace}/${name} was not removed: ${messageOf(error)}`);
        return false;
      }
      await sleep(pauseMs, signal);
    }
  }
}

interface Deadline extends Waiting {
  readonly deadlineMs: number;
  readonly withinMs: number;
}

async function untilRunning(
  cluster: KubeCluster,
  pods: readonly PodName[],
  { signal, nowMs, sleep, deadlineMs, withinMs }: Deadline,
): Promise<readonly Omit<GeneratorPod, 'port'>[]> {
  for (;;) {
    const states = await Promise.all(pods.map(async (pod) => [pod, await stateNow(cluster, pod)] as const));
    const running = states.flatMap(([{ name, namespace }, state]) =>
      state.kind === 'running' ? [{ ...state, name, namespace }] : [],
    );
    if (running.length === states.length)
      return running.map(({ namespace, name, node, address, imageId }) => ({
        namespace,
        name,
        node,
        address,
        imageId,
      }));
    for (const [pod, state] of states)
      if (state.kind === 'ended' || state.kind === 'stuck') throw await didNotStart(cluster, pod, state);
    if (nowMs() >= deadlineMs) throw tooLate(states, withinMs);
    await sleep(pollMs, signal);
  }
}

async function stateNow(cluster: KubeCluster, { namespace, name }: PodName): Promise<PodState> {
  const pod = await cluster.get({ ...podKind, name, namespace });
  return pod ? stateOf(seen(pod)) : { kind: 'ended', why: 'somebody deleted the pod' };
}

/** As a pod; what the API server gives is one. */
export function seen(object: KubeObject): SeenPod {
  return object as KubeObject & SeenPod;
}

type Failed = Extract<PodState, { readonly why: string }>;

async function didNotStart(cluster: KubeCluster, pod: PodName, { kind, why }: Failed): Promise<Error> {
  const lines = kind === 'ended' ? await lastLines(cluster, pod) : [];
  const printed = lines.length > 0 ? `; it printed: ${lines.join(' | ')}` : '';
  const hint = kind === 'stuck' || lines.length > 0 ? imageHint : undefined;
  return environmentError('generator-pod', `${nameOf(pod)} did not start: ${why}${printed}`, hint);
}

async function lastLines(cluster: KubeCluster, { name, namespace }: PodName): Promise<string[]> {
  const lines: string[] = [];
  try {
    const ends = AbortSignal.timeout(3000);
    for await (const { text } of cluster.logs(namespace, name, containerName, { tailLines: shownLines, signal: ends }))
      lines.push(text);
  } catch {
    // What it has printed is only told if it can be had.
  }
  return lines;
}

function tooLate(states: readonly (readonly [PodName, PodState])[], withinMs: number): Error {
  const missing = states.flatMap(([pod, state]) => (state.kind === 'running' ? [] : [{ pod, state }]));
  const unscheduled = missing.find(({ state }) => state.kind === 'unschedulable');
  const told = unscheduled ?? missing[0];
  const count = `${missing.length} of ${states.length} generators ${missing.length === 1 ? 'does' : 'do'} not run after ${formatDurationMs(withinMs)}`;
  const why = told ? `${nameOf(told.pod)}: ${told.state.why}` : '';
  return unscheduled
    ? environmentError(
        'generator-unschedulable',
        `${count}: the scheduler has no node for ${why}`,
        'Add nodes, keep the topology off some of them (nodeSelector), ask for less (`load.generators.resources`), tolerate their taints (`load.generators.tolerations`), or let generators share nodes with it: `load.generators.node: any`.',
      )
    : environmentError(
        'generator-pod',
        `${count}; ${why}`,
        told?.state.why.includes('Image')
          ? imageHint
          : 'Give them longer: `load.generators.within: 5m`; `kubectl describe pod` shows what they wait for.',
      );
}

function nameOf({ name, namespace }: PodName): string {
  return `pod ${namespace}/${name}`;
}

/** The port stands in the first line that a generator prints about it. */
async function listeningPort(cluster: KubeCluster, pod: PodName, waiting: Waiting, leftMs: number): Promise<number> {
  const { namespace, name } = pod;
  const outer = waiting.signal;
  const late = AbortSignal.timeout(Math.ceil(Math.max(leftMs, 1000)));
  const printed: string[] = [];
  const found = new AbortController();
  try {
    const signal = AbortSignal.any([outer, late, found.signal]);
    for await (const { text } of cluster.logs(namespace, name, containerName, { follow: true, signal })) {
      const port = /\bwaits at \S*:(\d+)\b/.exec(text)?.[1];
      if (port !== undefined) return Number(port);
      printed.push(text);
    }
  } catch (error) {
    outer.throwIfAborted();
    if (!late.aborted) throw error;
    printed.push(messageOf(error));
  } finally {
    found.abort();
  }
  // A container that ends at once has ended its log before its status says so: a moment, or more where its node is busy.
  for (let looks = late.aborted ? 1 : mostLooks; looks > 0; looks--) {
    const state = await stateNow(cluster, pod);
    if (state.kind === 'ended') throw await didNotStart(cluster, pod, state);
    if (looks > 1) await waiting.sleep(pollMs, outer);
  }
  throw environmentError(
    'generator-pod',
    `pod ${namespace}/${name} runs but does not say where it listens${printed.length > 0 ? `; it printed: ${printed.slice(-shownLines).join(' | ')}` : ''}`,
    imageHint,
  );
}
