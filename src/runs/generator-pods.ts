/** Generators that are pods: made when the topology is up, called over the one way that leads to them, and gone when the results are out. */
import { randomBytes } from 'node:crypto';
import type { KubeCluster } from '../host/kube/cluster.ts';
import { findOwnPod, type OwnPod } from '../host/kube/own-pod.ts';
import type { GeneratorPlace } from '../load/generators/fleet.ts';
import { generatorUpgrade } from '../load/generators/protocol.ts';
import { type Company, companyOf } from '../load/pods/company.ts';
import { whyLost } from '../load/pods/loss.ts';
import type { GeneratorPlace as PodPlacement } from '../load/pods/objects.ts';
import { type ReachedPod, reachPod } from '../load/pods/reach.ts';
import { type GeneratorPod, removeGeneratorPods, startGeneratorPods, type Waiting } from '../load/pods/start.ts';
import type { RunContext } from '../model/contracts.ts';
import { environmentError } from '../model/errors.ts';
import type { GeneratorPodsSpec } from '../model/generator-pods.ts';
import type { Scenario } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { requireRights } from '../topology/kubernetes/missing-rights.ts';
import { rightsFor } from '../topology/kubernetes/rights.ts';
import { ownerLabel, ownerLabels } from '../topology/orphans/containers.ts';
import { makeNamespace, namespaceName, removeOrphanNamespaces, runLabels } from '../topology/orphans/namespaces.ts';
import { connectGenerators, type GeneratorCluster } from './generator-cluster.ts';
import { removeLostGenerators } from './lost-generators.ts';

/** The pods of one run; they must be removed. */
export interface RunPods {
  /** What lets this run in and nobody else. */
  readonly token: string;
  /** Makes them, beside what is up; rejects where they cannot be, and nothing of them is left then. */
  start(topology: Pick<RunningTopology, 'targets'>): Promise<readonly GeneratorPlace[]>;
  remove(): Promise<void>;
}

/** Longest time that a run goes on beyond its plan: what has to be started, drained and read at its end. */
const marginS = 1800;
/** A search sends steps until it has found what it looks for. */
const searchS = 6 * 3600;

/** Finds the cluster; rejects when it does not answer or this user lacks a right, before anything is made. */
export async function openPods(
  spec: GeneratorPodsSpec,
  { topology, load }: Pick<Scenario, 'topology' | 'load'>,
  context: RunContext,
): Promise<RunPods> {
  const { env, clock, signal, log } = context;
  const { cluster, isOfTopology } = await connectGenerators(spec, topology, env);
  const kind = spec.namespace === undefined ? 'own-load' : 'load';
  const rights = rightsFor({ kind, isInPod: isInPod(cluster) });
  for (const warning of await requireRights(cluster, rights, spec.namespace)) log.warn(warning);
  const waiting: Waiting = {
    signal,
    nowMs: () => clock.nowUs() / 1000,
    sleep: (ms, ends) => clock.sleep(ms, ends),
    warn: (message) => log.warn(message),
  };
  const plannedS = load.steps.reduce((sum, { durationMs }) => sum + durationMs, load.idleMs + spec.withinMs) / 1000;
  const token = randomBytes(32).toString('base64url');
  const lifeS = Math.ceil(Math.max(2 * plannedS, searchS)) + marginS;
  const parts: PodParts = { spec, cluster, context, waiting, isOfTopology, token, lifeS };
  let undo: () => Promise<void> = async () => {};
  return {
    token,
    start: async ({ targets }) =>
      await startPods(parts, targets, (next) => {
        undo = next;
      }),
    remove: async () => {
      await undo();
      cluster.close();
    },
  };
}

/** What they are started with. */
export interface PodParts extends GeneratorCluster {
  readonly spec: GeneratorPodsSpec;
  readonly context: RunContext;
  readonly waiting: Waiting;
  readonly token: string;
  readonly lifeS: number;
}

