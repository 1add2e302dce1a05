/** Targets among the pods of a Kubernetes cluster: those that ask for it by their annotations, as kube-profefe reads them, or by a selector. */
import type { KubeChoice, KubeCluster, KubeKind, KubeObject } from '../../host/kube/cluster.ts';
import { followKube } from '../../host/kube/follow.ts';
import type { KubeProxy } from '../../host/kube/proxy.ts';
import { messageOf } from '../../model/errors.ts';
import { type PodState, readPod } from '../../topology/pods/pod-state.ts';
import type { Discovery, Found, FoundTarget } from './discovery.ts';
import { podPlaceOf, podTargetAt, type SeenPlace } from './pod-target.ts';
import { readPodLabels } from './profile-labels.ts';
import type { Repeating } from './repeating.ts';

/** Which pods: of all namespaces where none is named, and without a selector only those that say so themselves. */
export interface PodProfileChoice {
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly namespaces: readonly string[];
  readonly selector?: string | undefined;
}

/** A cluster that is asked, and a way to its pods. */
interface PodConnection {
  readonly cluster: Pick<KubeCluster, 'list' | 'watch'>;
  readonly proxy: Pick<KubeProxy, 'urlOf'>;
  close(): Promise<void>;
}

/** What the discovery uses of the world. */
export interface PodMeans {
  connect(): Promise<PodConnection>;
  nowMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Which of these URLs shows pprof, and what was asked in vain. */
  probe(
    urls: readonly string[],
  ): Promise<{ readonly pprofUrl?: string | undefined; readonly asked: readonly string[] }>;
  /** Calls again and again, never twice at once, until `end`; `soon` calls earlier. */
  again(ms: number, look: () => Promise<void>): Repeating;
}

interface Looked {
  readonly pod: PodState;
  /** What the place depends on; another is asked for anew. */
  readonly key: string;
  readonly seen: SeenPlace;
  readonly notes: readonly string[];
  readonly probes: number;
  readonly againMs: number;
}

const podKind: KubeKind = { apiVersion: 'v1', kind: 'Pod' };
const lookMs = 5000;
const retryMs = 5000;
const firstProbeMs = 5000;
const slowestProbeMs = 600_000;

/** The discovery of these pods; `name` is how the user asked. */
export function podDiscovery(name: string, choice: PodProfileChoice, means: PodMeans): Discovery {
  return {
    name,
    open: async (tell) => {
      const closing = new AbortController();
      const watch = createWatch(choice, means, () => timer.soon(), closing.signal);
      let known: ReadonlyMap<string, Looked> = new Map();
      let told = '';
      const look = async () => {
        known = await lookAtAll(watch.pods(), watch.connection(), known, choice, means);
        const found = foundIn(known, choice, watch.trouble());
        const text = JSON.stringify(found);
        if (text !== told && !closing.signal.aborted) tell(found);
        told = text;
      };
      const timer = means.again(lookMs, look);
      await watch.begun;
      await look();
      return {
        close: async () => {
          timer.end();
          closing.abort();
          await watch.ended;
          await watch.connection()?.close();
        },
      };
    },
  };
}

