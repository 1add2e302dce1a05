/** Why pods that are being started will not become ready, told before the time is up; pure. */
import { isPassing } from '../../host/kube/passing-trouble.ts';
import type { ErrorCodeOf } from '../../model/error-codes.ts';
import { describeEnd, type StartingContainer, type StartingPod } from './starting-pod.ts';

/** What is wrong, and whose last lines say more. */
export interface StartTrouble {
  readonly code: ErrorCodeOf<3>;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly lines?: { readonly target: string; readonly pod: string; readonly container: string } | undefined;
}

/** A warning that the cluster gave about an object. */
export interface ClusterWarning {
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
}

const imageReasons = ['ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError'];
const configReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];
/** A pod for which a node is being made waits longer. */
const unscheduledMs = 10_000;
/** So often one may crash that waits for others by crashing. */
const mostRestarts = 3;

/** The first thing that is wrong for good; undefined while all may still become well. */
export function findTrouble(
  pods: readonly StartingPod[],
  warnings: readonly ClusterWarning[],
  nowMs: number,
): StartTrouble | undefined {
  for (const each of pods) {
    const trouble = imageTrouble(each) ?? crashTrouble(each, pods) ?? scheduleTrouble(each, warnings, nowMs);
    if (trouble) return trouble;
  }
  return makingTrouble(warnings);
}

function imageTrouble(pod: StartingPod): StartTrouble | undefined {
  const { target } = pod;
  for (const { name, image, waiting } of pod.containers) {
    if (!waiting) continue;
    const on = pod.node === undefined ? '' : ` on node ${pod.node}`;
    if (imageReasons.includes(waiting.reason))
      return {
        code: 'image-missing',
        message: `${target}: image ${image} of container ${name} cannot be had${on}: ${waiting.reason}: ${waiting.message}`,
        hint: 'Push it to a registry that the nodes can reach, or load it into every node; topology.images names another.',
      };
    if (configReasons.includes(waiting.reason) && !isPassing(waiting.message))
      return {
        code: 'start-failed',
        message: `${target}: container ${name} cannot be started${on}: ${waiting.reason}: ${waiting.message}`,
      };
  }
  return undefined;
}

function crashTrouble(pod: StartingPod, pods: readonly StartingPod[]): StartTrouble | undefined {
  const { target } = pod;
  // Its job says when it is given up.
  if (pod.isOneShot) return undefined;
  if (pod.phase === 'Failed' && pod.reason !== '')
    return { code: 'target-died', message: `${target}: pod ${pod.name} failed: ${pod.reason}: ${pod.message}` };
  for (const container of pod.containers) {
    const end = container.ended ?? (container.waiting ? container.endedBefore : undefined);
    if (!end || (container.isInit && end.exitCode === 0) || !isForGood(container, pods, pod)) continue;
    const times = container.restarts > 0 ? `, ${container.restarts + 1} times` : '';
    return {
      code: 'target-died',
      message: `${target}: container ${container.name} of pod ${pod.name} ${describeEnd(end)}${times} before it was ready`,
      lines: { target, pod: pod.name, container: container.name },
    };
  }
  return undefined;
}

/** A program may crash until what it needs is there: then it is given a few times, and once more when all else is ready. */
function isForGood(
  { waiting, restarts, ended }: StartingContainer,
  pods: readonly StartingPod[],
  pod: StartingPod,
): boolean {
  if (pod.phase === 'Failed') return true;
  if (ended && ended.exitCode === 0 && restarts === 0) return false;
  if (waiting?.reason !== 'CrashLoopBackOff') return false;
  const others = pods.filter((each) => each.uid !== pod.uid);
  const isAlone = others.every((each) => each.isReady || each.isOneShot || each.containers.some(isCrashing));
  return isAlone || restarts >= mostRestarts;
}

function isCrashing({ waiting }: StartingContainer): boolean {
  return waiting?.reason === 'CrashLoopBackOff';
}

function scheduleTrouble(
  { target, name, unschedulable }: StartingPod,
  warnings: readonly ClusterWarning[],
  nowMs: number,
): StartTrouble | undefined {
  if (!unschedulable || nowMs - Date.parse(unschedulable.since) < unscheduledMs) return undefined;
  if (warnings.some(({ reason, name: about }) => reason === 'TriggeredScaleUp' && about === name)) return undefined;
  return {
    code: 'kube-unschedulable',
    message: `${target}: no node takes pod ${name}: ${unschedulable.message}`,
    hint: 'Ask for less with topology.limits or in the manifests, scale down, or give the cluster a node that fits.',
  };
}

/** Whether the cluster is still making what a new namespace has: its account, and the counts of its quotas. */
export function isNotYet(message: string): boolean {
  return /status unknown for quota|service ?account "?[^ ]*"? ?(?:was )?not found|looking up service account/i.test(
    message,
  );
}

/** What makes pods could not. */
function makingTrouble(warnings: readonly ClusterWarning[]): StartTrouble | undefined {
  const found = warnings.find(
    ({ reason, kind, message }) => reason === 'FailedCreate' && kind !== 'Pod' && !isNotYet(message),
  );
  if (!found) return undefined;
  const isQuota = /exceeded quota|failed quota/.test(found.message);
  return {
    code: isQuota ? 'kube-quota' : 'kube-refused',
    message: `${found.kind} ${found.name} cannot make its pods: ${found.message}`,
    hint: isQuota ? 'Ask for less with topology.limits and topology.scale, or have the quota raised.' : undefined,
  };
}
