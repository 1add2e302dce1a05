/** Makes the workloads of a run in the order of what they wait for, until all are ready. */

import type { KubeObject } from '../../host/kube/cluster.ts';
import type { AskedFaults } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import { type ReadyCheck, waitReady } from '../liveness/ready.ts';
import { countCheck, failEarly, jobCheck, replicaCheck, type StartParts } from './await-start.ts';
import { placedWorkload } from './marks.ts';
import type { KubeReplica } from './replica.ts';
import type { RunWorkload } from './run-objects.ts';
import { createStanding } from './standing.ts';
import { isNotYet } from './start-trouble.ts';

/** How they are started. */
interface StartChoice {
  readonly labels: Readonly<Record<string, string>>;
  readonly readyTimeoutMs: number;
  /** Told of the replicas before they are ready. */
  readonly starting: AskedFaults['starting'];
}

/** Resolves when every replica is ready and every job done; rejects early where that will not be. */
export async function startWorkloads(
  workloads: readonly RunWorkload[],
  parts: StartParts,
  { labels, readyTimeoutMs, starting }: StartChoice,
): Promise<void> {
  const { namespace, pods, context } = parts;
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  const made: RunWorkload[] = [];
  const failing = failEarly(made, parts, signal);
  // Those with higher numbers come with a fault.
  const atStart = () => pods.replicas.filter(({ number, workload }) => number <= (workload.replicas ?? number));
  const checksOf = (wanted: readonly RunWorkload[], isForLoad: boolean) => [
    ...atStart()
      .filter(({ workload }) => wanted.includes(workload))
      .map((each) => standingCheck(each, parts, isForLoad)),
    ...wanted.filter(({ isOneShot }) => isOneShot).map((each) => jobCheck(each, parts)),
  ];
  starting?.(atStart().map(({ target }) => target));
  const begin = async () => {
    for (const [index, workload] of workloads.entries()) {
      const before = workload.after.flatMap(({ service, until }) =>
        until === 'started' ? [] : workloads.filter((each) => each.service === service),
      );
      await waitReady(checksOf(before, false), readyTimeoutMs, signal);
      await createPatiently(placedWorkload(workload, index, namespace, labels), parts, signal);
      made.push(workload);
    }
    const open = workloads.filter(({ replicas }) => replicas === undefined);
    await waitReady(
      open.map((each) => countCheck(each, parts)),
      readyTimeoutMs,
      signal,
    );
    await waitReady(checksOf(workloads, true), readyTimeoutMs, signal);
  };
  try {
    const begun = begin();
    // Whichever comes second has been told already.
    for (const one of [begun, failing]) one.catch(() => undefined);
    await Promise.race([begun, failing.then(() => begun)]);
  } finally {
    over.abort();
  }
}

/** Only at the start: what comes back from a fault is back as soon as the cluster says so. */
function standingCheck(replica: KubeReplica, parts: StartParts, isForLoad: boolean): ReadyCheck {
  const check = replicaCheck(replica, parts, isForLoad);
  const standing = createStanding();
  return {
    ...check,
    ask: async (signal) => {
      const stands = standing(replica.state(), parts.context.clock.nowUs());
      const answer = await check.ask(signal);
      return answer.isReady ? stands : answer;
    },
  };
}

const lookMs = 100;
const newNamespaceMs = 10_000;

/** A pod that nobody makes again has to wait for what the cluster puts into a new namespace. */
async function createPatiently(object: KubeObject, { cluster, context: { clock } }: StartParts, signal: AbortSignal) {
  const untilUs = clock.nowUs() + newNamespaceMs * 1000;
  for (;;) {
    signal.throwIfAborted();
    try {
      await cluster.create(object);
      return;
    } catch (error) {
      if (!isNotYet(messageOf(error)) || clock.nowUs() > untilUs) throw error;
      await clock.sleep(lookMs, signal);
    }
  }
}
