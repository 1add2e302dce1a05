/** What is known of each target while it is collected from: its types, what came of them, and when they are due. */
import type { CollectOutcome } from '../../model/collect-status.ts';
import { nextRegularMs, nextTryMs, type Rhythm, type Tried } from './schedule.ts';
import { shorterSeconds, type Taken } from './take.ts';
import type { PlannedTarget, PlannedType } from './target-plan.ts';

/** One type of one target. */
export interface Slot {
  planned: PlannedType;
  /** Less than planned where the target refused so long a time. */
  seconds: number;
  /** Undefined when it is not tried again. */
  dueMs: number | undefined;
  tried: Tried | undefined;
  message: string | undefined;
  lastOkMs: number | undefined;
  kept: number;
  bytes: number;
  /** Ends the try that is under way. */
  underWay: AbortController | undefined;
}

/** One target. */
export interface Collected {
  planned: PlannedTarget;
  slots: Slot[];
  /** Tries without any answer since the last one. */
  silent: number;
  answers: boolean | undefined;
}

/** When a new target is due first: at once, or in its rhythm. */
export type FirstDue = 'at once' | 'in rhythm';

/** A target that was not there before; of one with the same name `before` what was kept still counts. */
export function startCollecting(
  planned: PlannedTarget,
  before: Collected | undefined,
  firstDue: FirstDue,
  rhythm: Rhythm,
  nowMs: number,
): Collected {
  const slots = planned.types.map((type): Slot => {
    const old = before?.slots.find((slot) => slot.planned.type === type.type);
    return {
      planned: type,
      seconds: type.seconds,
      dueMs: firstDue === 'at once' ? nowMs : nextRegularMs(planned.id, rhythmOf(type, rhythm), nowMs),
      tried: undefined,
      message: undefined,
      lastOkMs: old?.lastOkMs,
      kept: old?.kept ?? 0,
      bytes: old?.bytes ?? 0,
      underWay: undefined,
    };
  });
  return { planned, slots, silent: 0, answers: undefined };
}

/** The rhythm of one type. */
function rhythmOf({ intervalMs }: Pick<PlannedType, 'intervalMs'>, rhythm: Rhythm): Rhythm {
  return { ...rhythm, intervalMs };
}

/** When the next type of a target that is not under way is due; undefined when none is. */
export function dueMsOf({ slots }: Collected): number | undefined {
  const due = slots.flatMap(({ dueMs, underWay }) => (dueMs === undefined || underWay ? [] : [dueMs]));
  return due.length === 0 ? undefined : Math.min(...due);
}

/** The type that is to be taken now: those that are due go in their order. */
export function dueSlot({ slots }: Collected, nowMs: number): Slot | undefined {
  return slots.find(({ dueMs, underWay }) => dueMs !== undefined && dueMs <= nowMs && !underWay);
}

const failing: ReadonlySet<CollectOutcome> = new Set(['timed out', 'unreachable', 'failed', 'not kept']);

/** Whether two outcomes count as the same again. */
function isLike(one: CollectOutcome, other: CollectOutcome): boolean {
  return one === other || (failing.has(one) && failing.has(other));
}

/** Takes up what came of a try; `repeats` is false where everything is tried once. */
export function takeUp(
  target: Collected,
  slot: Slot,
  taken: Taken,
  { rhythm, endMs, repeats }: { readonly rhythm: Rhythm; readonly endMs: number; readonly repeats: boolean },
): void {
  const { outcome, message, bytes } = taken;
  const times = slot.tried && isLike(slot.tried.outcome, outcome) ? slot.tried.times + 1 : 1;
  slot.tried = { outcome, times, endMs };
  slot.message = message;
  if (outcome === 'ok') {
    slot.lastOkMs = endMs;
    slot.kept += 1;
    slot.bytes += bytes;
  }
  const isSilent = outcome === 'unreachable' || outcome === 'timed out';
  target.silent = isSilent ? target.silent + 1 : 0;
  target.answers = !isSilent;
  const seconds = shorterSeconds(taken, slot.seconds);
  if (seconds < slot.seconds) slot.dueMs = endMs;
  else slot.dueMs = repeats ? laterMs(target, slot, slot.tried, rhythm) : undefined;
  slot.seconds = seconds;
  // What does not answer at all is not asked for the rest of the round.
  if (outcome === 'unreachable' || target.silent > 1)
    for (const other of target.slots)
      if (other.dueMs !== undefined && other.dueMs <= endMs && !other.underWay) other.dueMs = slot.dueMs;
}

/** When a type is due again; a program that has none of the usual types may only be asked in the wrong place, which may be put right soon. */
function laterMs({ planned, slots }: Collected, slot: Slot, tried: Tried, rhythm: Rhythm): number {
  const isStrange = tried.outcome === 'absent' && slots.every(({ lastOkMs }) => lastOkMs === undefined);
  return nextTryMs(planned.id, rhythmOf(slot.planned, rhythm), isStrange ? { ...tried, outcome: 'failed' } : tried);
}
