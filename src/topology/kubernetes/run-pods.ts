/** The pods of a run from before they are made: which replica each is, what they print, what becomes of them, and where they are reached. */
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import type { KubePlace } from '../../host/kube/config.ts';
import { followKube } from '../../host/kube/follow.ts';
import type { RunContext } from '../../model/contracts.ts';
import type { ClockRelation } from '../../model/sample.ts';
import type { TargetNews, TargetUnseen } from '../../model/topology.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
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
import { markedWorkload } from './marks.ts';
import { createReplica, type KubeReplica } from './replica.ts';
import type { RunWorkload } from './run-objects.ts';
import { readStarting, type StartingPod } from './starting-pod.ts';

const podKind = { apiVersion: 'v1', kind: 'Pod' };

/** What is followed, and who is told. */
export interface RunPodsParts {
  readonly cluster: KubeCluster;
  readonly place: Omit<KubePlace, 'env'>;
  readonly namespace: string;
  /** Those of this run and no other, as a label selector. */
  readonly labels: string;
  readonly workloads: readonly RunWorkload[];
  /** Replicas by service, where a fault brings more than there are at the start. */
  readonly most: Readonly<Record<string, number>>;
  readonly events: LiveEvents;
  readonly context: Pick<RunContext, 'clock' | 'log'>;
  /** A replica is in a pod that is ready, at its start or again: its addresses are to be looked for. */
  readonly onReady: (replica: KubeReplica) => Promise<void>;
}

/** Follows from its making to `close`. Before `standing` is told, pods that crash are not yet news. */
export class RunPods {
  /** Those that the scenario asks for from the start; of a DaemonSet as many as come. */
  readonly replicas: KubeReplica[] = [];
  private readonly parts: RunPodsParts;
  private readonly closing = new AbortController();
  private readonly known = new Map<string, { object: KubeObject; pod: PodState; workload: RunWorkload }>();
  private readonly lost = new Set<string>();
  private readonly logs = new Map<string, { readonly log: PodLog; stop(): void }>();
  private readonly nodeClocks: NodeClocks;
  private readonly underWay = new Set<Promise<void>>();
  private readonly said = new Map<string, string>();
  private readonly expected = new Set<string>();
  /** Pods that are to end. */
  private readonly taken = new Set<string>();
  private readonly watch: ClusterWatch;
  private isStanding = false;
  private isEnding = false;

  constructor(parts: RunPodsParts) {
    this.parts = parts;
    for (const workload of parts.workloads.filter(({ isOneShot }) => !isOneShot))
      for (let number = 1; number <= (parts.most[workload.service] ?? workload.replicas ?? 0); number += 1)
        this.replicas.push(createReplica(workload, number, parts.place));
    const { cluster, namespace, context } = parts;
    const note = (target: string, message: string) => {
      this.said.set(target, message);
      this.tell('note', target, message);
    };
    const unseen = (span: UnseenSpan) => this.miss('ends and restarts', 'all', span);
    const watch = { ...context, signal: this.closing.signal, cluster, note, unseen, spans: new Map() };
    this.watch = watch;
    this.nodeClocks = createNodeClocks(context.clock.originWallMs);
    const targetOf = (uid: string) => this.replicaIn(uid)?.target.id;
    const targetsOn = (node: string) =>
      this.replicas.flatMap((each) => (each.state()?.node === node ? [each.target.id] : []));
    this.during(following('pods', watch, (choice) => this.followPods(choice)));
    this.during(followPodEvents(namespace, targetOf, watch));
    this.during(followNodes(targetsOn, watch));
  }

  /** All pods that are there, those of jobs among them. */
  starting(): readonly StartingPod[] {
    return [...this.known.values()].map(({ object, workload }) => {
      const target = this.replicaIn(object.metadata.uid ?? '')?.target.id ?? workload.service;
      return readStarting(object, target, workload.isOneShot);
    });
  }

