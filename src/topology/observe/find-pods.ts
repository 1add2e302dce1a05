/** Finds the running pods of a namespace as targets, and where each shows its runtime; it only asks. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import type { KubePlace } from '../../host/kube/config.ts';
import { connectKube } from '../../host/kube/connect.ts';
import { type KubeProxy, serveProxy } from '../../host/kube/proxy.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import { roleLabel } from '../../model/generator-pods.ts';
import type { PodPlace } from '../../model/topology.ts';
import { labelMistakes } from '../compose-file/service-labels.ts';
import { type NodeFacts, nodeFactLines, readNode, unlikeNodes } from '../pods/node-facts.ts';
import { podPlaces, saidOf } from '../pods/pod-places.ts';
import { defaultContainer, type PodState, readPod } from '../pods/pod-state.ts';
import { probe, type RuntimeEndpoints } from './probe-runtime.ts';

/** What is asked of a cluster by who changes nothing in it. */
type KubeLook = Pick<
  KubeCluster,
  | 'context'
  | 'namespace'
  | 'version'
  | 'get'
  | 'list'
  | 'watch'
  | 'logs'
  | 'podHttp'
  | 'podStream'
  | 'nodeHttp'
  | 'close'
>;

/** Which pods; without a namespace those of the context's, without a selector all that run. */
export interface PodChoice extends Omit<KubePlace, 'env'> {
  readonly namespace?: string | undefined;
  readonly selector?: string | undefined;
}

