/** What faults of a run's pods are done with. */
import type { AskedFaults, RunContext } from '../../model/contracts.ts';
import type { RunMeans } from '../faults/run-fault.ts';
import { waitReady } from '../liveness/ready.ts';
import { replicaCheck, type StartParts } from './await-start.ts';
import { placedWorkload } from './marks.ts';
import type { PodFaultMeans } from './pod-replica.ts';
import type { RunWorkload } from './run-objects.ts';

/** How workloads were made, and what commands are run with. */
interface FaultChoice {
  readonly workloads: readonly RunWorkload[];
  readonly labels: Readonly<Record<string, string>>;
  readonly readyTimeoutMs: number;
  readonly run: RunMeans;
}

/** Of pods that stand. */
export function faultMeans(
  parts: Omit<StartParts, 'context'> & { readonly context: Pick<RunContext, 'clock' | 'signal'> },
  { workloads, labels, readyTimeoutMs, run }: FaultChoice,
): PodFaultMeans {
  const { cluster, namespace, pods, context } = parts;
  return {
    cluster,
    namespace,
    clock: context.clock,
    replicas: pods.replicas,
    takeAway: (replica) => pods.takeAway(replica),
    giveBack: async (replicas, signal) => {
      const wanted = pods.replicas.filter(({ target }) => replicas.some((each) => each.target === target));
      for (const each of wanted) pods.giveBack(each);
      const checks = wanted.map((each) => replicaCheck(each, parts));
      await waitReady(checks, readyTimeoutMs, signal);
    },
    makeAgain: async ({ kind, name }) => {
      const index = workloads.findIndex(({ object }) => object.kind === kind && object.metadata.name === name);
      const workload = workloads[index];
      if (workload) await cluster.create(placedWorkload(workload, index, namespace, labels));
    },
    run,
    signal: context.signal,
  };
}

const scalable = ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'];

/** Faults that workloads cannot have done to them, as they are. */
export function workloadMistakes(workloads: readonly RunWorkload[], asked: AskedFaults | undefined): string[] {
  return (asked?.faults ?? []).flatMap(({ name, action }) => {
    if (action.kind !== 'scale') return [];
    const found = workloads.find(({ service }) => service === action.service)?.object.kind;
    if (found === undefined || scalable.includes(found)) return [];
    return [
      `fault ${JSON.stringify(name)}: ${action.service} is a ${found}, which has no number of replicas to change`,
    ];
  });
}
