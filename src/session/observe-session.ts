/** One observation, in a straight line: attach, samplers open, look until told to stop, samplers closed, let go. Nothing is sent. */
import { startClock } from '../host/clock.ts';
import type { OpenSampler, RunContext, Sink } from '../model/contracts.ts';
import { messageOf, RampartError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { RunOutcome } from '../model/raw-run.ts';
import type { Sample } from '../model/sample.ts';
import type { PlannedStep } from '../model/scenario.ts';
import type { ObservedTopology } from '../model/topology.ts';
import { watchReach } from './reach.ts';
import { type ChosenSampler, describeFailure, openSampler, type ReadySession } from './run-session.ts';

/** Everything an observation works with. */
export interface ObserveParts {
  readonly attach: (context: RunContext) => Promise<ObservedTopology>;
  readonly samplers: readonly ChosenSampler[];
  /** Until interrupted when undefined. */
  readonly forMs: number | undefined;
  /** Called once everything is attached; returns the sinks and whatever must be written first. */
  readonly onReady: (ready: ReadySession) => Promise<readonly Sink[]>;
}

/** A timer takes at most 2^31 ms (Node). */
const longestSleepMs = 3_600_000;

/**
 * Looks until the time is over or the user interrupts, which is the usual end of it. Rejects when nothing could be attached
 * to; then, and when it resolves, everything is let go.
 */
export async function observeSession(parts: ObserveParts, boot: RunContext): Promise<RunOutcome> {
  boot.signal.throwIfAborted();
  const context: RunContext = { ...boot, clock: startClock() };
  const topology = await parts.attach(context);
  try {
    return await observe(topology, parts, context);
  } finally {
    await topology.down();
  }
}

async function observe(topology: ObservedTopology, parts: ObserveParts, context: RunContext): Promise<RunOutcome> {
  const { clock } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const startUs = clock.nowUs();
  const sinks = await parts.onReady({ topology, clock, startUs, abort: (failure) => stop.abort(failure) });
  const give = (sample: Sample) => {
    for (const sink of sinks) sink.accept(sample);
  };
  const emit = watchReach(topology.targets, give);
  const phase = (message: string) => give({ kind: 'event', atUs: clock.nowUs(), event: 'phase', message });
  const unsubscribe = [
    topology.onLog((line) => {
      for (const sink of sinks) sink.log?.(line);
    }),
    topology.onChange((change) => give({ kind: 'event', ...change })),
  ];
  const open: OpenSampler[] = [];
  let failure: unknown;
  try {
    give({ kind: 'step', step: 0, startUs });
    const { targets, onLog } = topology;
    const steps = plannedSteps(parts.forMs, startUs);
    for (const chosen of parts.samplers)
      open.push(await openSampler(chosen, { ...context, signal, targets, steps, onLog, emit }));
    phase('observing');
    await sleepUntilEnd(parts.forMs, startUs, clock, signal);
  } catch (error) {
    failure = signal.aborted ? signal.reason : error;
  }
  const endUs = clock.nowUs();
  await Promise.all(open.map((sampler) => sampler.close()));
  for (const end of unsubscribe) end();
  if (failure !== undefined && !isUsualEnd(failure)) {
    give({ kind: 'event', atUs: endUs, event: 'aborted', message: messageOf(failure) });
  }
  give({ kind: 'end', lastDueUs: endUs, drainedUs: endUs });
  await Promise.all(sinks.map((sink) => sink.close()));
  return failure === undefined || isUsualEnd(failure)
    ? { status: 'complete', endUs }
    : { status: 'partial', failure: describeFailure(failure), endUs };
}

/** One step, when it is known how long it is. */
function plannedSteps(forMs: number | undefined, startUs: number): PlannedStep[] {
  return forMs === undefined ? [] : [{ name: 'observed', measure: true, startUs, endUs: startUs + forMs * 1000 }];
}

async function sleepUntilEnd(
  forMs: number | undefined,
  startUs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const untilUs = startUs + (forMs ?? Number.POSITIVE_INFINITY) * 1000;
  while (clock.nowUs() < untilUs) {
    await clock.sleep(Math.min(longestSleepMs, Math.max(1, (untilUs - clock.nowUs()) / 1000)), signal);
  }
}

/** Ctrl-C, or the signal that `kill` and container engines send. */
function isUsualEnd(failure: unknown): boolean {
  return failure instanceof RampartError && failure.code === 'interrupted';
}
