/** What became of a pod between two states of it, in words for people. */
import type { TargetNews } from '../../model/topology.ts';
import type { ContainerEnd, ContainerState, PodState } from './pod-state.ts';

/** One thing that became of it. */
export interface PodChange {
  readonly event: TargetNews['event'];
  readonly message: string;
}

/** Everything that is new in the later one, in the order in which it happened; of the pod as it was first seen there is nothing. */
export function podChanges(before: PodState, now: PodState): PodChange[] {
  const changes: PodChange[] = [];
  const end = podEnd(before, now);
  if (end) changes.push({ event: 'exit', message: end });
  for (const container of now.containers) {
    const earlier = before.containers.find(({ name }) => name === container.name);
    // What ends with its pod is told once.
    if (earlier) changes.push(...containerChanges(earlier, container, now, end !== undefined || now.isLeaving));
  }
  const isLeavingNow = now.isLeaving && !before.isLeaving;
  if (isLeavingNow) changes.push({ event: 'note', message: leavingWords(now) });
  else if (now.disruption !== undefined && before.disruption === undefined && !end)
    changes.push({ event: 'note', message: `pod ${now.name} is about to be taken away (${now.disruption})` });
  if (before.isReady && !now.isReady && isWhole(now))
    changes.push({ event: 'note', message: `pod ${now.name} is no longer ready: its readiness probe fails` });
  if (!before.isReady && now.isReady && isWhole(before))
    changes.push({ event: 'note', message: `pod ${now.name} is ready` });
  return changes;
}

/** Whether nothing but its probe could make it not ready. */
function isWhole({ containers, isLeaving, phase }: PodState): boolean {
  return !isLeaving && phase === 'Running' && containers.every(({ isRunning }) => isRunning);
}

/** What the removal of a pod says of it; its containers are gone with it. */
export function removalWords({ name, node, disruption, reason, message }: PodState): string {
  const why = disruption ?? (reason === '' ? undefined : [reason, message].filter(Boolean).join(': '));
  return `pod ${name} was removed${node === '' ? '' : ` from node ${node}`}${why === undefined ? '' : ` (${why})`}`;
}

function leavingWords({ name, disruption }: PodState): string {
  return `pod ${name} is asked to end${disruption === undefined ? '' : ` (${disruption})`}`;
}

/** That a pod as a whole failed or is done: it was evicted, its node was lost, its time was over. */
function podEnd(before: PodState, now: PodState): string | undefined {
  if (now.phase === before.phase || (now.phase !== 'Failed' && now.phase !== 'Succeeded')) return undefined;
  const why = [now.disruption, now.message].filter(Boolean).join(': ');
  const because = why === '' ? '' : `: ${why}`;
  if (now.reason === 'Evicted') return `pod ${now.name} was evicted by node ${now.node}${because}`;
  if (now.reason !== '') return `pod ${now.name} ended (${now.reason})${because}`;
  return undefined;
}

function containerChanges(before: ContainerState, now: ContainerState, pod: PodState, isQuiet: boolean): PodChange[] {
  const changes: PodChange[] = [];
  const hasEnded = before.isRunning && now.id !== before.id ? true : before.isRunning && !now.isRunning;
  if (!isQuiet && (hasEnded || now.restarts > before.restarts) && now.end && isNewEnd(before.end, now.end))
    changes.push({ event: 'exit', message: endWords(now, now.end) });
  if (now.isRunning && now.id !== before.id && (before.id !== undefined || now.restarts > 0))
    changes.push({
      event: 'restart',
      message: `container ${now.name} of pod ${pod.name} started again (restart ${now.restarts})`,
    });
  const waits = now.waits;
  if (waits && isTrouble(waits.reason) && before.waits?.reason !== waits.reason)
    changes.push({ event: 'note', message: waitWords(now, waits) });
  return changes;
}

function isNewEnd(before: ContainerEnd | undefined, now: ContainerEnd): boolean {
  return before?.finishedAt !== now.finishedAt || before.exitCode !== now.exitCode;
}

/** `container api was killed: out of memory (OOMKilled), its limit is 64Mi`. */
function endWords({ name, memoryLimit }: ContainerState, { exitCode, reason, message }: ContainerEnd): string {
  const said = message === '' ? '' : `: ${message.trim().split('\n').at(-1)}`;
  if (reason === 'OOMKilled') {
    const limit = memoryLimit === undefined ? ', without a limit of its own' : `, its limit is ${memoryLimit}`;
    return `container ${name} was killed: out of memory (OOMKilled)${limit}`;
  }
  // 128 + the number of the signal, as runtimes report it.
  const signal = exitCode > 128 && exitCode < 160 ? ` (signal ${exitCode - 128})` : '';
  const unusual = ['', 'Error', 'Completed'].includes(reason) ? '' : ` (${reason})`;
  return `container ${name} exited with code ${exitCode}${signal}${unusual}${said}`;
}

/** Reasons to wait that are none to speak of: every container goes through them. */
function isTrouble(reason: string): boolean {
  return !['', 'ContainerCreating', 'PodInitializing'].includes(reason);
}

function waitWords({ name, image }: ContainerState, { reason, message }: { reason: string; message: string }): string {
  const said = message === '' ? '' : `: ${message}`;
  if (reason === 'CrashLoopBackOff') return `container ${name} waits before it is started again (${reason})${said}`;
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff' || reason === 'ErrImageNeverPull')
    return `container ${name} does not start: image ${image} is not to be had (${reason})${said}`;
  return `container ${name} does not start (${reason})${said}`;
}
