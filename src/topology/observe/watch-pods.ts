/** Follows pods that are only looked at: their lines, what becomes of them and their nodes, and where a replica goes on. */
import { followKube } from '../../host/kube/follow.ts';
import type { RunContext } from '../../model/contracts.ts';
import type { ClockRelation } from '../../model/sample.ts';
import type { TargetNews, TargetUnseen } from '../../model/topology.ts';
import { type LogFollower, PodLog } from '../pods/follow-log.ts';
import { createNodeClocks, type NodeClocks } from '../pods/node-clocks.ts';
import { podChanges, removalWords } from '../pods/pod-changes.ts';
import { isOver, type PodState, readPod } from '../pods/pod-state.ts';
import type { UnseenSpan } from '../pods/unseen-span.ts';
import {
  type ClusterWatch,
  type Following,
  following,
  followNodes,
  followPodEvents,
  lastLook,
} from '../pods/watch-cluster.ts';
import { type FoundPods, labelsOf, lookAtPod, placeOf } from './find-pods.ts';
import type { LiveTarget } from './observed-target.ts';
import type { ObservedEvents } from './watch-containers.ts';

/** A replica, and the pod that it is in. */
export interface ObservedPod {
  readonly live: LiveTarget;
  pod: PodState;
}

/** What is followed, and how pods are reached. */
export type PodsToWatch = Pick<FoundPods, 'cluster' | 'choice' | 'proxy' | 'replicas'> & {
  readonly observed: readonly ObservedPod[];
};

const podKind = { apiVersion: 'v1', kind: 'Pod' };

/** How often, and how long apart, a pod that took another's place is asked where it shows its runtime. */
const looks = { count: 60, everyMs: 500 };

/** What follows pods that are only looked at. */
export interface WatchedPods {
  /** Tells what has gone unseen up to now. Never rejects. */
  lastLook(): Promise<void>;
  /** How the clocks of the nodes stand to ours that pods are on. */
  lineClocks(): readonly ClockRelation[];
  close(): Promise<void>;
}

/** Follows them until `close`. */
export function watchPods(
  pods: PodsToWatch,
  events: ObservedEvents,
  context: Pick<RunContext, 'clock' | 'log' | 'signal'>,
): WatchedPods {
  return new PodWatch(pods, events, context);
}

class PodWatch {
  private readonly pods: PodsToWatch;
  private readonly events: ObservedEvents;
  private readonly context: Pick<RunContext, 'clock' | 'log' | 'signal'>;
  private readonly closing = new AbortController();
  private readonly stop: AbortSignal;
  private readonly known: Map<string, PodState>;
  /** Pods of a replica's workload that none of the targets is in. */
  private readonly spare = new Map<string, PodState>();
  private readonly logs = new Map<string, { readonly log: PodLog; stop(): void }>();
  private readonly nodeClocks: NodeClocks;
  private readonly underWay: Promise<void>[] = [];
  private readonly watch: ClusterWatch;

  constructor(pods: PodsToWatch, events: ObservedEvents, context: Pick<RunContext, 'clock' | 'log' | 'signal'>) {
    this.pods = pods;
    this.events = events;
    this.context = context;
    this.stop = AbortSignal.any([context.signal, this.closing.signal]);
    this.known = new Map(pods.observed.map(({ pod }) => [pod.uid, pod]));
    this.nodeClocks = createNodeClocks(context.clock.originWallMs);
    for (const own of pods.observed) this.followLog(own, 'now');
    const { observed, cluster, choice } = pods;
    const note = (target: string, message: string) => this.tell('note', target, message);
    const unseen = (span: UnseenSpan) => this.miss('ends and restarts', 'all', span);
    const watch = { ...context, signal: this.stop, cluster, note, unseen, spans: new Map() };
    this.watch = watch;
    const targetOf = (uid: string) => observed.find(({ pod }) => pod.uid === uid)?.live.id;
    const targetsOn = (node: string) => observed.flatMap(({ pod, live }) => (pod.node === node ? [live.id] : []));
    this.underWay.push(
      following('pods', watch, (choice) => this.followPods(choice)),
      followPodEvents(choice.namespace, targetOf, watch),
      followNodes(targetsOn, watch),
    );
  }

  async lastLook(): Promise<void> {
    const { choice } = this.pods;
    const silence = await lastLook({ namespace: choice.namespace, labels: labelsOf(choice) }, this.watch);
    await Promise.all([...this.logs.values()].map(({ log }) => log.lastLook(silence)));
  }

