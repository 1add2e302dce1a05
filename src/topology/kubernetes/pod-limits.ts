/** Faults by which pods may use less than before: cores and memory, changed in place. */
import { pause } from '../../host/clock.ts';
import type { KubeObject } from '../../host/kube/cluster.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { HeldFault } from '../faults/keep-faults.ts';
import { namedPods, type PodFaultMeans, type PodReplica, podRef } from './pod-replica.ts';
import { isSameAmount, planResize, type ResizablePod, type ResizePlan, type WantedLimit } from './resize.ts';

type Plan = Exclude<ResizePlan, { readonly why: string }>;

interface PodStatus {
  readonly qosClass?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containerStatuses?: readonly { readonly name: string; readonly resources?: ResizablePod['resources'] }[];
}

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly { readonly name: string; readonly resources?: ResizablePod['resources'] }[];
}

const pollMs = 200;
/** A kubelet that has not done it by then waits for room that it does not get. */
const resizeMs = 30_000;

/** Puts the limit in force on all; what is refused of one is in force on none. */
export async function limitPods(
  replicas: readonly PodReplica[],
  wanted: WantedLimit,
  means: PodFaultMeans,
  signal: AbortSignal,
): Promise<HeldFault> {
  const plans = new Map<PodReplica, Plan>();
  for (const replica of replicas) plans.set(replica, await planOf(replica, wanted, means));
  const done: PodReplica[] = [];
  const undo = async () => {
    const left: unknown[] = [];
    for (const replica of done.splice(0)) {
      const plan = plans.get(replica);
      // A pod that comes in the place of one that went has the limits of its manifest.
      if (!plan || replica.pod === undefined) continue;
      const back = resize(replica, plan.back, { ...wanted, limit: plan.limitBefore }, means, means.signal);
      await back.catch((error: unknown) => left.push(error));
    }
    if (left.length > 0) throw environmentError('fault-failed', left.map(messageOf).join('\n'));
  };
  try {
    for (const [replica, plan] of plans) {
      done.push(replica);
      await resize(replica, plan.wanted, { ...wanted, limit: plan.limit }, means, signal);
    }
  } catch (error) {
    await undo().catch(() => undefined);
    throw error;
  }
  const [limit] = [...plans.values()].map((plan) => plan.limit);
  return { message: `limited ${wanted.resource} to ${limit} of ${namedPods(replicas)}`, undo };
}

async function planOf(replica: PodReplica, wanted: WantedLimit, means: PodFaultMeans): Promise<Plan> {
  const { cluster, namespace } = means;
  const pod = await cluster.get(podRef(replica, namespace));
  const refuse = (why: string) =>
    environmentError('fault-failed', `cannot limit ${wanted.resource} of ${replica.target.id}: ${why}`);
  if (!pod) throw refuse('not running');
  const spec = pod['spec'] as PodSpec;
  const node = spec.nodeName ?? '';
  if (await hasNoPodGroups(node, means))
    throw refuse(
      `the kubelet of node ${node} runs without control groups of pods (cgroupsPerQOS: false), and crashes when a pod is resized`,
    );
  const status = (await cluster.get({ apiVersion: 'v1', kind: 'Node', name: node }).catch(() => undefined))?.['status'];
  const plan = planResize(
    {
      qosClass: (pod['status'] as PodStatus).qosClass ?? 'BestEffort',
      container: replica.container,
      resources: spec.containers.find(({ name }) => name === replica.container)?.resources ?? {},
      allocatable: (status as { allocatable?: Readonly<Record<string, string>> } | undefined)?.allocatable ?? {},
    },
    wanted,
  );
  if ('why' in plan) throw refuse(plan.why);
  return plan;
}

/** A kubelet without them goes down with the first resize (1.34, kuberuntime doPodResizeAction): it is asked before, where that is allowed. */
async function hasNoPodGroups(node: string, { cluster }: PodFaultMeans): Promise<boolean> {
  try {
    const { status, body } = await cluster.nodeHttp(node, '/configz');
    const read = JSON.parse(body.toString('utf8')) as { kubeletconfig?: { cgroupsPerQOS?: boolean } };
    return status === 200 && read.kubeletconfig?.cgroupsPerQOS === false;
  } catch {
    return false;
  }
}

async function resize(
  replica: PodReplica,
  patch: unknown,
  { resource, limit }: WantedLimit & { readonly limit: string },
  { cluster, namespace }: PodFaultMeans,
  signal: AbortSignal,
): Promise<void> {
  const ref = podRef(replica, namespace);
  const failed = (why: string) =>
    environmentError('fault-failed', `cannot limit ${resource} of ${replica.target.id} to ${limit}: ${why}`);
  await cluster.patch({ ...ref, part: 'resize' }, patch, 'strategic').catch((error: unknown) => {
    throw failed(messageOf(error));
  });
  const late = AbortSignal.timeout(resizeMs);
  for (;;) {
    signal.throwIfAborted();
    const pod = await cluster.get(ref);
    if (!pod) throw failed('its pod has gone');
    if (isSameAmount(limitNow(pod, replica.container, resource), limit)) return;
    const why = pendingText(pod);
    if (why !== undefined && late.aborted) throw failed(why);
    if (late.aborted) throw failed('its kubelet did not do it within 30s');
    if (why?.startsWith('Infeasible')) throw failed(why);
    await pause(pollMs, { signal });
  }
}

function limitNow(pod: KubeObject, container: string, resource: string): string | number | undefined {
  const status = pod['status'] as PodStatus;
  return status.containerStatuses?.find(({ name }) => name === container)?.resources?.limits?.[resource];
}

/** `Deferred: Node didn't have enough capacity: cpu, requested: 8000`. */
function pendingText(pod: KubeObject): string | undefined {
  const { conditions = [] } = pod['status'] as PodStatus;
  const found = conditions.find(({ type, status }) => /^PodResize/.test(type) && status === 'True');
  return found && `${found.reason ?? 'pending'}: ${found.message ?? 'its kubelet says no more'}`;
}
