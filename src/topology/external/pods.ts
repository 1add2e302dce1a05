/** Pods of a namespace that runs already, as targets of a run that sends load to them: found, waited for, and followed. */
import { askPort } from '../../host/probe.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError } from '../../model/errors.ts';
import type { ClockRelation } from '../../model/sample.ts';
import type { Target } from '../../model/topology.ts';
import type { LiveEvents } from '../liveness/live-events.ts';
import type { ReadyCheck } from '../liveness/ready.ts';
import { findPods, type PodChoice, placeOf } from '../observe/find-pods.ts';
import { type LiveTarget, nameTargets } from '../observe/observed-target.ts';
import { type ObservedPod, watchPods } from '../observe/watch-pods.ts';
import { straightPlaces } from '../pods/pod-places.ts';
import type { PodState } from '../pods/pod-state.ts';

/** Replicas, what to wait for, and what their user should know. */
export interface AttachedPods {
  readonly targets: readonly Target[];
  /** GODEBUG that each was started with. */
  readonly goDebugs: readonly string[];
  readonly checks: readonly ReadyCheck[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
  /** See `RunningTopology`. */
  lastLook(): Promise<void>;
  /** Likewise. */
  lineClocks(): readonly ClockRelation[];
  detach(): Promise<void>;
}

/** The service that load goes to, where it goes to one. */
export interface LoadGoal {
  readonly loadTo?: string | undefined;
}

const patienceMs = 2000;

/** Finds them and follows them until `detach`; environmentError where none runs, or the load could not get there. */
export async function attachPods(
  choice: PodChoice,
  { loadTo }: LoadGoal,
  events: LiveEvents,
  context: RunContext,
): Promise<AttachedPods> {
  const found = await findPods(choice, context.env);
  try {
    const names = nameTargets(found.looked.map(({ pod }) => pod.workload));
    const observed = await Promise.all(
      found.looked.map(async ({ pod, pprofUrl, metricsUrl }, index): Promise<ObservedPod> => {
        const name = names[index] ?? { id: pod.name, service: pod.workload };
        const live: LiveTarget = { ...name, ports: await openPorts(pod), pprofUrl, metricsUrl };
        return { live: { ...live, pod: placeOf(pod, found.choice) }, pod };
      }),
    );
    const targets = observed.map(({ live }) => live);
    refuseUnreached(targets, loadTo, found.choice.namespace);
    const watch = watchPods({ ...found, observed }, events, context);
    return {
      targets,
      goDebugs: found.looked.map(({ pod }) => pod.containers[0].goDebug),
      checks: observed.map((own) => readyCheck(own, events)),
      warnings: found.warnings,
      facts: found.facts,
      lastLook: () => watch.lastLook(),
      lineClocks: () => watch.lineClocks(),
      detach: async () => {
        await watch.close();
        await found.close();
      },
    };
  } catch (error) {
    await found.close();
    throw error;
  }
}

/** Ports that take connections from this machine, by number and by name. */
async function openPorts(pod: PodState): Promise<Record<string, string>> {
  const open = await Promise.all(
    straightPlaces(pod).map(async ({ host, port, name }) => {
      const isOpen = await askPort(host, port, AbortSignal.timeout(patienceMs)).then(
        () => true,
        () => false,
      );
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      return isOpen ? [String(port), name].flatMap((key) => (key === '' ? [] : [[key, url] as const])) : [];
    }),
  );
  return Object.fromEntries(open.flat());
}

/** Load never goes through the API server: that is no part of the service, and would be what is measured. */
function refuseUnreached(targets: readonly Target[], loadTo: string | undefined, namespace: string): void {
  const own = targets.filter(({ service }) => service === loadTo);
  if (own.length === 0 || own.some(({ ports }) => Object.keys(ports).length > 0)) return;
  throw environmentError(
    'target-port',
    `no pod of ${loadTo} in namespace ${namespace} takes connections from this machine at a port that it names`,
    'Name its port in the manifest (containerPort). Where this machine does not reach pods: give target.url that leads to them, or run rampart inside the cluster.',
  );
}

/** A pod is ready when its cluster calls it so: that is what its readiness probe is for. */
function readyCheck(own: ObservedPod, events: LiveEvents): ReadyCheck {
  const { id } = own.live;
  return {
    target: id,
    ask: async () =>
      own.pod.isReady
        ? { isReady: true }
        : { isReady: false, said: `its cluster does not call pod ${own.pod.name} ready` },
    stopped: new Promise(() => undefined),
    lastLines: (count) => events.lastLines(id, count),
  };
}
