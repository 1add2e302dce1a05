/** One live run, in a straight line: topology up, samplers open, idle baseline, load, samplers closed, topology down. */
import { startClock, wholeSecondAfter } from '../host/clock.ts';
import type {
  LoadEngine,
  OpenSampler,
  RunContext,
  Sampler,
  SamplerContext,
  Sink,
  TopologyEngine,
} from '../model/contracts.ts';
import { bugError, incompleteError, messageOf, RampartError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { LoadMessage } from '../model/load.ts';
import type { RunFailure, RunOutcome } from '../model/raw-run.ts';
import type { Sample } from '../model/sample.ts';
import type { LoadStep, PlannedStep, Scenario } from '../model/scenario.ts';
import type { LogLine, RunningTopology, TargetExit, Unsubscribe } from '../model/topology.ts';
import { openLineFan, sinceStart } from './line-fan.ts';
import { resolveHost, resolveLoadAddress } from './load-address.ts';
import { type LoadScript, newLoadSender } from './load-script.ts';

/** A sampler that is on in this run, with its options. */
export interface ChosenSampler {
  readonly sampler: Sampler;
  readonly options: unknown;
}

/** Everything a session works with; engines and sinks come from the registry, the caller decides what to do when ready. */
export interface SessionParts {
  readonly scenario: Scenario;
  readonly topologyEngine: TopologyEngine;
  readonly loadEngine: LoadEngine;
  readonly samplers: readonly ChosenSampler[];
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
  /** Called once everything is up, with the clock of the run; returns the sinks and whatever must be written first. */
  readonly onReady: (ready: ReadySession) => Promise<readonly Sink[]>;
}

/** What is known when the topology is up and nothing has been sent. */
export interface ReadySession {
  readonly topology: RunningTopology;
  readonly clock: Clock;
  readonly startUs: number;
  /** Ends the run early with this failure; the first call counts. */
  readonly abort: (failure: RampartError) => void;
}

/**
 * Runs a scenario to its end. Resolves with how it ended once load has been sent, whatever happened; rejects only when the
 * run failed before that (nothing came up). Everything started is down when it settles.
 */
export async function runSession(parts: SessionParts, context: RunContext): Promise<RunOutcome> {
  const goDebug = parts.samplers.flatMap(({ sampler, options }) => [...sampler.goDebug(options)]);
  context.signal.throwIfAborted();
  const topology = await parts.topologyEngine.up(parts.scenario.topology, goDebug, context);
  const stop = new AbortController();
  const abort = (reason: unknown) => stop.abort(reason);
  const onInterrupt = () => abort(context.signal.reason);
  context.signal.addEventListener('abort', onInterrupt);
  if (context.signal.aborted) onInterrupt();
  try {
    return await runOn(topology, parts, { ...context, clock: startClock(), signal: stop.signal }, abort, context.clock);
  } catch (error) {
    await topology.down();
    throw error;
  } finally {
    context.signal.removeEventListener('abort', onInterrupt);
  }
}

/** The part of a run in which the topology is up, on the run's own clock; it is down when this resolves. */
async function runOn(
  topology: RunningTopology,
  parts: SessionParts,
  context: RunContext,
  abort: (reason: unknown) => void,
  bootClock: Clock,
): Promise<RunOutcome> {
  const { clock } = context;
  const shiftUs = clock.originHrUs - bootClock.originHrUs;
  const lines = openLineFan(topology, shiftUs);
  const startUs = wholeSecondAfter(clock.nowUs() + (parts.scenario.load.idleMs + parts.loadEngine.leadMs) * 1000);
  const address = resolveLoadAddress(parts.scenario.target, topology);
  const { addresses, message: hostMessage } =
    address.socket === undefined
      ? await resolveHost(address.host, address.port, parts.loadEngine.pacing === 'open')
      : {};
  const sinks = await parts.onReady({ topology, clock, startUs, abort });
  const emit = (sample: Sample) => {
    for (const sink of sinks) sink.accept(sample);
  };
  const phase = (message: string) => emit({ kind: 'event', atUs: clock.nowUs(), event: 'phase', message });
  const onLog = (listener: (line: LogLine) => void) => lines.onLog(sinceStart(listener));
  lines.onLog((line) => {
    for (const sink of sinks) sink.log?.(line);
  });
  const forgetExits = watchExits(topology, shiftUs, emit, abort);
  const loadListeners = new Set<(message: LoadMessage) => void>();
  const onLoad = (listener: (message: LoadMessage) => void) => {
    loadListeners.add(listener);
    return () => loadListeners.delete(listener);
  };
  const steps = plannedSteps(parts.scenario.load.steps, startUs);
  const open: OpenSampler[] = [];
  let failure: unknown;
  try {
    for (const chosen of parts.samplers)
      open.push(await openSampler(chosen, { ...context, targets: topology.targets, steps, onLog, onLoad, emit }));
    lines.release();
    if (hostMessage !== undefined) {
      context.log.info(hostMessage);
      emit({ kind: 'event', atUs: clock.nowUs(), event: 'target', message: hostMessage });
    }
    phase('idle baseline');
    await clock.sleep(Math.max(0, (startUs - clock.nowUs()) / 1000 - parts.loadEngine.leadMs), context.signal);
    phase('generator gets ready');
    const { load, seed } = parts.scenario;
    const plan = { ...address, addresses, ...load, seed, originHrUs: clock.originHrUs, startUs };
    const workers = parts.loadEngine.workersOf?.(plan) ?? 1;
    if (workers > 1)
      emit({ kind: 'event', atUs: clock.nowUs(), event: 'workers', message: `${workers} workers share the load out` });
    const sender = newLoadSender(parts.loadEngine, plan, context, (message) => {
      emit(message);
      for (const listener of loadListeners) listener(message);
    });
    await (parts.script ?? ((send) => send(load.steps)))(sender.send).finally(sender.finish);
  } catch (error) {
    failure = context.signal.aborted ? context.signal.reason : error;
    emit({ kind: 'event', atUs: clock.nowUs(), event: 'aborted', message: messageOf(failure) });
  }
  await Promise.all(open.map((sampler) => sampler.close()));
  forgetExits();
  phase('teardown');
  const endUs = clock.nowUs();
  // What targets print while they end belongs to their logs, too.
  await topology.down();
  lines.close();
  await Promise.all(sinks.map((sink) => sink.close()));
  return outcomeOf(failure, endUs);
}

/** When each step is to run; a closed loop shifts them by what its last answers take. */
function plannedSteps(steps: readonly LoadStep[], startUs: number): PlannedStep[] {
  let endUs = startUs;
  return steps.map(({ name, measure, durationMs }) => {
    const from = endUs;
    endUs += durationMs * 1000;
    return { name, measure, startUs: from, endUs };
  });
}

/** A sampler that cannot start leaves a gap, not a dead run. */
export async function openSampler({ sampler, options }: ChosenSampler, context: SamplerContext): Promise<OpenSampler> {
  try {
    return await sampler.open(options, context);
  } catch (error) {
    context.emit({
      kind: 'gap',
      atUs: context.clock.nowUs(),
      target: 'all',
      source: sampler.kind,
      message: `could not start: ${messageOf(error)}`,
    });
    return { close: async () => {} };
  }
}

function watchExits(
  topology: RunningTopology,
  shiftUs: number,
  emit: (sample: Sample) => void,
  abort: (reason: unknown) => void,
): Unsubscribe {
  return topology.onExit((exit: TargetExit) => {
    emit({ kind: 'event', atUs: exit.atUs - shiftUs, target: exit.target, event: 'exit', message: exit.message });
    const hint = `The last lines of ${exit.target} are in the run directory, logs/${exit.target}.log.`;
    abort(incompleteError('target-died', `${exit.target} stopped while load was running: ${exit.message}`, hint));
  });
}

function outcomeOf(failure: unknown, endUs: number): RunOutcome {
  if (failure === undefined) return { status: 'complete', endUs };
  return { status: 'partial', failure: describeFailure(failure), endUs };
}

/** A failure as the result keeps it; anything unknown is a bug in rampart and says so. */
export function describeFailure(failure: unknown): RunFailure {
  const { code, message, hint, exitCode } = failure instanceof RampartError ? failure : bugError(failure);
  return { code, message, ...(hint === undefined ? {} : { hint }), exitCode };
}
