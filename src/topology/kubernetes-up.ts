/** Makes the namespace of one run, and starts its pods there. */
import type { KubeCluster } from '../host/kube/cluster.ts';
import { connectKube } from '../host/kube/connect.ts';
import { serveProxy } from '../host/kube/proxy.ts';
import type { AskedFaults, RunContext, TopologyEngine } from '../model/contracts.ts';
import { messageOf, usageError } from '../model/errors.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import {
  type ComposeTopology,
  isExternal,
  isManifested,
  type KubeSettings,
  type ManifestTopology,
} from '../model/topology-spec.ts';
import { checkAskedFaults, mostReplicas } from './faults/asked-faults.ts';
import { type KeptFaults, keepFaults } from './faults/keep-faults.ts';
import { faultLines } from './faults/run-fault.ts';
import { composeObjects } from './from-compose/compose-objects.ts';
import type { StartParts } from './kubernetes/await-start.ts';
import { faultMeans, workloadMistakes } from './kubernetes/fault-means.ts';
import { imageFacts } from './kubernetes/image-facts.ts';
import { inServiceNames, loadWarnings, refuseUnreached } from './kubernetes/load-ways.ts';
import { madeBy } from './kubernetes/made-resources.ts';
import { manifestObjects } from './kubernetes/manifest-objects.ts';
import { markedPods, placedObject } from './kubernetes/marks.ts';
import { requireRights } from './kubernetes/missing-rights.ts';
import { nodesOf } from './kubernetes/node-facts.ts';
import { keptToNodes } from './kubernetes/pin-nodes.ts';
import { podInject } from './kubernetes/pod-faults.ts';
import { checkPauses } from './kubernetes/pod-signals.ts';
import { reachParts } from './kubernetes/reach.ts';
import { createReach, type ReplicaReach } from './kubernetes/reach-replicas.ts';
import { rightsFor } from './kubernetes/rights.ts';
import { openHome, type RunHome } from './kubernetes/run-home.ts';
import type { RunObjects } from './kubernetes/run-objects.ts';
import { RunPods, type RunPodsParts } from './kubernetes/run-pods.ts';
import { startWorkloads } from './kubernetes/start-workloads.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { removeOrphanNamespaces, runLabels } from './orphans/namespaces.ts';
import { openNotebook } from './orphans/notes.ts';
import { removeOrphans } from './orphans/orphans.ts';

/** The `up` of the kubernetes engine. */
export const kubernetesUp: TopologyEngine['up'] = async (spec, goDebug, context, asked) => {
  if (isExternal(spec))
    throw usageError('engine-mismatch', 'the kubernetes engine starts manifests, got targets that already run');
  context.signal.throwIfAborted();
  const settings = spec.kube ?? { hostNetwork: false };
  const cluster = await connectKube({ env: context.env, ...settings });
  try {
    const version = await cluster.version(askMs);
    const named = inServiceNames(await objectsOf(spec, goDebug, cluster, context), asked?.loadTo);
    const objects = keptToNodes(named, asked?.nodes);
    const faults = asked?.faults.map(({ action }) => action.kind);
    const rights = await requireRights(
      cluster,
      rightsFor({
        kind: 'run',
        isInPod: cluster.context === 'in-cluster',
        faults,
        made: await madeBy(objects, cluster),
      }),
    );
    checkAskedFaults(asked, countsOf(objects), 'the manifests', workloadMistakes(objects.workloads, asked));
    await removeOrphans(context.env, context.log);
    await removeOrphanNamespaces({ ...context, cluster });
    const facts = { kubernetes: version, cluster: cluster.server, context: cluster.context, ...objects.facts };
    const run: KubeRun = { spec, settings, context, asked, cluster, events: createLiveEvents() };
    return await startRun(run, objects, [...objects.warnings, ...rights], facts);
  } catch (error) {
    cluster.close();
    throw error;
  }
};

const askMs = 5000;

interface KubeRun {
  readonly spec: ComposeTopology | ManifestTopology;
  readonly settings: KubeSettings;
  readonly context: RunContext;
  readonly asked: AskedFaults | undefined;
  readonly cluster: KubeCluster;
  readonly events: LiveEvents;
}

