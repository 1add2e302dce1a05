/** Waits for what was made to be ready, and fails as soon as it is known that it will not be. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, type RampartError } from '../../model/errors.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import { askReadyUrl, type ProbeAnswer, type ReadyCheck } from '../liveness/ready.ts';
import { fieldsOf, mapsOf, textOf } from '../manifest-survey/values.ts';
import type { ReplicaReach } from './reach-replicas.ts';
import type { KubeReplica } from './replica.ts';
import type { RunWorkload } from './run-objects.ts';
import type { RunPods } from './run-pods.ts';
import { type ClusterWarning, findTrouble, type StartTrouble } from './start-trouble.ts';

/** What is waited for. */
export interface StartParts {
  readonly cluster: KubeCluster;
  readonly namespace: string;
  readonly pods: RunPods;
  readonly reach: Pick<ReplicaReach, 'takesLoad'>;
  readonly events: LiveEvents;
  readonly context: Pick<RunContext, 'clock' | 'signal'>;
  /** Events that were in the namespace before anything of this run was, by uid. */
  readonly eventsBefore: ReadonlySet<string>;
}

const never = new Promise<string>(() => undefined);

/**
 * A replica is ready when its pod is, and for load when its port for load takes connections and what its own hints name answers, too: that
 * may wait for the very services that wait for this one.
 */
export function replicaCheck(replica: KubeReplica, { pods, reach, events }: StartParts, isForLoad = true): ReadyCheck {
  const { target, workload } = replica;
  return {
    target: target.id,
    stopped: never,
    lastLines: (count) => events.lastLines(target.id, count),
    ask: async (signal) => {
      const pod = replica.state();
      const said = pods.lastSaid(target.id);
      const because = said === undefined ? '' : ` (${said})`;
      if (!pod) return notYet(`it has no pod yet${because}`);
      const waits = pod.containers.find((each) => each.waits)?.waits;
      if (!pod.isReady)
        return notYet(
          `pod ${pod.name} is not ready: ${waits ? `${waits.reason} ${waits.message}`.trim() : pod.phase}${because}`,
        );
      if (target.isAway) return notYet(`pod ${pod.name} is ready, and its ports are looked for`);
      if (!isForLoad) return { isReady: true };
      const taking = await reach.takesLoad(replica);
      if (!taking.isReady) return taking;
      const { ready } = workload.hints;
      const address = ready && target.ports[String(ready.port)];
      return ready && address ? await askReadyUrl(`${address}${ready.path}`, signal) : { isReady: true };
    },
  };
}

/** A job is ready when it is done. */
export function jobCheck({ service, object }: RunWorkload, { cluster, namespace }: StartParts): ReadyCheck {
  const { apiVersion, kind, metadata } = object;
  return {
    target: service,
    stopped: never,
    lastLines: () => [],
    ask: async () => {
      const job = await cluster.get({ apiVersion, kind, name: metadata.name, namespace });
      const isDone = job !== undefined && conditionOf(job['status'], 'Complete') !== undefined;
      return isDone ? { isReady: true } : notYet('the job is not done');
    },
  };
}

/** What makes as many pods as there are nodes for it is counted when all of them are there, ready or not. */
export function countCheck(workload: RunWorkload, { cluster, namespace, pods }: StartParts): ReadyCheck {
  const { apiVersion, kind, metadata } = workload.object;
  return {
    target: workload.service,
    stopped: never,
    lastLines: () => [],
    ask: async () => {
      const found = await cluster.get({ apiVersion, kind, name: metadata.name, namespace });
      const status = (found?.['status'] ?? {}) as { desiredNumberScheduled?: number; observedGeneration?: number };
      if (status.observedGeneration === undefined) return notYet(`nobody has counted the nodes for the ${kind}`);
      const { desiredNumberScheduled: wanted = 0 } = status;
      const own = pods.replicas.filter((each) => each.workload === workload).length;
      return own >= wanted ? { isReady: true } : notYet(`${own} of ${wanted} pods are there`);
    },
  };
}

