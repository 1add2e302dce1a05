/** One live run, in a straight line: topology up, samplers open, its course with or without load, samplers closed, topology down. */
import { startClock } from '../host/clock.ts';
import type { OpenSampler, RunContext, Sampler, SamplerContext, Sink } from '../model/contracts.ts';
import { bugError, messageOf, RampartError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { RunFailure, RunOutcome } from '../model/raw-run.ts';
import type { Sample } from '../model/sample.ts';
import type { LogLine, RunningTopology, Target } from '../model/topology.ts';
import type { Course } from './course.ts';
import { type LineFan, openLineFan, sinceStart } from './line-fan.ts';
import { createLoadCourse, type SentLoad } from './load-course.ts';
import { createWatchCourse } from './watch-course.ts';

/** A sampler that is on in this run, with its options. */
export interface ChosenSampler {
  readonly sampler: Sampler;
  readonly options: unknown;
}

/** Everything a session works with; engines and sinks come from the registry, the caller decides what to do when ready. */
export interface SessionParts {
  /** Makes the targets be there, or finds them there; `goDebug` is added to GODEBUG of what it starts. */
  readonly up: (goDebug: readonly string[], context: RunContext) => Promise<RunningTopology>;
  readonly samplers: readonly ChosenSampler[];
  /** Without it nothing is sent, and the targets are only looked at. */
  readonly load?: SentLoad | undefined;
  /** How long to look where nothing is sent; until interrupted when undefined. */
  readonly forMs?: number | undefined;
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
 * Runs to the end. Resolves with how it ended once the sinks are open, whatever happened; rejects only when the run failed before that
 * (nothing came up). Everything started is down, and what was only looked at is let go, when it settles.
 */
export async function runSession(parts: SessionParts, boot: RunContext): Promise<RunOutcome> {
  const goDebug = parts.samplers.flatMap(({ sampler, options }) => [...sampler.goDebug(options)]);
  boot.signal.throwIfAborted();
  const topology = await parts.up(goDebug, boot);
  const stop = createStop(boot.signal);
  try {
    const context = { ...boot, clock: startClock(), signal: stop.signal };
    return await runOn(topology, parts, context, stop.abort, context.clock.originHrUs - boot.clock.originHrUs);
  } catch (error) {
    await topology.down();
    throw error;
  } finally {
    stop.release();
  }
}

/** A signal that aborts with the caller's, or with a failure that is found on the way; the first reason counts. */
function createStop(outer: AbortSignal) {
  const stop = new AbortController();
  const onAbort = () => stop.abort(outer.reason);
  outer.addEventListener('abort', onAbort);
  if (outer.aborted) onAbort();
  return {
    signal: stop.signal,
    abort: (failure: RampartError) => stop.abort(failure),
    release: () => outer.removeEventListener('abort', onAbort),
  };
}

/** The part of a run in which the topology is up, on the run's own clock, which began `shiftUs` after that of the topology; it is down when this resolves. */
async function runOn(
  topology: RunningTopology,
  parts: SessionParts,
  context: RunContext,
  abort: ReadySession['abort'],
  shiftUs: number,
): Promise<RunOutcome> {
  const { clock } = context;
  const lines = openLineFan(topology, shiftUs);
  const course = await courseOf(parts, topology, clock);
  const sinks = await parts.onReady({ topology, clock, startUs: course.startUs, abort });
  const outlet = createOutlet(sinks, clock);
  lines.onLog(outlet.line);
  const forgetChanges = topology.onChange((change) => {
    outlet.emit({ kind: 'event', ...change, atUs: change.atUs - shiftUs });
    const failure = change.event === 'exit' ? course.failureOf(change) : undefined;
    if (failure) abort(failure);
  });
  const failure = await goThrough(course, parts.samplers, { targets: topology.targets, lines, outlet, context });
  forgetChanges();
  if (course.lastPhase !== undefined) outlet.phase(course.lastPhase);
  const endUs = clock.nowUs();
  // What targets print while they end belongs to their logs, too.
  await topology.down();
  lines.close();
  await outlet.close();
  return failure === undefined
    ? { status: 'complete', endUs }
    : { status: 'partial', failure: describeFailure(failure), endUs };
}

async function courseOf(
  { load, forMs, samplers }: SessionParts,
  topology: RunningTopology,
  clock: Clock,
): Promise<Course> {
  if (load) return await createLoadCourse(load, topology, clock);
  const networkSources = samplers.flatMap(({ sampler }) => sampler.networkSources ?? []);
  return createWatchCourse(forMs, topology, networkSources, clock);
}

/** Every sink at once. */
interface Outlet {
  readonly emit: (sample: Sample) => void;
  readonly line: (line: LogLine) => void;
  /** Tells that a phase begins now. */
  readonly phase: (message: string) => void;
  readonly close: () => Promise<void>;
}

function createOutlet(sinks: readonly Sink[], clock: Clock): Outlet {
  const emit = (sample: Sample) => {
    for (const sink of sinks) sink.accept(sample);
  };
  return {
    emit,
    line: (line) => {
      for (const sink of sinks) sink.log?.(line);
    },
    phase: (message) => emit({ kind: 'event', atUs: clock.nowUs(), event: 'phase', message }),
    close: async () => {
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}

/** What samplers and the course are given. */
interface Surroundings {
  readonly targets: readonly Target[];
  readonly lines: LineFan;
  readonly outlet: Outlet;
  readonly context: RunContext;
}

/** The course with all samplers open; they are closed when this resolves with what ended it early, if anything did. */
async function goThrough(
  course: Course,
  chosen: readonly ChosenSampler[],
  { targets, lines, outlet: { emit, phase }, context }: Surroundings,
): Promise<unknown> {
  const { steps, onLoad } = course;
  const seen: SamplerContext = {
    ...context,
    targets,
    steps,
    observers: chosen.map(({ sampler }) => sampler.kind),
    onLog: (listener) => lines.onLog(sinceStart(listener)),
    ...(onLoad ? { onLoad } : {}),
    emit: course.watched(emit),
  };
  const open: OpenSampler[] = [];
  let failure: unknown;
  try {
    for (const each of chosen) open.push(await openSampler(each, seen));
    lines.release();
    await course.run({ ...context, emit, phase });
  } catch (error) {
    failure = context.signal.aborted ? context.signal.reason : error;
    emit({ kind: 'event', atUs: context.clock.nowUs(), event: 'aborted', message: messageOf(failure) });
  }
  await Promise.all(open.map((sampler) => sampler.close()));
  return failure;
}

/** A sampler that cannot start leaves a gap, not a dead run. */
async function openSampler({ sampler, options }: ChosenSampler, context: SamplerContext): Promise<OpenSampler> {
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

/** A failure as the result keeps it; anything unknown is a bug in rampart and says so. */
export function describeFailure(failure: unknown): RunFailure {
  const { code, message, hint, exitCode } = failure instanceof RampartError ? failure : bugError(failure);
  return { code, message, ...(hint === undefined ? {} : { hint }), exitCode };
}