/** All pods of the choice, kept as the cluster tells them. */
function createWatch(choice: PodProfileChoice, means: PodMeans, onChange: () => void, signal: AbortSignal) {
  const scopes = choice.namespaces.length > 0 ? choice.namespaces : [undefined];
  const pods = new Map(scopes.map((scope) => [scope, new Map<string, PodState>()]));
  const troubles = new Map<string | undefined, string>();
  let connection: PodConnection | undefined;
  let connecting: Promise<PodConnection> | undefined;

  async function connected(): Promise<PodConnection> {
    connecting ??= means.connect();
    try {
      connection = await connecting;
      return connection;
    } catch (error) {
      connecting = undefined;
      throw error;
    }
  }

  function take(scope: string | undefined, object: KubeObject, isGone: boolean): void {
    const pod = readPod(object);
    if (!pod) return;
    if (isGone) pods.get(scope)?.delete(pod.uid);
    else pods.get(scope)?.set(pod.uid, pod);
    onChange();
  }

  async function follow(scope: string | undefined, onBegun: () => void): Promise<void> {
    const failed = (message: string) => {
      troubles.set(scope, message);
      onChange();
    };
    while (!signal.aborted) {
      try {
        const { cluster } = await connected();
        const list = async (kind: KubeKind, which?: KubeChoice) => {
          const listed = await cluster.list(kind, which);
          troubles.delete(scope);
          pods.set(scope, new Map());
          for (const object of listed.items) take(scope, object, false);
          onBegun();
          return listed;
        };
        const onTrouble = (message: string) => {
          failed(message);
          onBegun();
        };
        const asked = { namespace: scope, labels: choice.selector, signal, sleep: means.sleep, onTrouble };
        for await (const { type, object } of followKube({ list, watch: cluster.watch }, podKind, asked))
          take(scope, object, type === 'DELETED');
      } catch (error) {
        failed(messageOf(error));
        onBegun();
        await means.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }

  const following: Promise<void>[] = [];
  const begun = scopes.map(
    (scope) =>
      new Promise<void>((resolve) => {
        following.push(follow(scope, resolve));
      }),
  );
  return {
    /** Each was listed once, or could not be. */
    begun: Promise.all(begun),
    ended: Promise.all(following),
    connection: () => connection,
    pods: () => [...pods.values()].flatMap((each) => [...each.values()]),
    trouble: () => [...new Set(troubles.values())].join('; ') || undefined,
  };
}

async function lookAtAll(
  pods: readonly PodState[],
  connection: PodConnection | undefined,
  known: ReadonlyMap<string, Looked>,
  choice: PodProfileChoice,
  means: PodMeans,
): Promise<ReadonlyMap<string, Looked>> {
  if (!connection) return known;
  const looked = await Promise.all(
    pods.map(async (pod): Promise<[string, Looked][]> => {
      const one = await lookAtOne(pod, known.get(pod.uid), connection, choice, means);
      return one ? [[pod.uid, one]] : [];
    }),
  );
  return new Map(looked.flat());
}

/** Undefined for a pod that does not run, or does not want to be asked. */
async function lookAtOne(
  pod: PodState,
  before: Looked | undefined,
  { proxy }: PodConnection,
  { selector }: PodProfileChoice,
  means: PodMeans,
): Promise<Looked | undefined> {
  if (pod.phase !== 'Running' || pod.isLeaving || !pod.containers[0].isRunning) return undefined;
  const said = readPodLabels(pod);
  const isAsked = said.enable === true || said.at !== undefined;
  if (said.enable === false || !(selector !== undefined || isAsked)) return undefined;
  const key = JSON.stringify([pod.containers[0].id, pod.address, pod.annotations, pod.labels]);
  const isSame = before?.key === key;
  if (isSame && (before.seen.isSure || before.againMs > means.nowMs())) return { ...before, pod };
  const probes = (isSame ? before.probes : 0) + 1;
  const waitMs = Math.min(firstProbeMs * 2 ** (probes - 1), slowestProbeMs);
  const seen = await podPlaceOf(pod, said, proxy, means.probe);
  const notes = [...said.mistakes, ...(seen.why === undefined ? [] : [seen.why])];
  return { pod, key, seen, notes, probes, againMs: means.nowMs() + waitMs };
}

function foundIn(known: ReadonlyMap<string, Looked>, choice: PodProfileChoice, stale: string | undefined): Found {
  const nameOf = ({ pod }: Looked) => `${pod.namespace}/${pod.name}`;
  const all = [...known.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
  const none = stale === undefined && all.length === 0 ? [nothingRuns(choice)] : [];
  return {
    targets: all.flatMap(({ pod, seen }): FoundTarget[] =>
      seen.place ? [podTargetAt(pod, readPodLabels(pod), seen.place)] : [],
    ),
    notes: [...none, ...all.flatMap((one) => one.notes.map((note) => `${nameOf(one)}: ${note}`))],
    stale,
  };
}

function nothingRuns({ selector, namespaces }: PodProfileChoice): string {
  const where = namespaces.length === 0 ? 'in any namespace' : `in ${namespaces.join(', ')}`;
  return selector === undefined
    ? `no running pod ${where} is annotated rampart.profile.enable or profefe.com/enable`
    : `no running pod ${where} has ${selector}`;
}
