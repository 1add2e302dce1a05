/** Puts the faults of a run in force when they are due, and takes back every one of them; each goes its own way, whatever others do. */
import type { RunContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { type FaultSpec, untilRecovered } from '../model/fault.ts';
import type { FaultMoment } from '../model/sample.ts';
import type { FaultInForce, FaultTools, Target } from '../model/topology.ts';
import { formatDurationMs } from '../model/units.ts';
import { type FindRole, type ResolvedAction, resolveAction } from './fault-targets.ts';

/** What a run does to its topology, and what it is looked up with. */
export interface FaultParts {
  readonly faults: readonly FaultSpec[];
  readonly tools: FaultTools;
  readonly targets: readonly Target[];
  /** Decides which replicas are drawn. */
  readonly seed: number;
  readonly whoHas: FindRole;
  /** Resolves when what a fault waits for has come, a condition or `untilRecovered`; rejects when the signal aborts. */
  readonly hasCome: (until: string, begun: BegunFault, signal: AbortSignal) => Promise<void>;
}

/** A fault in force, when it was asked for, and when it was so. */
interface BegunFault {
  readonly name: string;
  readonly askedUs: number;
  readonly atUs: number;
}

/** Faults on their way. */
export interface FaultDriver {
  /** Whether something was done to the topology: what stops from then on is no end of the run. */
  hasBegun(): boolean;
  /** Begins nothing more, and takes back all that is in force; resolves when that is done or was tried for long enough. */
  close(): Promise<void>;
}

type FaultContext = Pick<RunContext, 'clock' | 'signal'> & { emit(moment: FaultMoment): void };

/** How long all that is in force may take to be taken back; a replica may take a while until it is ready. */
const closeMs = 60_000;
/** The same when the run was ended: whoever ends it waits for it, and what is left is taken back with the topology. */
const abortMs = 10_000;

/** Waits for each fault from now on; `begun` resolves with when the first step began. */
export function driveFaults(parts: FaultParts, begun: Promise<number>, context: FaultContext): FaultDriver {
  const stop = new AbortController();
  const giveUp = new AbortController();
  const stopped = AbortSignal.any([context.signal, stop.signal]);
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
  };
  const signals = { stopped, givenUp: giveUp.signal };
  const ways = parts.faults.map((fault, index) =>
    goThrough(fault, { parts: { ...parts, seed: parts.seed + index }, begun, signals, begin, context }),
  );
  return {
    hasBegun: () => hasBegun,
    async close() {
      stop.abort(new Error('the load was over'));
      const ms = context.signal.aborted ? abortMs : closeMs;
      const given = new AbortController();
      const limit = context.clock.sleep(ms, given.signal).then(
        () => giveUp.abort(new Error(`not done within ${formatDurationMs(ms)}; it is left to the end of the topology`)),
        () => undefined,
      );
      await Promise.all(ways);
      given.abort();
      await limit;
    },
  };
}

interface Way {
  readonly parts: FaultParts;
  readonly begun: Promise<number>;
  readonly signals: { readonly stopped: AbortSignal; readonly givenUp: AbortSignal };
  readonly begin: () => void;
  readonly context: FaultContext;
}

/** One fault from its waiting to its end; never rejects. */
async function goThrough(fault: FaultSpec, way: Way): Promise<void> {
  const { context, signals } = way;
  const put = await putInForce(fault, way);
  if (!put) return;
  const { inForce, targets } = put;
  const why = await endOf(fault, put, way);
  // There is nothing that could be over.
  if (!inForce.undo && why.isLast) return;
  const tell = tellerOf(fault, context);
  const askedUs = isRestart(fault) ? put.askedUs : context.clock.nowUs();
  try {
    await unlessGivenUp(Promise.resolve(inForce.undo?.(signals.givenUp)), signals.givenUp);
    tell('end', { askedUs, targets, message: isRestart(fault) ? inForce.message : why.message });
  } catch (error) {
    tell('undo-failed', { askedUs, targets, message: messageOf(error) });
  }
}

/** It is over when it is done: it begins when it is asked for. */
function isRestart({ action }: FaultSpec): boolean {
  return action.kind === 'restart';
}

function tellerOf({ name }: FaultSpec, { clock, emit }: FaultContext) {
  return (
    moment: FaultMoment['moment'],
    told: { askedUs: number; atUs?: number; targets: readonly Target[]; message: string },
  ) => {
    const { askedUs, atUs = clock.nowUs(), message } = told;
    const targets = told.targets.map(({ id }) => id);
    emit({ kind: 'fault', atUs, askedUs, fault: name, moment, targets, message });
  };
}