/** Starts them beside all targets of a run, see `RunPods`; what undoes what was made is handed over as soon as there is something to undo. */
export async function startPods(
  { spec, cluster, context, waiting, isOfTopology, token, lifeS }: PodParts,
  all: readonly Target[],
  undoWith: (undo: () => Promise<void>) => void,
): Promise<readonly GeneratorPlace[]> {
  const { runId } = context;
  const targets = isOfTopology ? all : [];
  const namespaces = [...new Set(targets.flatMap(({ pod }) => pod?.namespace ?? []))];
  const keptFrom = apartFrom(spec, namespaces);
  // Whoever is told where generators go need not have the right to see namespaces.
  if (spec.namespace === undefined) await removeOrphanNamespaces({ ...context, cluster });
  await removeLostGenerators(cluster, spec.namespace, context);
  const home = await homeOf(spec, namespaces, cluster, context);
  undoWith(() => home.remove());
  const { [ownerLabel]: owner = '' } = ownerLabels(runId);
  const placement: PodPlacement = {
    namespace: home.name,
    prefix: spec.namespace === undefined ? '' : `${namespaceName(runId)}-`,
    labels: runLabels(runId),
    annotations: { [ownerLabel]: owner },
    coordinator: await coordinatorOf(cluster, spec, context),
    token,
    hostNetwork: spec.hostNetwork ?? isOnNodes(targets),
    apartFrom: keptFrom,
    lifeS,
  };
  if (spec.namespace !== undefined) undoWith(() => removeGeneratorPods(cluster, spec, placement, waiting));
  const pods = await startGeneratorPods(cluster, spec, placement, waiting);
  // A target without a pod may be anywhere, also on these nodes; those of another cluster are not.
  const areElsewhere = isOfTopology && (targets.length === 0 || targets.some(({ pod }) => !pod));
  const company = await companyOf(cluster, pods, { namespaces, areElsewhere });
  return pods.map((pod) => placeOf(cluster, pod, company, waiting));
}

/** Whether this process is in a pod of the cluster, and has to show it that it lives. */
function isInPod({ context }: KubeCluster): boolean {
  return context === 'in-cluster';
}

/** As the topology: where that is on the network of its nodes, the cluster may have no other. */
function isOnNodes(targets: readonly Target[]): boolean {
  const pods = targets.flatMap(({ pod }) => pod ?? []);
  return pods.length > 0 && pods.every(({ sharesNetwork }) => sharesNetwork);
}

/** The pod of this process, with which generators go in a namespace that stays; in one of the run they go with that. */
async function coordinatorOf(
  cluster: KubeCluster,
  { namespace }: GeneratorPodsSpec,
  { env, log }: RunContext,
): Promise<OwnPod | undefined> {
  if (namespace === undefined || !isInPod(cluster)) return undefined;
  const own = await findOwnPod(cluster, env);
  if (!own)
    log.warn(
      `which pod this is cannot be told, so a kill of it would leave pods and the Secret of generators in namespace ${namespace}: give it its name in POD_NAME (fieldRef: metadata.name), and the right to get pods in its own namespace`,
    );
  return own;
}

/** Where they are made: where the scenario says, beside the topology that the run has made, or in a namespace of their own. */
async function homeOf(
  { namespace }: GeneratorPodsSpec,
  ofTargets: readonly string[],
  cluster: KubeCluster,
  { runId, clock, log }: RunContext,
): Promise<{ readonly name: string; remove(): Promise<void> }> {
  const own = namespaceName(runId);
  if (namespace !== undefined) return { name: namespace, remove: async () => {} };
  if (ofTargets.includes(own)) return { name: own, remove: async () => {} };
  return await makeNamespace({ cluster, runId, clock, log, isInPod: isInPod(cluster) });
}

/** Nobody can keep apart from what is not known to be on any node. */
function apartFrom({ node }: GeneratorPodsSpec, namespaces: readonly string[]): readonly string[] {
  if (node === 'any') return [];
  if (node === 'separate' && namespaces.length === 0)
    throw environmentError(
      'generator-unschedulable',
      'no target of the run is in a pod of the cluster, so nobody knows which nodes generators are to keep off',
      'Name the namespace of what is loaded (topology.namespace), or let them be anywhere: `load.generators.node: any`.',
    );
  return namespaces;
}

function placeOf(cluster: KubeCluster, pod: GeneratorPod, company: Company, waiting: Waiting): GeneratorPlace {
  let reached: Pick<ReachedPod, 'way' | 'why'> | undefined;
  return {
    name: `pod ${pod.namespace}/${pod.name}`,
    open: async () => {
      const { stream, way, why } = await reachPod(cluster, pod, generatorUpgrade);
      reached = { way, why };
      return stream;
    },
    placement: () =>
      reached && {
        node: pod.node,
        reached: reached.why === undefined ? reached.way : `${reached.way}: ${reached.why}`,
        image: pod.imageId,
        sharesWith: company.of(pod.name),
      },
    lookAgain: () => company.lookAgain(),
    whyLost: () => whyLost(cluster, pod, waiting),
  };
}
