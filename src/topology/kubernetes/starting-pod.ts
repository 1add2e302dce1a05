/** What a pod that is being started says of itself: of each container what keeps it, and of the whole why no node takes it; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { type Fields, fieldsOf, mapsOf, textOf } from '../manifest-survey/values.ts';
import { fieldAt } from './fields.ts';

/** How a container ended, by what its kubelet says. */
interface StartEnd {
  readonly exitCode: number;
  /** `Error`, `Completed`, `OOMKilled`, `ContainerCannotRun`. */
  readonly reason: string;
  readonly message: string;
}

/** One container, those that run before the others among them. */
export interface StartingContainer {
  readonly name: string;
  readonly image: string;
  readonly isInit: boolean;
  readonly restarts: number;
  /** Why it does not run yet, or again: `ImagePullBackOff`, `CrashLoopBackOff`. */
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  /** Its end, when it does not run any more. */
  readonly ended: StartEnd | undefined;
  /** The end of its life before. */
  readonly endedBefore: StartEnd | undefined;
}

/** See the fields. */
export interface StartingPod {
  /** What the run calls it. */
  readonly target: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | undefined;
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly isReady: boolean;
  /** Whether it may end: the pod of a job. */
  readonly isOneShot: boolean;
  /** Why no node takes it, in the scheduler's words, and since when (RFC 3339). */
  readonly unschedulable: { readonly message: string; readonly since: string } | undefined;
  readonly containers: readonly StartingContainer[];
}

/** Reads an object of kind Pod. */
export function readStarting(object: KubeObject, target: string, isOneShot: boolean): StartingPod {
  const { metadata } = object;
  const status = fieldsOf(object['status']);
  const condition = (type: string) => mapsOf(status['conditions']).find((each) => each['type'] === type);
  const scheduled = condition('PodScheduled');
  const isUnschedulable = scheduled?.['status'] === 'False' && scheduled['reason'] === 'Unschedulable';
  return {
    target,
    name: metadata.name,
    uid: metadata.uid ?? '',
    node: textOf(fieldsOf(object['spec'])['nodeName']),
    phase: textOf(status['phase']) ?? 'Pending',
    reason: textOf(status['reason']) ?? '',
    message: textOf(status['message']) ?? '',
    isReady: condition('Ready')?.['status'] === 'True',
    isOneShot,
    unschedulable: isUnschedulable
      ? { message: textOf(scheduled['message']) ?? '', since: textOf(scheduled['lastTransitionTime']) ?? '' }
      : undefined,
    containers: [
      ...mapsOf(status['initContainerStatuses']).map((each) => readContainer(each, true)),
      ...mapsOf(status['containerStatuses']).map((each) => readContainer(each, false)),
    ],
  };
}

function readContainer(status: Fields, isInit: boolean): StartingContainer {
  const waiting = fieldAt(status, ['state', 'waiting']);
  return {
    name: textOf(status['name']) ?? '',
    image: textOf(status['image']) ?? '',
    isInit,
    restarts: Number(status['restartCount'] ?? 0),
    waiting:
      waiting === undefined
        ? undefined
        : { reason: textOf(fieldsOf(waiting)['reason']) ?? '', message: textOf(fieldsOf(waiting)['message']) ?? '' },
    ended: readEnd(fieldAt(status, ['state', 'terminated'])),
    endedBefore: readEnd(fieldAt(status, ['lastState', 'terminated'])),
  };
}

function readEnd(terminated: unknown): StartEnd | undefined {
  if (terminated === undefined) return undefined;
  const fields = fieldsOf(terminated);
  return {
    exitCode: Number(fields['exitCode'] ?? 0),
    reason: textOf(fields['reason']) ?? '',
    message: textOf(fields['message']) ?? '',
  };
}

/** `exited with code 137 (killed: out of memory)`. */
export function describeEnd({ exitCode, reason, message }: StartEnd): string {
  if (reason === 'OOMKilled') return `exited with code ${exitCode} (killed: out of memory)`;
  if (/CannotRun|StartError/.test(reason)) return `could not be started: ${message}`;
  // 128 + signal number, as shells and container runtimes report it.
  return exitCode > 128 && exitCode < 160
    ? `exited with code ${exitCode} (signal ${exitCode - 128})`
    : `exited with code ${exitCode}`;
}