function notYet(said: string): ProbeAnswer {
  return { isReady: false, said };
}

function conditionOf(status: unknown, type: string) {
  return mapsOf(fieldsOf(status)['conditions']).find((each) => each['type'] === type && each['status'] === 'True');
}

const lookMs = 250;
/** Warnings and jobs are asked for at every fourth look. */
const rareLooks = 4;

/** Rejects with the first thing that is wrong for good; resolves when the signal aborts. */
export async function failEarly(jobs: readonly RunWorkload[], parts: StartParts, signal: AbortSignal): Promise<void> {
  const { clock } = parts.context;
  let warnings: readonly ClusterWarning[] = [];
  for (let look = 0; !signal.aborted; look += 1) {
    if (look % rareLooks === 0) {
      warnings = await warningsIn(parts);
      for (const job of jobs) {
        const failed = await jobTrouble(job, parts);
        if (failed && !signal.aborted) throw await toldTrouble(failed, parts);
      }
    }
    const nowMs = clock.originWallMs + clock.nowUs() / 1000;
    const trouble = findTrouble(parts.pods.starting(), warnings, nowMs);
    if (trouble && !signal.aborted) throw await toldTrouble(trouble, parts);
    await clock.sleep(lookMs, signal).catch(() => undefined);
  }
}

/** None where they may not be read, or the cluster does not answer for the moment. */
async function warningsIn({ cluster, namespace, eventsBefore }: StartParts): Promise<readonly ClusterWarning[]> {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Event' }, { namespace }).catch(() => ({ items: [] }));
  const own = items.filter(({ metadata }) => !eventsBefore.has(metadata.uid ?? ''));
  return own.map((event) => {
    const about = fieldsOf(event['involvedObject']);
    const [kind = '', name = ''] = [textOf(about['kind']), textOf(about['name'])];
    return { reason: textOf(event['reason']) ?? '', message: textOf(event['message']) ?? '', kind, name };
  });
}

async function jobTrouble(
  job: RunWorkload,
  { cluster, namespace, pods }: StartParts,
): Promise<StartTrouble | undefined> {
  const { apiVersion, kind, metadata } = job.object;
  const found = await cluster.get({ apiVersion, kind, name: metadata.name, namespace }).catch(() => undefined);
  const failed = conditionOf(found?.['status'], 'Failed');
  if (!failed) return undefined;
  const last = pods.starting().findLast(({ target }) => target === job.service);
  return {
    code: 'target-died',
    message: `job ${job.service} failed: ${textOf(failed['message']) ?? textOf(failed['reason']) ?? ''}`,
    lines: last && { target: job.service, pod: last.name, container: last.containers.at(-1)?.name ?? '' },
  };
}

const shownLines = 20;

async function toldTrouble({ code, message, hint, lines }: StartTrouble, parts: StartParts): Promise<RampartError> {
  const shown = lines ? await lastLinesOf(lines, parts) : [];
  const printed = lines && shown.length === 0 ? ['(it printed nothing)'] : shown;
  return environmentError(code, [message, ...printed.map((line) => `    | ${line}`)].join('\n'), hint);
}

/** Those that were followed, else those that the cluster has kept: of the life that ended, or of the one before. */
async function lastLinesOf(
  { target, pod, container }: NonNullable<StartTrouble['lines']>,
  { cluster, namespace, events }: StartParts,
): Promise<readonly string[]> {
  for (const previous of [false, true]) {
    const lines: string[] = [];
    try {
      for await (const { text } of cluster.logs(namespace, pod, container, { tailLines: shownLines, previous }))
        lines.push(text);
    } catch {
      // The life that is asked for has left none.
    }
    if (lines.length > 0) return lines;
  }
  return events.lastLines(target, shownLines);
}
