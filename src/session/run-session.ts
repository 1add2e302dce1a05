/** One live run, in a straight line: topology up, samplers open, its course with or without load, samplers closed, topology down. */
import { startClock } from '../host/clock.ts';
import type { OpenSampler, RunContext, Sampler, SamplerContext, Sink } from '../model/contracts.ts';
import { bugError, messageOf, RampartError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { RunFailure, RunOutcome } from '../model/raw-run.ts';
import type { ConditionChange, RoleChange, Sample } from '../model/sample.ts';
import type { PlannedStep } from '../model/scenario.ts';
import type { SentTo } from '../model/sent-to.ts';
import type { LogLine, RunningTopology, Target, TargetChange } from '../model/topology.ts';
import type { Course } from './course.ts';
import { type Fan, shifted, sinceStart } from './fan.ts';
import type { FaultDriver, FaultParts } from './fault-driver.ts';
import { createLoadCourse, type SentLoad } from './load-course.ts';
import type { RecoveryJudge } from './recovery-judge.ts';
import { bringUp, type ConditionPlan, type Standing, type StandingParts } from './standing.ts';
import { startFaults } from './start-faults.ts';
import { createWatchCourse } from './watch-course.ts';

/** A sampler that is on in this run, with its options. */
export interface ChosenSampler {
  readonly sampler: Sampler;
  readonly options: unknown;
}

/** Everything a session works with; engines and sinks come from the registry, the caller decides what to do when ready. */
export interface SessionParts {
  /** Makes the targets be there, or finds them there; `goDebug` is added to GODEBUG of what it starts. */
  readonly up: (
    goDebug: readonly string[],
    context: RunContext,
    starting: (targets: readonly Target[]) => void,
  ) => Promise<RunningTopology>;
  /** What is looked at beside the samplers, and waited for. */
  readonly conditions?: ConditionPlan | undefined;
  readonly samplers: readonly ChosenSampler[];
  /** Without it nothing is sent, and the targets are only looked at. */
  readonly load?: SentLoad | undefined;
  /** What is done to the topology while the load runs. */
  readonly faults?: FaultPlan | undefined;
  /** How long to look where nothing is sent; until interrupted when undefined. */
  readonly forMs?: number | undefined;
  /** Called once everything is up, with the clock of the run; returns the sinks and whatever must be written first. */
  readonly onReady: (ready: ReadySession) => Promise<readonly Sink[]>;
}

/** Faults of a run. */
interface FaultPlan extends Pick<FaultParts, 'faults' | 'seed'> {
  /** What is known of users from the load; a fault that is to last until they are well lasts to the end of the load without it. */
  readonly recovery?: RecoveryJudge | undefined;
}

/** What is known when the topology is up and nothing has been sent. */
export interface ReadySession {
  readonly topology: RunningTopology;
  readonly clock: Clock;
  readonly startUs: number;
  /** When the first process of the topology was started, before the clock's zero. */
  readonly firstStartUs?: number | undefined;
  readonly sentTo?: SentTo | undefined;
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
  const { conditions } = parts;
  const up: StandingParts['up'] = (context, starting) => parts.up(goDebug, context, starting);
  const standing = await bringUp({ up, conditions }, boot);
  const stop = createStop(boot.signal);
  try {
    const context = { ...boot, clock: startClock(), signal: stop.signal };
    return await runOn(standing, parts, context, stop.abort, context.clock.originHrUs - boot.clock.originHrUs);
  } catch (error) {
    await standing.down();
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
  standing: Standing,
  parts: SessionParts,
  context: RunContext,
  abort: ReadySession['abort'],
  shiftUs: number,
): Promise<RunOutcome> {
  const { clock } = context;
  const { topology, lines, changes, watch } = standing;
  const course = await courseOf(parts, topology, clock);
  const firstStartUs = topology.firstStartUs === undefined ? undefined : topology.firstStartUs - shiftUs;
  const { startUs, sentTo } = course;
  const sinks = await parts.onReady({ topology, clock, startUs, firstStartUs, sentTo, abort });
  const outlet = createOutlet(sinks, clock);
  lines.on(shifted(outlet.line, shiftUs));
  watch?.listen((change) => outlet.emit(onRunClock(change, shiftUs)));
  const driven = parts.faults && { plan: parts.faults, course, outlet, context, shiftUs };
  const faults = driven && startFaults(driven, standing);
  const forgetChanges = changes.on(
    shifted((change) => {
      for (const sample of samplesOf(change)) outlet.emit(sample);
      const isEnd = change.event === 'exit' && !faults?.hasBegun();
      const failure = isEnd ? course.failureOf(change) : undefined;
      if (failure) abort(failure);
    }, shiftUs),
  );
  const { targets } = topology;
  const failure = await goThrough(course, parts.samplers, { targets, lines, outlet, context, faults, shiftUs });
  await topology.lastLook?.();
  for (const relation of topology.lineClocks?.() ?? []) outlet.emit({ ...relation, atUs: clock.nowUs() });
  forgetChanges();
  if (course.lastPhase !== undefined) outlet.phase(course.lastPhase);
  const endUs = clock.nowUs();
  await standing.down();
  await outlet.close();
  if (failure !== undefined) return { status: 'partial', failure: describeFailure(failure), endUs };
  const endedBy = course.endedBy?.();
  return endedBy ? { status: 'partial', endedBy, endUs } : { status: 'complete', endUs };
}

function onRunClock<Change extends ConditionChange | RoleChange>(change: Change, shiftUs: number): Change {
  const beforeUs = 'beforeUs' in change && change.beforeUs !== undefined ? { beforeUs: change.beforeUs - shiftUs } : {};
  return { ...change, atUs: change.atUs - shiftUs, ...beforeUs };
}

async function courseOf(
  { load, forMs, samplers }: SessionParts,
  topology: RunningTopology,
  clock: Clock,
): Promise<Course> {
  const exchangesIn = (steps: readonly PlannedStep[]) =>
    samplers.flatMap(
      ({ sampler, options }) => sampler.exchangesIn?.(options, { steps, optionsOf: optionsAmong(samplers) }) ?? [],
    );
  if (load) return await createLoadCourse({ ...load, exchangesIn }, topology, clock);
  const networkSources = samplers.flatMap(({ sampler }) => sampler.networkSources ?? []);
  return createWatchCourse(forMs, topology, networkSources, clock);
}

function optionsAmong(chosen: readonly ChosenSampler[]) {
  return (kind: string) => chosen.find(({ sampler }) => sampler.kind === kind)?.options;
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
  readonly lines: Fan<LogLine>;
  /** How long after the clock of the topology that of the run began. */
  readonly shiftUs: number;
  readonly outlet: Outlet;
  readonly context: RunContext;
  readonly faults: FaultDriver | undefined;
}

/**
 * The course with all samplers open; faults are taken back and samplers closed when this resolves with what ended it early, if anything
 * did.
 */
async function goThrough(
  course: Course,
  chosen: readonly ChosenSampler[],
  { targets, lines, outlet: { emit, phase }, context, faults, shiftUs }: Surroundings,
): Promise<unknown> {
  const { steps, onLoad } = course;
  const seen: SamplerContext = {
    ...context,
    targets,
    steps,
    observers: chosen.map(({ sampler }) => sampler.kind),
    optionsOf: optionsAmong(chosen),
    onLog: (listener) => lines.on(shifted(sinceStart(listener), shiftUs)),
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
  await faults?.close();
  await Promise.all(open.map((sampler) => sampler.close()));
  return failure;
}

/** What becomes of a target is an event; that it may go unseen is a hole in what is known, as far as it lies in the run. */
function samplesOf(change: TargetChange): Sample[] {
  const { atUs, target, message } = change;
  if (change.event !== 'unseen') return [{ kind: 'event', event: change.event, atUs, target, message }];
  const { source, untilUs } = change;
  if (untilUs !== undefined && untilUs <= 0) return [];
  const until = untilUs === undefined ? {} : { untilUs };
  return [{ kind: 'gap', atUs: Math.max(0, atUs), ...until, target, source, message }];
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