  /** What was last said of a target that is not ready, for people. */
  lastSaid(target: string): string | undefined {
    return this.said.get(target);
  }

  /** From now on a pod that ends is news. */
  standing(): void {
    this.isStanding = true;
  }

  /** It is to end, which is no news until it is in another pod that is ready. */
  takeAway({ target }: Pick<KubeReplica, 'target'>): void {
    const replica = this.replicas.find((each) => each.target === target);
    const uid = replica?.state()?.uid;
    if (uid !== undefined) this.taken.add(uid);
    this.expected.add(target.id);
    replica?.isAway(true);
  }

  /** It is looked at again where it still is in the pod that it was taken away in. */
  giveBack(replica: KubeReplica): void {
    const pod = replica.state();
    if (!pod) return;
    this.taken.delete(pod.uid);
    if (pod.isReady && !pod.isLeaving && replica.target.isAway) this.during(this.arrive(replica, pod));
  }

  /** Tells what has gone unseen up to now. */
  async lastLook(): Promise<void> {
    const { namespace, labels } = this.parts;
    const silence = await lastLook({ namespace, labels }, this.watch);
    await Promise.all([...this.logs.values()].map(({ log }) => log.lastLook(silence)));
  }

  /** How the clocks of the nodes stand to ours that replicas are on. */
  lineClocks(): readonly ClockRelation[] {
    const places = this.replicas.flatMap((each) => {
      const node = each.state()?.node;
      return node === undefined ? [] : [{ id: each.target.id, node }];
    });
    return this.nodeClocks.relations(places);
  }

