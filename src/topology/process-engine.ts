/** Runs the services of a compose file as local processes, each replica on a loopback address of its own; no Docker. */
import { isLinux, platform } from '../host/machine.ts';
import type { RunContext, TopologyEngine } from '../model/contracts.ts';
import { environmentError, type RampartError, usageError } from '../model/errors.ts';
import { isExternal } from '../model/scenario.ts';
import type { RunningTopology, Target } from '../model/topology.ts';
import { endpointUrl, targetAddresses } from './compose-file/service-labels.ts';
import { createLiveEvents, type LiveEvents } from './liveness/live-events.ts';
import { askReadyPort, askReadyUrl, type ProbeAnswer, type ReadyCheck, waitReady } from './liveness/ready.ts';
import { removeOrphans } from './orphans/orphans.ts';
import { refuseForeignListeners } from './process/foreign-listeners.ts';
import { type ProcessPlan, planProcesses } from './process/plan.ts';
import type { PlacedReplica } from './process/replicas.ts';
import { type ServiceProcess, startReplica } from './process/service-process.ts';

/** Why settings that only containers can be given are refused. */
const needsDocker = 'needs Docker, which engine: process does without (run with --engine compose)';

/** Local processes, built with the Go tool; Linux only, because replicas need addresses in 127.0.0.0/8. */
export const processEngine: TopologyEngine = {
  kind: 'process',
  refuses: { images: needsDocker, limits: needsDocker, buildArgs: needsDocker },
  up: async (spec, goDebug, context) => {
    if (isExternal(spec)) {
      throw usageError('engine-mismatch', 'the process engine starts a compose file, got targets that already run');
    }
    if (!isLinux) throw notLinux();
    context.signal.throwIfAborted();
    await removeOrphans(context.env, context.log);
    context.log.info('process engine: building services, then starting each replica on a loopback address of its own');
    const plan = await planProcesses(spec, goDebug, context);
    return startTopology(plan, spec.readyTimeoutMs, context);
  },
};

async function startTopology(plan: ProcessPlan, readyTimeoutMs: number, context: RunContext): Promise<RunningTopology> {
  const events = createLiveEvents();
  const started: ServiceProcess[] = [];
  const down = async () => {
    await Promise.all(started.map((one) => one.stop()));
  };
  try {
    const startedAtUs = context.clock.nowUs();
    await startInOrder(plan, started, events, readyTimeoutMs, context);
    await waitReady(
      started.map((one) => readyCheck(one, plan, events)),
      readyTimeoutMs,
      context.signal,
    );
    refuseForeignListeners(started);
    const tookMs = (context.clock.nowUs() - startedAtUs) / 1000;
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
    targets: started.map((one) => targetOf(one, plan)).sort(byId),
    warnings: plan.warnings,
    facts: plan.facts,
    onLog: events.onLog,
    onChange: events.onChange,
    down,
  };
}

async function startInOrder(
  plan: ProcessPlan,
  started: ServiceProcess[],
  events: LiveEvents,
  readyTimeoutMs: number,
  context: RunContext,
): Promise<void> {
  for (const service of plan.services) {
    const healthy = service.dependsOn
      .filter(({ condition }) => condition === 'service_healthy')
      .map((one) => one.service);
    const needed = started.filter((one) => healthy.includes(one.plan.service));
    await waitReady(
      needed.map((one) => openPortCheck(one, events)),
      readyTimeoutMs,
      context.signal,
    );
    for (const replica of plan.replicas.filter((one) => one.service === service.name)) {
      context.signal.throwIfAborted();
      started.push(await startReplica(replica, events, context));
    }
  }
}

/** Ready for load: the service's own readiness endpoint, else pprof, else its first open port, else that it runs. */
function readyCheck(one: ServiceProcess, plan: ProcessPlan, events: LiveEvents): ReadyCheck {
  const hints = plan.hints.get(one.plan.service);
  const url = hints?.ready ? endpointUrl(hints.ready, addressOf(one.plan)) : undefined;
  const index = endpointUrl(hints?.pprof, addressOf(one.plan));
  const asked = url ?? (index && `${index}/`);
  return asked ? check(one, events, (signal) => askReadyUrl(asked, signal)) : openPortCheck(one, events);
}

/**
 * Good enough for services that wait for this one to be healthy: its first port is open. A readiness endpoint may itself wait for the
 * very services that wait for this one.
 */
function openPortCheck(one: ServiceProcess, events: LiveEvents): ReadyCheck {
  const [port] = one.plan.ports;
  if (port === undefined) return check(one, events, async () => ({ isReady: true }));
  return check(one, events, (signal) => askReadyPort(`${one.plan.address}:${port}`, signal));
}

function check(
  one: ServiceProcess,
  events: LiveEvents,
  ask: (signal: AbortSignal) => Promise<ProbeAnswer>,
): ReadyCheck {
  const { id } = one.plan;
  return { target: id, ask, stopped: one.stopped, lastLines: (count) => events.lastLines(id, count) };
}

function targetOf({ plan, pid }: ServiceProcess, topology: ProcessPlan): Target {
  const hints = topology.hints.get(plan.service) ?? {};
  const addresses = targetAddresses(hints, plan.compose.containerPorts, addressOf(plan));
  return { id: plan.id, service: plan.service, ...addresses, pid };
}

function byId(a: Target, b: Target): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true });
}

function addressOf({ address }: PlacedReplica): (port: number) => string {
  return (port) => `${address}:${port}`;
}

function notLinux(): RampartError {
  return environmentError(
    'not-linux',
    `the process engine needs Linux, where every address in 127.0.0.0/8 is loopback; this is ${platform}`,
    'run with --engine compose',
  );
}
