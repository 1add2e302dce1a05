/** Builds the services of a compose file and starts each replica as a local process. */
import { isLinux, platform } from '../host/machine.ts';
import { ownerMarks } from '../host/owner.ts';
import type { AskedFaults, RunContext, TopologyEngine } from '../model/contracts.ts';
import { environmentError, type RampartError, usageError } from '../model/errors.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { isComposed } from '../model/topology-spec.ts';
import { keepFaults } from './faults/keep-faults.ts';
import { faultLines } from './faults/run-fault.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { waitReady } from './liveness/ready.ts';
import { type Fronts, startFronts } from './network/before.ts';
import { openNotebook } from './orphans/notes.ts';
import { removeOrphans } from './orphans/orphans.ts';
import { processInject } from './process/faults.ts';
import { refuseForeignListeners } from './process/foreign-listeners.ts';
import { createReplicaGroups } from './process/groups.ts';
import { type ProcessPlan, planProcesses } from './process/plan.ts';
import { openPortCheck, readyCheck } from './process/readiness.ts';
import { createReplica, type Replica } from './process/replica.ts';
import type { ServiceProcess } from './process/service-process.ts';
import type { WhenReady } from './process/stops.ts';

/** The `up` of the process engine. */
export const processUp: TopologyEngine['up'] = async (spec, goDebug, context, asked) => {
  if (!isComposed(spec)) {
    throw usageError('engine-mismatch', 'the process engine starts a compose file, got something else');
  }
  if (!isLinux) throw notLinux();
  context.signal.throwIfAborted();
  await removeOrphans(context.env, context.log);
  context.log.info('process engine: building services, then starting each replica on a loopback address of its own');
  const plan = await planProcesses(spec, goDebug, context, asked);
  return startTopology(plan, spec.readyTimeoutMs, context, asked);
};

async function startTopology(
  plan: ProcessPlan,
  readyTimeoutMs: number,
  context: RunContext,
  asked: AskedFaults | undefined,
): Promise<RunningTopology> {
  const events = createLiveEvents();
  const notes = openNotebook();
  const groups = createReplicaGroups(plan.groupPlaces, asked, notes, context.log);
  const replicas = plan.replicas.map((replica) =>
    createReplica(replica, plan, events, context, ({ pid }) => groups.onStart({ ...replica, pid })),
  );
  const whenReady: WhenReady = async (started, signal) => {
    const checks = started.map((one) => readyCheck(one, plan, events));
    await waitReady(checks, readyTimeoutMs, signal);
    refuseForeignListeners(replicas.flatMap((one) => one.running() ?? []));
    await fronts?.check();
  };
  const idsOf = (service: string) => plan.replicas.filter((one) => one.service === service).map(({ id }) => id);
  const fronts = await frontsOf(plan, idsOf, asked, context);
  const run = { notes, env: context.env, onLine: faultLines(events, context.clock) };
  const faults = keepFaults(
    processInject({ replicas, whenReady, groups, run, network: fronts, marks: ownerMarks(context.runId) }),
    context.log,
  );
  const down = async () => {
    await faults.close();
    await Promise.all(replicas.map((one) => one.end()));
    await fronts?.close();
    await groups.close();
    await notes.close();
  };
  const firstStartUs = context.clock.nowUs();
  asked?.starting?.(replicas.filter((one) => startsAtOnce(one, plan)).map(({ target }) => target));
  try {
    const started = await startInOrder(plan, replicas, events, readyTimeoutMs, context);
    await whenReady(started, context.signal);
    for (const replica of replicas) replica.isAway(replica.running() === undefined);
    const tookMs = (context.clock.nowUs() - firstStartUs) / 1000;
    context.log.info(
      `process engine: ${started.length} ${started.length === 1 ? 'target' : 'targets'} ready after ${(tookMs / 1000).toFixed(1)} s`,
    );
  } catch (error) {
    await down();
    throw error;
  }
  return {
    engine: 'process',
    // In the order of the compose engine, so that results of both can be laid side by side.
    targets: replicas.map(({ target }) => target).sort(byId),
    warnings: plan.warnings,
    facts: plan.facts,
    onLog: events.onLog,
    onChange: events.onChange,
    faults: faults.tools,
    firstStartUs,
    down,
  };
}

/** The others come with a fault. */
function startsAtOnce({ plan: { service, number } }: Replica, { counts }: ProcessPlan): boolean {
  return number <= (counts[service] ?? 0);
}

/** What stands before replicas, where faults of the network are asked for. */
async function frontsOf(
  { networkProgram, replicas }: ProcessPlan,
  idsOf: (service: string) => readonly string[],
  asked: AskedFaults | undefined,
  context: RunContext,
): Promise<Fronts | undefined> {
  if (networkProgram === undefined || !asked) return undefined;
  const fronts = replicas.flatMap(({ id, address, front, ports }) =>
    front === undefined ? [] : [{ to: id, address, at: front, ports }],
  );
  return await startFronts(networkProgram, fronts, idsOf, asked, context);
}

async function startInOrder(
  plan: ProcessPlan,
  replicas: readonly Replica[],
  events: LiveEvents,
  readyTimeoutMs: number,
  context: RunContext,
): Promise<ServiceProcess[]> {
  const started: ServiceProcess[] = [];
  for (const { name, dependsOn } of plan.services) {
    const healthy = dependsOn.filter(({ condition }) => condition === 'service_healthy').map((one) => one.service);
    const needed = started.filter((one) => healthy.includes(one.plan.service));
    await waitReady(
      needed.map((one) => openPortCheck(one, events)),
      readyTimeoutMs,
      context.signal,
    );
    const own = replicas.filter((one) => one.plan.service === name && startsAtOnce(one, plan));
    for (const replica of own) {
      context.signal.throwIfAborted();
      started.push(await replica.start());
    }
  }
  return started;
}

function byId(a: Target, b: Target): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}

function notLinux(): RampartError {
  return environmentError(
    'not-linux',
    `the process engine needs Linux, where every address in 127.0.0.0/8 is loopback; this is ${platform}`,
    'run with --engine compose',
  );
}