interface Put extends BegunFault {
  readonly inForce: FaultInForce;
  readonly targets: readonly Target[];
}

/** Undefined where it is not in force: because it could not be done, which is told, or because the run was ended before. */
async function putInForce(fault: FaultSpec, way: Way): Promise<Put | undefined> {
  const { context, parts, signals } = way;
  const { clock } = context;
  const tell = tellerOf(fault, context);
  let targets: readonly Target[] = [];
  let askedUs: number | undefined;
  try {
    const resolved = await whenDue(fault, way);
    targets = resolved.targets;
    const wasAway = awayIds(parts.targets);
    askedUs = clock.nowUs();
    way.begin();
    if (isRestart(fault)) tell('begin', { askedUs, targets, message: `restarts ${idsOf(targets)}` });
    const inForce = await unlessGivenUp(parts.tools.inject(resolved.action, targets, signals.stopped), signals.givenUp);
    const atUs = Math.max(askedUs, clock.nowUs() - (inForce.heldUs ?? 0));
    if (fault.action.kind === 'scale') targets = changed(parts.targets, fault.action.service, wasAway);
    if (!isRestart(fault)) tell('begin', { askedUs, atUs, targets, message: inForce.message });
    return { name: fault.name, inForce, targets, askedUs, atUs };
  } catch (error) {
    // Whoever ends a run need not be told what therefore did not happen.
    if (askedUs === undefined && context.signal.aborted) return undefined;
    const moment = isRestart(fault) && askedUs !== undefined ? 'undo-failed' : 'failed';
    tell(moment, { askedUs: askedUs ?? clock.nowUs(), targets, message: messageOf(error) });
    return undefined;
  }
}

async function whenDue(fault: FaultSpec, { context: { clock }, parts, begun, signals }: Way): Promise<ResolvedAction> {
  const { stopped, givenUp } = signals;
  const startUs = await unlessGivenUp(begun, stopped);
  await clock.sleep(Math.max(0, (startUs - clock.nowUs()) / 1000 + fault.atMs), stopped);
  const resolved = await unlessGivenUp(resolveAction(fault.action, parts, stopped), givenUp);
  stopped.throwIfAborted();
  return resolved;
}

function idsOf(targets: readonly Target[]): string {
  return targets.map(({ id }) => id).join(', ');
}

function awayIds(targets: readonly Target[]): ReadonlySet<string> {
  return new Set(targets.filter(({ isAway }) => isAway).map(({ id }) => id));
}

/** Those of a service that came or went. */
function changed(targets: readonly Target[], of: string, wasAway: ReadonlySet<string>): readonly Target[] {
  return targets.filter(({ id, service, isAway = false }) => service === of && wasAway.has(id) !== isAway);
}

/** Why it is over; last when it is so only because the load is. */
async function endOf(
  { name, action, forMs, until }: FaultSpec,
  { askedUs, atUs }: BegunFault,
  { context, parts, signals: { stopped } }: Way,
): Promise<{ readonly message: string; readonly isLast: boolean }> {
  const { clock, signal } = context;
  if (action.kind === 'restart') return { message: 'it is back', isLast: false };
  try {
    if (until !== undefined) {
      await parts.hasCome(until, { name, askedUs, atUs }, stopped);
      return { message: until === untilRecovered ? 'it has recovered' : `${until} holds`, isLast: false };
    }
    const lengthMs = forMs === undefined ? longestSleepMs : forMs - (clock.nowUs() - atUs) / 1000;
    await clock.sleep(Math.max(0, lengthMs), stopped);
    return { message: `it was to last ${formatDurationMs(forMs ?? longestSleepMs)}`, isLast: false };
  } catch {
    return { message: signal.aborted ? 'the run was ended' : 'the load is over', isLast: true };
  }
}

/** A timer takes at most 2^31 ms (Node); no load is as long. */
const longestSleepMs = 2 ** 31 - 1;

/** What it resolves with, unless that takes too long: then it rejects with the reason, and nobody waits for it any more. */
function unlessGivenUp<Done>(work: Promise<Done>, givenUp: AbortSignal): Promise<Done> {
  return new Promise((resolve, reject) => {
    const onGivenUp = () => reject(givenUp.reason);
    if (givenUp.aborted) onGivenUp();
    givenUp.addEventListener('abort', onGivenUp, { once: true });
    work.then(resolve, reject).finally(() => givenUp.removeEventListener('abort', onGivenUp));
  });
}
