/** What a Kubernetes cluster has for a run, seen from this machine by the user of a context, and the least role that works. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { connectKube } from '../../host/kube/connect.ts';
import { statusOf } from '../../host/kube/failures.ts';
import type { MachineCheck } from '../../model/machine-check.ts';
import { missingRights } from '../../topology/kubernetes/missing-rights.ts';
import {
  type ClusterRight,
  clusterFaults,
  rightsFor,
  rightText,
  usualResources,
} from '../../topology/kubernetes/rights.ts';
import { accountYaml, type RoleHolder, roleHolder, roleYaml } from '../../topology/kubernetes/role.ts';
import type { CommandContext } from '../command.ts';
import { attempt, failedCheck } from './attempt.ts';
import { nodesCheck, podsCheck, servicesCheck } from './cluster-reach.ts';

type Account = Extract<RoleHolder, { kind: 'ServiceAccount' }>;

/** Which cluster is looked at, and for whom. */
export interface ClusterRequest {
  readonly context: string | undefined;
  /** One that exists and is only looked at. */
  readonly namespace: string | undefined;
  /** Whom the role is bound to, instead of the user of the context. */
  readonly account: Account | undefined;
}

/** What was found; the role is left out where no cluster says who asks. */
export interface ClusterFindings {
  readonly checks: readonly MachineCheck[];
  readonly role?: string;
}

const patienceMs = 5000;

/** Looks; what cannot be found out is a check that says so. */
export async function lookAtCluster(request: ClusterRequest, { env }: CommandContext): Promise<ClusterFindings> {
  let cluster: KubeCluster | undefined;
  try {
    cluster = await connectKube({ env, context: request.context });
    const version = await cluster.version(patienceMs);
    return await looked(cluster, version, request);
  } catch (error) {
    return { checks: [failedCheck('cluster', error)] };
  } finally {
    cluster?.close();
  }
}

async function looked(cluster: KubeCluster, version: string, request: ClusterRequest): Promise<ClusterFindings> {
  const { namespace, account } = request;
  const user = await userOf(cluster);
  const found = `${version} at ${cluster.server}, context ${cluster.context}, user ${user ?? '(it does not say)'}`;
  const rights = rightsOf(namespace);
  const checks: MachineCheck[] = [
    { name: 'cluster', state: 'ok', found },
    ...(namespace === undefined ? [] : [await attempt('namespace', () => namespaceCheck(cluster, namespace))]),
    await attempt('nodes', () => nodesCheck(cluster)),
    await attempt('pods from here', () => podsCheck(cluster, namespace ?? 'kube-system')),
    await attempt('services from here', () => servicesCheck(cluster)),
    await attempt('rights', () => rightsCheck(cluster, rights, namespace)),
  ];
  const holder = account ?? (user === undefined ? undefined : roleHolder(user));
  if (!holder) return { checks };
  const role = roleYaml(rights, holder, namespace);
  return { checks, role: account ? `${accountYaml(account)}---\n${role}` : role };
}

function rightsOf(namespace: string | undefined): readonly ClusterRight[] {
  if (namespace !== undefined) return rightsFor({ kind: 'look' });
  return rightsFor({
    kind: 'run',
    isInPod: true,
    made: usualResources,
    shared: { hasClaims: true },
    faults: clusterFaults,
    hasGenerators: true,
    keepsResult: true,
  });
}

/** Who may look into one need not have the right to see whether it is there. */
async function namespaceCheck(cluster: KubeCluster, namespace: string): Promise<MachineCheck> {
  const name = 'namespace';
  try {
    const there = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    if (there) return { name, state: 'ok', found: `${namespace} is there` };
    return { name, state: 'missing', found: `there is no namespace ${namespace}`, advice: 'kubectl get namespaces' };
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return { name, state: 'limited', found: `this user may not see whether ${namespace} is there` };
  }
}

/** As the API server calls whoever asks; servers before 1.28 do not say. */
async function userOf(cluster: KubeCluster): Promise<string | undefined> {
  const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  if (!(await cluster.resource(kind))) return undefined;
  const { status } = await cluster.create({ ...kind, metadata: { name: '' } });
  return (status as { userInfo?: { username?: string } } | undefined)?.userInfo?.username;
}

async function rightsCheck(
  cluster: KubeCluster,
  rights: readonly ClusterRight[],
  namespace: string | undefined,
): Promise<MachineCheck> {
  const missing = await missingRights(cluster, rights, namespace);
  const name = 'rights';
  const what = namespace === undefined ? 'for runs' : `to look at ${namespace}`;
  if (missing.length === 0) return { name, state: 'ok', found: `all ${rights.length} ${what}` };
  const texts = missing.map((right) => `${rightText(right)}${right.isOptional ? ' (not needed)' : ''}`);
  return {
    name,
    state: missing.every(({ isOptional }) => isOptional) ? 'limited' : 'missing',
    found: `${missing.length} of ${rights.length} ${what} are missing: ${texts.join(', ')}`,
    advice: 'What follows is the least role that works, for somebody who may apply it.',
  };
}