async function objectsOf(
  spec: ComposeTopology | ManifestTopology,
  goDebug: readonly string[],
  cluster: KubeCluster,
  context: RunContext,
): Promise<RunObjects> {
  if (isManifested(spec)) return await manifestObjects(spec, goDebug, cluster, context);
  return await composeObjects(spec, goDebug, cluster, context);
}

/** Replicas at the start, by service. */
function countsOf({ workloads }: RunObjects): Record<string, number> {
  const services = workloads.filter(({ isOneShot }) => !isOneShot);
  return Object.fromEntries(services.map(({ service, replicas }) => [service, replicas ?? 1]));
}

async function startRun(
  run: KubeRun,
  objects: RunObjects,
  warnings: readonly string[],
  facts: Readonly<Record<string, string>>,
): Promise<RunningTopology> {
  const { context, events, asked, spec, settings } = run;
  const { clock, log, runId, env } = context;
  const notes = openNotebook();
  const proxy = await serveProxy(run.cluster);
  let home: RunHome | undefined;
  let pods: RunPods | undefined;
  let faults: KeptFaults | undefined;
  let ending: Promise<void> | undefined;
  const down = () => {
    ending ??= takeDown().catch((error: unknown) => log.warn(`not all was taken down: ${messageOf(error)}`));
    return ending;
  };
  async function takeDown(): Promise<void> {
    pods?.expectEnds();
    await faults?.close();
    await home?.leave();
    await pods?.close();
    await proxy.close();
    await notes.close();
    run.cluster.close();
  }
  try {
    const connect = () => connectKube({ env, ...settings });
    home = await openHome(objects, { cluster: run.cluster, context, connect });
    const { cluster, name: namespace, eventsBefore } = home;
    log.info(`kubernetes engine: starting in namespace ${namespace} of context ${cluster.context}`);
    const labels = runLabels(runId);
    for (const object of objects.before) {
      context.signal.throwIfAborted();
      await cluster.create(placedObject(object, namespace, labels));
    }
    const isLoadFromPods = asked?.isLoadFromPods === true;
    const { signal } = context;
    const ways = await reachParts(objects, { cluster, namespace, proxy, isLoadFromPods, signal });
    const reach = createReach(asked, ways);
    pods = followPods(run, objects, { namespace, labels: markedPods(labels) }, reach);
    const firstStartUs = clock.nowUs();
    const parts: StartParts = { cluster, namespace, pods, reach, events, context, eventsBefore };
    await startWorkloads(objects.workloads, parts, {
      labels,
      readyTimeoutMs: spec.readyTimeoutMs,
      starting: asked?.starting,
    });
    pods.standing();
    refuseUnreached(pods.replicas, asked);
    const targets = pods.replicas.map(({ target }) => target).sort(byId);
    const nodes = await nodesOf(cluster, pods.replicas);
    const lines = { notes, env, onLine: faultLines(events, clock) };
    const { workloads } = objects;
    const { readyTimeoutMs } = spec;
    const means = faultMeans(parts, { workloads, labels, readyTimeoutMs, run: lines });
    await checkPauses(asked, means);
    faults = keepFaults(podInject(means), log);
    log.info(`kubernetes engine: ${targets.length} ${targets.length === 1 ? 'target' : 'targets'} ready`);
    return {
      engine: 'kubernetes',
      targets,
      warnings: [...warnings, ...nodes.warnings, ...loadWarnings(asked, reach)],
      facts: { ...facts, namespace, ...nodes.facts, ...imageFacts(pods.replicas) },
      onLog: events.onLog,
      onChange: events.onChange,
      faults: faults.tools,
      firstStartUs,
      lastLook: () => pods?.lastLook() ?? Promise.resolve(),
      lineClocks: () => pods?.lineClocks() ?? [],
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

function followPods(
  { cluster, settings, asked, events, context }: KubeRun,
  objects: RunObjects,
  place: Pick<RunPodsParts, 'namespace' | 'labels'>,
  reach: ReplicaReach,
): RunPods {
  return new RunPods({
    cluster,
    place: settings,
    ...place,
    workloads: objects.workloads,
    most: mostReplicas(asked, countsOf(objects)),
    events,
    context,
    onReady: reach.look,
  });
}

function byId(a: Target, b: Target): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}
