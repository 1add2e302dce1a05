/** What the status of a generator's pod says: whether it can still start, and why one is gone (core/v1 PodStatus). */
import { isPassing } from '../../host/kube/passing-trouble.ts';
import { containerName } from './objects.ts';

interface Terminated {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly signal?: number;
}

interface ContainerStatus {
  readonly name: string;
  readonly imageID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: unknown;
    readonly terminated?: Terminated;
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The parts of a pod that are looked at. */
export interface SeenPod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string | undefined };
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly {
      readonly name: string;
      readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
    }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/**
 * How far a pod has come: `running` is its generator, whatever else is in the pod; `waiting` may become that by itself; `stuck` will not, or
 * only if somebody mends something; `ended` it has, or never will run.
 */
export type PodState =
  | { readonly kind: 'running'; readonly node: string; readonly address: string; readonly imageId?: string | undefined }
  | { readonly kind: 'waiting' | 'unschedulable' | 'stuck' | 'ended'; readonly why: string };

/** Kubelets try these again for ever, and only a hand can help: an image that is not there, a Secret that is missing (pkg/kubelet/images, kuberuntime). */
const stuckReasons = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'CrashLoopBackOff',
]);

/** See `PodState`. */
export function stateOf(pod: SeenPod): PodState {
  const gone = whyGone(pod);
  if (gone !== undefined) return { kind: 'ended', why: gone };
  const own = generatorStatus(pod);
  const { nodeName = '' } = pod.spec ?? {};
  const { podIP } = pod.status ?? {};
  if (own?.state?.running !== undefined && podIP !== undefined && podIP !== '')
    return { kind: 'running', node: nodeName, address: podIP, imageId: own.imageID };
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return { kind: 'unschedulable', why: unscheduled.message ?? unscheduled.reason ?? 'not scheduled' };
  // A sidecar without its image keeps a pod from starting too.
  const waiting = pod.status?.containerStatuses?.find(isStuck);
  if (waiting) return { kind: 'stuck', why: waitingWords(waiting) };
  return {
    kind: 'waiting',
    why: own ? waitingWords(own) : nodeName === '' ? 'not scheduled yet' : `on ${nodeName}, not started yet`,
  };
}

function isStuck({ state }: ContainerStatus): boolean {
  const { reason = '', message = '' } = state?.waiting ?? {};
  return stuckReasons.has(reason) && !isPassing(message);
}

function generatorStatus({ status }: SeenPod): ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ name }) => name === containerName);
}

function waitingWords({ name, state }: ContainerStatus): string {
  const { reason = 'not started yet', message } = state?.waiting ?? {};
  const words = message === undefined || message === '' ? reason : `${reason}: ${message}`;
  return name === containerName ? words : `container ${name}: ${words}`;
}

/** Why its generator is gone or about to be, in the words of the cluster; undefined while nothing says that it is. */
export function whyGone(pod: SeenPod): string | undefined {
  const { status, metadata } = pod;
  // Evicted, Preempting, NodeShutdown, DeadlineExceeded, UnexpectedAdmissionError: the kubelet's words.
  if (status?.reason !== undefined && status.phase === 'Failed') return words(status.reason, status.message);
  const disruption = status?.conditions?.find(({ type, status: is }) => type === 'DisruptionTarget' && is === 'True');
  if (disruption) return words(disruption.reason ?? 'disrupted', disruption.message);
  const ended = generatorStatus(pod)?.state?.terminated;
  if (ended) return endWords(ended, memoryLimit(pod));
  if (metadata.deletionTimestamp !== undefined) return 'somebody deleted the pod';
  return status?.phase === 'Failed' || status?.phase === 'Succeeded' ? `the pod has ${status.phase}` : undefined;
}

function endWords({ reason, message, exitCode, signal }: Terminated, memory: string | undefined): string {
  if (reason === 'OOMKilled')
    return `OOMKilled: it was killed for want of memory${memory === undefined ? '' : ` (limit ${memory})`}`;
  const how = signal ? `signal ${signal}` : `code ${exitCode ?? '?'}`;
  const named = reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : ` (${reason})`;
  return `it exited with ${how}${named}${message === undefined || message === '' ? '' : `: ${message.trim()}`}`;
}

function memoryLimit({ spec }: SeenPod): string | undefined {
  return spec?.containers?.find(({ name }) => name === containerName)?.resources?.limits?.['memory'];
}

function words(reason: string, message: string | undefined): string {
  return message === undefined || message === '' ? reason : `${reason}: ${message.trim()}`;
}