/** The pods of a choice, found and asked, and the way to them while it is open. */
export interface FoundPods {
  readonly cluster: KubeLook;
  readonly proxy: KubeProxy;
  readonly choice: PodChoice & { readonly namespace: string };
  readonly looked: readonly LookedPod[];
  /** How many each workload has. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  /** For the environment of the result. */
  readonly facts: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A pod, where it shows its runtime, and what its user should know. */
export interface LookedPod extends Pick<RuntimeEndpoints, 'pprofUrl' | 'metricsUrl'> {
  readonly hasVars?: boolean | undefined;
  readonly pod: PodState;
  readonly warnings: readonly string[];
  /** Of its annotations. */
  readonly mistake?: string | undefined;
}

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const patienceMs = 10_000;

/** Connects, finds them and asks each; environmentError where there is none, or the cluster does not let itself be asked. */
export async function findPods(asked: PodChoice, env: KubePlace['env']): Promise<FoundPods> {
  const cluster: KubeLook = await connectKube({ env, ...asked });
  const proxy = await serveProxy(cluster);
  const close = async () => {
    await proxy.close();
    cluster.close();
  };
  try {
    const choice = { ...asked, namespace: asked.namespace ?? cluster.namespace };
    const version = await cluster.version(patienceMs);
    const pods = await runningPods(cluster, choice);
    if (pods.length === 0) throw environmentError('pods-missing', await nothingRuns(cluster, choice), wayOut);
    const replicas = countByWorkload(pods);
    const looked = await Promise.all(pods.map((pod) => lookAtPod(pod, proxy, replicas)));
    const mistakes = looked.flatMap(({ mistake }) => mistake ?? []);
    if (mistakes.length > 0) throw environmentError('pods-missing', [...new Set(mistakes)].join('\n'));
    const nodes = await nodesOf(cluster, pods);
    const warnings = [
      ...looked.flatMap(({ pod, warnings: own }) => own.map((warning) => `${pod.name}: ${warning}`)),
      ...nodes.warnings,
    ];
    const facts = { kubernetes: version, ...nodes.facts };
    return { cluster, proxy, choice, looked, replicas, warnings, facts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const wayOut = 'List what runs with `kubectl get pods --all-namespaces`.';

async function nothingRuns(cluster: KubeLook, { namespace, selector }: PodChoice & { namespace: string }) {
  const where = `namespace ${namespace} of context ${JSON.stringify(cluster.context)}`;
  const found = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(() => 'unknown');
  if (found === undefined) return `there is no ${where}`;
  return `no pod${selector === undefined ? '' : ` with ${selector}`} is running in ${where}`;
}

function countByWorkload(pods: readonly PodState[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { workload } of pods) counts[workload] = (counts[workload] ?? 0) + 1;
  return counts;
}

/** Facts of the nodes that pods are on, and what is unlike among them; a cluster that does not show them is a warning. */
async function nodesOf(
  cluster: Pick<KubeLook, 'get'>,
  pods: readonly Pick<PodState, 'workload' | 'node'>[],
): Promise<{ readonly facts: Readonly<Record<string, string>>; readonly warnings: readonly string[] }> {
  const names = [...new Set(pods.map(({ node }) => node).filter(Boolean))].sort();
  try {
    const nodes: NodeFacts[] = [];
    for (const name of names) {
      const found = await cluster.get({ apiVersion: 'v1', kind: 'Node', name });
      if (found) nodes.push(readNode(found));
    }
    const replicas = pods.map(({ workload, node }) => ({ service: workload, node }));
    return { facts: nodeFactLines(nodes), warnings: unlikeNodes(replicas, nodes) };
  } catch (error) {
    return {
      facts: {},
      warnings: [`the nodes of the pods are not known, so nobody can tell whether they are alike: ${messageOf(error)}`],
    };
  }
}

/** The running pods, in the order of their names. */
async function runningPods(cluster: Pick<KubeLook, 'list'>, choice: PodChoice): Promise<PodState[]> {
  const { items } = await cluster.list(podKind, { namespace: choice.namespace, labels: labelsOf(choice) });
  const pods = items.flatMap((object) => readPod(object) ?? []);
  return pods
    .filter((pod) => pod.phase === 'Running' && !pod.isLeaving)
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Labels of the pods of a choice, as the API takes them: those that send load are no part of what they send it to. */
export function labelsOf({ selector }: Pick<PodChoice, 'selector'>): string {
  const sendsNone = `${roleLabel}!=generator`;
  return selector === undefined ? sendsNone : `${selector},${sendsNone}`;
}

/** Asks one pod where it shows its runtime. */
export async function lookAtPod(
  pod: PodState,
  proxy: Pick<KubeProxy, 'urlOf'>,
  replicas: Readonly<Record<string, number>>,
): Promise<LookedPod> {
  try {
    const places = podPlaces(pod, proxy, replicas);
    const endpoints = await probe(
      places.pprof.map(({ url }) => url),
      places.metrics.map(({ url }) => url),
    );
    const { hints } = places;
    // What an annotation promises is asked again and again, also when it does not answer yet.
    const promised = (at: typeof places.pprof, isHinted: boolean) => (isHinted ? at.at(-1)?.url : undefined);
    const pprofUrl = endpoints.pprofUrl ?? promised(places.pprof, hints.pprof !== undefined);
    const metricsUrl = endpoints.metricsUrl ?? promised(places.metrics, hints.metrics !== undefined);
    const asked = endpoints.asked.length === 0 ? 'it names no port' : `asked ${endpoints.asked.join('; ')}`;
    const warnings = [
      ...labelMistakes(pod.name, saidOf(pod)),
      ...(endpoints.pprofUrl === undefined ? [`no pprof, so no goroutines (${asked})`] : []),
      ...besides(pod),
    ];
    return { pod, pprofUrl, metricsUrl, hasVars: endpoints.hasVars, warnings };
  } catch (error) {
    return { pod, warnings: [], mistake: messageOf(error) };
  }
}

function besides({ containers: [main, ...others], annotations }: PodState): string[] {
  if (others.length === 0 || annotations[defaultContainer] !== undefined) return [];
  const names = others.map(({ name }) => name).join(', ');
  return [
    `container ${main.name} is looked at, and not ${names} beside it (another is named by the annotation ${defaultContainer})`,
  ];
}

/** A pod as samplers find it. */
export function placeOf(pod: PodState, { context, kubeconfig }: Omit<KubePlace, 'env'>): PodPlace {
  const [main] = pod.containers;
  return {
    context,
    kubeconfig,
    namespace: pod.namespace,
    name: pod.name,
    node: pod.node,
    container: main.name,
    containerId: main.id,
    sharesNetwork: pod.sharesNetwork,
  };
}