  lineClocks(): readonly ClockRelation[] {
    return this.nodeClocks.relations(this.pods.observed.map(({ live, pod }) => ({ id: live.id, node: pod.node })));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.underWay);
  }

  private miss(source: TargetUnseen['source'], target: string, span: UnseenSpan): void {
    if (!this.closing.signal.aborted) this.events.change({ event: 'unseen', source, target, ...span });
  }

  private tell(event: TargetNews['event'], target: string, message: string): void {
    if (!this.stop.aborted) this.events.change({ event, atUs: this.context.clock.nowUs(), target, message });
  }

  private followLog({ live, pod }: ObservedPod, from: 'now' | 'start'): void {
    const { clock, log } = this.context;
    const target = live.id;
    this.logs.get(target)?.stop();
    const own = new AbortController();
    const follower: LogFollower = {
      ...{ namespace: pod.namespace, pod: pod.name, container: pod.containers[0].name, from },
      date: (stamp, arrivalUs) => this.nodeClocks.date(pod.node, stamp, arrivalUs),
      onLine: (text, atUs) => this.events.line({ atUs, target, stream: 'stderr', text }),
      onTrouble: (message) => log.warn(`the lines of ${target} cannot be read: ${message}`),
      onLost: (span) => this.miss('lines', target, span),
    };
    const followed = new PodLog(this.pods.cluster, follower, clock, AbortSignal.any([this.stop, own.signal]));
    this.logs.set(target, { log: followed, stop: () => own.abort() });
    this.underWay.push(followed.over);
  }

  private async followPods(following: Following): Promise<void> {
    const { cluster, choice } = this.pods;
    const chosen = { ...following, namespace: choice.namespace, labels: labelsOf(choice) };
    for await (const { type, object } of followKube(cluster, podKind, chosen)) {
      const pod = readPod(object);
      if (!pod) continue;
      if (type === 'DELETED') this.onGone(pod);
      else this.onPod(pod);
    }
  }

  private onPod(pod: PodState): void {
    const before = this.known.get(pod.uid);
    if (!before) {
      this.onNew(pod);
      return;
    }
    this.known.set(pod.uid, pod);
    if (this.spare.has(pod.uid)) {
      this.spare.set(pod.uid, pod);
      this.fill(pod);
      return;
    }
    const own = this.pods.observed.find((each) => each.pod.uid === pod.uid);
    if (!own) return;
    own.pod = pod;
    for (const { event, message } of podChanges(before, pod)) this.tell(event, own.live.id, message);
    own.live.pod = placeOf(pod, this.pods.choice);
    const [was, is] = [before.containers[0], pod.containers[0]];
    if (!is.isRunning || pod.phase === 'Failed') own.live.isAway = true;
    else if (is.id !== was.id || !was.isRunning) this.underWay.push(this.findAgain(own));
    if (isOver(pod)) this.fillOne();
  }

  private onNew(pod: PodState): void {
    if (pod.isLeaving || pod.phase === 'Succeeded' || pod.phase === 'Failed') return;
    this.known.set(pod.uid, pod);
    this.spare.set(pod.uid, pod);
    const kin = this.pods.observed.filter((each) => each.pod.workload === pod.workload);
    if (this.fill(pod) || kin.some((each) => this.isVacant(each))) return;
    const message = `pod ${pod.name} was made, and is looked at only once a replica that is looked at has gone`;
    this.tell('note', kin[0]?.live.id ?? pod.workload, message);
  }

  private onGone(pod: PodState): void {
    this.known.delete(pod.uid);
    this.spare.delete(pod.uid);
    const own = this.pods.observed.find((each) => each.pod.uid === pod.uid);
    if (!own) return;
    own.live.isAway = true;
    this.logs.get(own.live.id)?.stop();
    this.logs.delete(own.live.id);
    this.tell('exit', own.live.id, removalWords(pod));
    this.fillOne();
  }

  /** Whether the target has lost its pod. */
  private isVacant({ pod }: ObservedPod): boolean {
    const now = this.known.get(pod.uid);
    return now === undefined || isOver(now);
  }

  private fillOne(): void {
    for (const next of [...this.spare.values()]) if (this.fill(next)) break;
  }

  /** Puts a pod that runs into the place of one that is gone: of the same name, as a StatefulSet makes it, else of the same workload. */
  private fill(pod: PodState): boolean {
    if (pod.phase !== 'Running') return false;
    const vacant = this.pods.observed.filter((each) => each.pod.workload === pod.workload && this.isVacant(each));
    const own = vacant.find((each) => each.pod.name === pod.name) ?? vacant[0];
    if (!own) return false;
    this.spare.delete(pod.uid);
    own.pod = pod;
    own.live.pod = placeOf(pod, this.pods.choice);
    this.tell('restart', own.live.id, `goes on in pod ${pod.name} on node ${pod.node}`);
    this.followLog(own, 'start');
    this.underWay.push(this.findAgain(own));
    return true;
  }

  /** The addresses of a container that started are other ones, and may answer a while later. */
  private async findAgain(own: ObservedPod): Promise<void> {
    const { live, pod } = own;
    const { proxy, replicas } = this.pods;
    for (let look = 0; look < looks.count && !this.stop.aborted; look += 1) {
      const found = await lookAtPod(own.pod, proxy, replicas);
      if (own.pod.uid !== pod.uid) return;
      const isLess = (live.pprofUrl && !found.pprofUrl) || (live.metricsUrl && !found.metricsUrl);
      if (!isLess) {
        live.pprofUrl = found.pprofUrl;
        live.metricsUrl = found.metricsUrl;
        live.isAway = !own.pod.containers[0].isRunning;
        return;
      }
      await this.context.clock.sleep(looks.everyMs, this.stop).catch(() => undefined);
    }
    if (this.stop.aborted) return;
    this.context.log.warn(`${live.id}: pod ${pod.name} does not show its runtime where it was seen before`);
    live.isAway = false;
  }
}
