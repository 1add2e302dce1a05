/** A pod as its cluster tells it (core/v1, Pod), to what rampart asks about it. */
import type { KubeObject } from '../../host/kube/cluster.ts';

type Texts = Readonly<Record<string, string>>;

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** `OOMKilled`, `Error`, `Completed`; what the runtime says. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, by the node's clock; empty where it is not known. */
  readonly finishedAt: string;
}

/** One container of a pod. */
export interface ContainerState {
  readonly name: string;
  /** Without the runtime before it (`containerd://`); undefined before it was made. */
  readonly id: string | undefined;
  readonly image: string;
  readonly imageId: string;
  readonly restarts: number;
  readonly isRunning: boolean;
  readonly isReady: boolean;
  /** Whether it has a readiness probe. */
  readonly isAsked: boolean;
  /** Why it does not run: `CrashLoopBackOff`, `ImagePullBackOff`. */
  readonly waits: { readonly reason: string; readonly message: string } | undefined;
  /** Its end, where it has ended; that of its life before, where it runs again. */
  readonly end: ContainerEnd | undefined;
  /** TCP ports that the manifest names. */
  readonly ports: readonly { readonly number: number; readonly name: string }[];
  readonly goDebug: string;
  /** As the manifest writes it: `64Mi`. */
  readonly memoryLimit: string | undefined;
}

/** One pod; `containers` begins with the one that is the target. */
export interface PodState {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Empty before it has one. */
  readonly node: string;
  readonly phase: string;
  /** `Evicted`, `NodeLost`, and what else a pod as a whole ended of. */
  readonly reason: string;
  readonly message: string;
  readonly address: string | undefined;
  readonly sharesNetwork: boolean;
  /** Whether its removal was asked for. */
  readonly isLeaving: boolean;
  readonly isReady: boolean;
  /** Why something other than its workload takes it away (condition DisruptionTarget). */
  readonly disruption: string | undefined;
  /** The Deployment, StatefulSet or other workload that it is a replica of; its own name without any. */
  readonly workload: string;
  readonly containers: readonly [ContainerState, ...ContainerState[]];
}

/** The annotation by which kubectl, too, chooses one of several containers. */
export const defaultContainer = 'kubectl.kubernetes.io/default-container';

interface PodSpec {
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly containers?: readonly ContainerSpec[];
}

interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly containerPort: number; readonly name?: string; readonly protocol?: string }[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: { readonly limits?: Texts };
  readonly readinessProbe?: unknown;
}

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
  readonly finishedAt?: string | null;
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly restartCount?: number;
  readonly ready?: boolean;
  readonly state?: {
    readonly running?: unknown;
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Ended;
  };
  readonly lastState?: { readonly terminated?: Ended };
}

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

/** Reads it; undefined for what has no container, as no pod is. */
export function readPod(object: KubeObject): PodState | undefined {
  const { metadata } = object;
  const spec = (object['spec'] ?? {}) as PodSpec;
  const status = (object['status'] ?? {}) as PodStatus;
  const { labels = {}, annotations = {} } = metadata;
  const [first, ...others] = (spec.containers ?? []).map((each) =>
    readContainer(
      each,
      status.containerStatuses?.find(({ name }) => name === each.name),
    ),
  );
  if (!first) return undefined;
  const all = [first, ...others];
  const chosen = all.find(({ name }) => name === annotations[defaultContainer]) ?? first;
  const condition = (type: string) => status.conditions?.find((each) => each.type === type && each.status === 'True');
  const disrupted = condition('DisruptionTarget');
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    labels,
    annotations,
    node: spec.nodeName ?? '',
    phase: status.phase ?? '',
    reason: status.reason ?? '',
    message: status.message ?? '',
    address: status.podIP || undefined,
    sharesNetwork: spec.hostNetwork === true,
    isLeaving: metadata.deletionTimestamp !== undefined,
    isReady: condition('Ready') !== undefined,
    disruption: disrupted && [disrupted.reason, disrupted.message].filter(Boolean).join(': '),
    workload: workloadOf(object),
    containers: [chosen, ...all.filter((each) => each !== chosen)],
  };
}

/** Whether it never runs again, and nobody removes it: one that was evicted stays as an object beside the one in its place. */
export function isOver({ phase, isLeaving }: PodState): boolean {
  return !isLeaving && (phase === 'Failed' || phase === 'Succeeded');
}

function readContainer(spec: ContainerSpec, status: ContainerStatus | undefined): ContainerState {
  const { state, lastState } = status ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  const tcp = (spec.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  return {
    name: spec.name,
    id: status?.containerID?.replace(/^\w+:\/\//, '') || undefined,
    image: spec.image ?? '',
    imageId: status?.imageID ?? '',
    restarts: status?.restartCount ?? 0,
    isRunning: state?.running !== undefined,
    isReady: status?.ready === true,
    isAsked: spec.readinessProbe !== undefined,
    waits: state?.waiting && { reason: state.waiting.reason ?? '', message: state.waiting.message ?? '' },
    end: ended && {
      exitCode: ended.exitCode,
      reason: ended.reason ?? '',
      message: ended.message ?? '',
      finishedAt: ended.finishedAt ?? '',
    },
    ports: tcp.map(({ containerPort, name = '' }) => ({ number: containerPort, name })),
    goDebug: spec.env?.find(({ name }) => name === 'GODEBUG')?.value ?? '',
    memoryLimit: spec.resources?.limits?.['memory'],
  };
}

/** A Deployment names its ReplicaSets after itself and a hash of their pods (also those of Argo Rollouts, under a label of its own). */
function workloadOf({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find((each) => each['controller' as keyof typeof each] !== undefined);
  const { name, kind } = owner ?? metadata.ownerReferences?.[0] ?? { name: metadata.name, kind: '' };
  const { labels = {} } = metadata;
  const hash = labels['pod-template-hash'] ?? labels['rollouts-pod-template-hash'];
  if (kind !== 'ReplicaSet' || hash === undefined || !name.endsWith(`-${hash}`)) return name;
  return name.slice(0, -hash.length - 1) || name;
}