  /** From now on all ends are asked for. */
  expectEnds(): void {
    this.isEnding = true;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.underWay);
  }

  private during(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work)).catch(() => undefined);
  }

  private replicaIn(uid: string): KubeReplica | undefined {
    return this.replicas.find((each) => each.state()?.uid === uid);
  }

  private miss(source: TargetUnseen['source'], target: string, span: UnseenSpan): void {
    if (!this.isStanding || this.isEnding || this.closing.signal.aborted) return;
    this.parts.events.change({ event: 'unseen', source, target, ...span });
  }

  private tell(event: TargetNews['event'], target: string, message: string): void {
    if (this.isEnding || this.closing.signal.aborted) return;
    if (!this.isStanding && event !== 'exit') return;
    const isAsked = event !== 'note' && this.expected.has(target);
    const isEarly = !this.isStanding && event === 'exit';
    const atUs = this.parts.context.clock.nowUs();
    if (isEarly) this.parts.events.change({ event: 'note', atUs, target, message: `${message}, before it was ready` });
    else if (!isAsked) this.parts.events.change({ event, atUs, target, message });
  }

  private async followPods(following: Following): Promise<void> {
    const { cluster, namespace, labels } = this.parts;
    for await (const { type, object } of followKube(cluster, podKind, {
      ...following,
      namespace,
      labels,
    })) {
      const workload = this.parts.workloads[markedWorkload(object.metadata.labels) ?? -1];
      const pod = readPod(object);
      if (!pod || !workload) continue;
      if (type === 'DELETED') this.onGone(pod);
      else this.onPod(object, pod, workload);
    }
  }

  private onPod(object: KubeObject, pod: PodState, workload: RunWorkload): void {
    const before = this.known.get(pod.uid)?.pod;
    this.known.set(pod.uid, { object, pod, workload });
    if (workload.isOneShot) return;
    const replica = this.replicaIn(pod.uid) ?? this.seat(pod, workload);
    if (!replica) return;
    replica.moveTo(pod);
    this.followLog(replica, pod);
    for (const { event, message } of before ? podChanges(before, pod) : [])
      this.tell(event, replica.target.id, message);
    if (this.isStanding && isOver(pod)) {
      this.vacate(replica, pod);
      return;
    }
    const isThere = pod.isReady && !pod.isLeaving && !this.taken.has(pod.uid);
    if (isThere && replica.target.isAway) this.during(this.arrive(replica, pod));
    else if (!pod.containers[0].isRunning || pod.phase === 'Failed') replica.isAway(true);
  }

  /** The replica that a new pod is: by its number in a StatefulSet, else the first that has no pod. */
  private seat(pod: PodState, workload: RunWorkload): KubeReplica | undefined {
    if (pod.isLeaving || pod.phase === 'Failed' || pod.phase === 'Succeeded') return undefined;
    const own = this.replicas.filter((each) => each.workload === workload);
    if (workload.object.kind === 'StatefulSet') {
      const number = Number(/-(\d+)$/.exec(pod.name)?.[1] ?? -1) + 1 - firstOrdinal(workload);
      return own.find((each) => each.number === number) ?? this.add(workload, number);
    }
    const free = own.find((each) => each.state() === undefined);
    return free ?? (workload.replicas === undefined ? this.add(workload, own.length + 1) : undefined);
  }

  private add(workload: RunWorkload, number: number): KubeReplica {
    const replica = createReplica(workload, number, this.parts.place);
    this.replicas.push(replica);
    return replica;
  }

  private async arrive(replica: KubeReplica, pod: PodState): Promise<void> {
    await this.parts.onReady(replica);
    const now = replica.state();
    // It may have ended meanwhile; when it is ready again it arrives again.
    if (now?.uid !== pod.uid || !now.isReady || now.isLeaving || this.taken.has(pod.uid)) return;
    const { id } = replica.target;
    if (this.lost.delete(id)) this.tell('restart', id, `goes on in pod ${pod.name} on node ${pod.node}`);
    replica.isAway(false);
    this.expected.delete(id);
  }

  private onGone(pod: PodState): void {
    const replica = this.replicaIn(pod.uid);
    this.known.delete(pod.uid);
    if (!replica) return;
    this.tell('exit', replica.target.id, removalWords(pod));
    this.vacate(replica, pod);
  }

  /** It is in no pod until there is another one. */
  private vacate(replica: KubeReplica, pod: PodState): void {
    this.logs.get(pod.uid)?.stop();
    this.logs.delete(pod.uid);
    replica.moveTo(undefined);
    replica.isAway(true);
    this.lost.add(replica.target.id);
    // A pod that was made before this one went waits for a place.
    for (const other of this.known.values())
      if (other.workload === replica.workload && !this.replicaIn(other.pod.uid))
        this.onPod(other.object, other.pod, other.workload);
  }

  /** From its first byte on, as soon as its container has begun. */
  private followLog(replica: KubeReplica, pod: PodState): void {
    const [{ name: container, isRunning, end }] = pod.containers;
    if (this.logs.has(pod.uid) || !(isRunning || end)) return;
    const { cluster, events, context } = this.parts;
    const own = new AbortController();
    const target = replica.target.id;
    const follower: LogFollower = {
      ...{ namespace: pod.namespace, pod: pod.name, container, from: 'start' },
      date: (stamp, arrivalUs) => this.nodeClocks.date(pod.node, stamp, arrivalUs),
      onLine: (text, atUs) => events.line({ atUs, target, stream: 'stderr', text }),
      onTrouble: (message) => {
        if (!this.isEnding && this.known.has(pod.uid))
          context.log.warn(`the lines of ${target} cannot be read: ${message}`);
      },
      onLost: (span) => this.miss('lines', target, span),
    };
    const log = new PodLog(cluster, follower, context.clock, AbortSignal.any([this.closing.signal, own.signal]));
    this.logs.set(pod.uid, { log, stop: () => own.abort() });
    this.during(log.over);
  }
}

function firstOrdinal({ object }: RunWorkload): number {
  const { ordinals } = (object['spec'] ?? {}) as { readonly ordinals?: { readonly start?: number } };
  return ordinals?.start ?? 0;
}
