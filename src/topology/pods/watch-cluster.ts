/** What a cluster tells of pods beside their states: its events about them, and how their nodes fare. */
import type { KubeChoice, KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { followKube } from '../../host/kube/follow.ts';
import type { RunContext } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import { eventWords, readClusterEvent } from './cluster-events.ts';
import { type NodeFacts, nodeChanges, readNode } from './node-facts.ts';
import { createUnseenSpans, type UnseenSpan, type UnseenSpans } from './unseen-span.ts';

/** Where what is seen goes; `signal` ends the following. */
export interface ClusterWatch extends Pick<RunContext, 'clock' | 'log' | 'signal'> {
  readonly cluster: Pick<KubeCluster, 'list' | 'watch'>;
  note(target: string, message: string): void;
  /** What becomes of targets may go unseen, or has gone. */
  unseen(span: UnseenSpan): void;
  /** What is followed, and what is known of it. */
  readonly spans: Map<string, UnseenSpans>;
}

/** How far the clock of the cluster may be from ours. */
const clockDoubtMs = 2000;

const kinds = {
  pod: { apiVersion: 'v1', kind: 'Pod' },
  event: { apiVersion: 'v1', kind: 'Event' },
  node: { apiVersion: 'v1', kind: 'Node' },
} as const;

/** Events of a namespace about pods that are targets, by their uid; those from before are not of this run. Never rejects. */
export async function followPodEvents(
  namespace: string,
  targetOf: (podUid: string) => string | undefined,
  watch: ClusterWatch,
): Promise<void> {
  const told = new Map<string, number>();
  const beganMs = watch.clock.originWallMs + watch.clock.nowUs() / 1000;
  await following('events of pods', watch, async (choice) => {
    for await (const { type, object } of followKube(watch.cluster, kinds.event, { ...choice, namespace })) {
      const event = readClusterEvent(object);
      const target = targetOf(event.about.uid);
      const isOld = type === 'ADDED' && lastSeenMs(object) < beganMs - clockDoubtMs;
      const words =
        target === undefined || type === 'DELETED' || isOld ? undefined : eventWords(event, told.get(event.uid));
      if (target !== undefined && words !== undefined) watch.note(target, words);
      if (words !== undefined || isOld) told.set(event.uid, event.count);
    }
  });
}

/** What becomes of nodes, told of each target that is on one. Never rejects. */
export async function followNodes(targetsOn: (node: string) => readonly string[], watch: ClusterWatch): Promise<void> {
  const nodes = new Map<string, NodeFacts>();
  await following('nodes', watch, async (choice) => {
    for await (const { object } of followKube(watch.cluster, kinds.node, choice)) {
      const node = readNode(object);
      const before = nodes.get(node.name);
      nodes.set(node.name, node);
      const changes = before ? nodeChanges(before, node) : [];
      for (const message of changes) for (const target of targetsOn(node.name)) watch.note(target, message);
    }
  });
}

/** How long to follow, and whom to tell whether the cluster answers. */
export type Following = Pick<Parameters<typeof followKube>[2], 'signal' | 'sleep' | 'onTrouble' | 'onKnown'>;

/** Follows until the signal, and tells on the terminal and to the run when the cluster cannot be asked. Never rejects. */
export async function following(
  what: string,
  watch: Pick<ClusterWatch, 'signal' | 'clock' | 'log' | 'unseen' | 'spans'>,
  follow: (choice: Following) => Promise<void>,
): Promise<void> {
  const { signal, clock, log } = watch;
  const spans = createUnseenSpans(clock, watch.unseen);
  watch.spans.set(what, spans);
  let isTroubled = false;
  const lose = (message: string, how: string) => {
    if (!isTroubled) log.warn(`${what} are not followed${how}: ${message}`);
    isTroubled = true;
    spans.lost(`${what} were not followed: ${message}`);
  };
  const onKnown: Following['onKnown'] = (by) => {
    if (by === 'watch' && isTroubled) log.info(`${what} are followed again`);
    isTroubled = isTroubled && by !== 'watch';
    spans.known(by);
  };
  try {
    const onTrouble = (message: string) => lose(message, ' for the moment');
    await follow({ signal, sleep: clock.sleep, onTrouble, onKnown });
  } catch (error) {
    if (!signal.aborted) lose(messageOf(error), '');
  }
}

/** A server that hangs is found out by its watches within a minute; at the end of a run nobody waits so long. */
const lastLookMs = 5000;

/**
 * Asks for pods once more: where no answer comes, what became of them since they were last heard of went unseen, and the reason is given
 * back. What is followed is told of no further. Never rejects.
 */
export async function lastLook(
  choice: Pick<KubeChoice, 'namespace' | 'labels'>,
  { cluster, log, spans }: Pick<ClusterWatch, 'cluster' | 'log' | 'spans'>,
): Promise<string | undefined> {
  let silence: string | undefined;
  try {
    await cluster.list(kinds.pod, { ...choice, signal: AbortSignal.timeout(lastLookMs) });
  } catch (error) {
    silence = messageOf(error);
    log.warn(`pods could not be seen at the end: ${silence}`);
  }
  for (const [what, each] of spans) {
    if (silence !== undefined) each.lost(`${what} could not be seen at the end: ${silence}`);
    each.end();
  }
  return silence;
}

function lastSeenMs(object: KubeObject): number {
  const { lastTimestamp, eventTime, series, metadata } = object as unknown as {
    readonly lastTimestamp?: string | null;
    readonly eventTime?: string | null;
    readonly series?: { readonly lastObservedTime?: string };
    readonly metadata: { readonly creationTimestamp?: string };
  };
  const text = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
  return Date.parse(text) || 0;
}
