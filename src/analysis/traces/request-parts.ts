/** Where the time of one request went: its goroutine's states one after the other, which add up to all of it. */
import type { GoroutineState } from '../../goruntime/trace/trace-event.ts';
import { type ProcTimes, procUses, stoppedBetween, usesBetween } from './proc-time.ts';
import type { StackPlace } from './stack-place.ts';

/** What a stretch of time was spent with. */
export type PartKind =
  | 'running'
  | 'runnable'
  | 'gc-assist'
  | 'gc'
  | 'stw'
  | 'lock'
  | 'join'
  | 'channel'
  | 'select'
  | 'condition'
  | 'pool'
  | 'downstream'
  | 'client'
  | 'sleep'
  | 'syscall'
  | 'unknown';

/** A goroutine's state from one moment to the next. */
export interface StateMark {
  readonly ns: number;
  readonly state: GoroutineState;
  /** Where it stopped; undefined while it runs, and where the trace does not say. */
  readonly place: StackPlace | undefined;
  readonly reason: string;
  readonly isAssisting: boolean;
  /** What processors had done by then; only where it begins or ends to be runnable. */
  readonly procs: ProcTimes | undefined;
}

/** A part of a request's time. */
export interface RequestPart {
  readonly kind: PartKind;
  /** The place in the code; empty where it has none. */
  readonly site: string;
  readonly ns: number;
}

/** The parts of a request, and what processors did while it was runnable: nanoseconds by `procUses`. */
export interface RequestSplit {
  readonly parts: readonly RequestPart[];
  readonly ranInstead: readonly number[];
}

const noSplit: RequestSplit = { parts: [], ranInstead: procUses.map(() => 0) };

/** Gets stretches of time one after the other, without a gap. */
export type TakeStretch = (kind: PartKind, site: string, ns: number) => void;

/** The parts of the time from `beginNs` to `endNs`, by kind and site; they add up to it, with those of the time `before`. */
export function splitOf(
  marks: readonly StateMark[],
  beginNs: number,
  endNs: number,
  before: RequestSplit = noSplit,
): RequestSplit {
  const parts = new Map(before.parts.map((part) => [keyOf(part.kind, part.site), part]));
  const ranInstead = [...before.ranInstead];
  const add: TakeStretch = (kind, site, ns) => {
    const key = keyOf(kind, site);
    parts.set(key, { kind, site, ns: (parts.get(key)?.ns ?? 0) + ns });
  };
  eachStretch(marks, beginNs, endNs, add, ranInstead);
  return { parts: [...parts.values()], ranInstead };
}

function keyOf(kind: PartKind, site: string): string {
  return `${kind} ${site}`;
}

/** Hands on what the time from `beginNs` to `endNs` was spent with, in its order, and adds to `ranInstead` what processors did meanwhile. */
export function eachStretch(
  marks: readonly StateMark[],
  beginNs: number,
  endNs: number,
  take: TakeStretch,
  ranInstead: number[],
): void {
  let toldTo = beginNs;
  for (const [index, mark] of marks.entries()) {
    const next = marks[index + 1];
    const from = Math.max(mark.ns, beginNs);
    const to = Math.min(next?.ns ?? endNs, endNs);
    if (to <= from) continue;
    if (from > toldTo) take('unknown', '', from - toldTo);
    toldTo = to;
    if (mark.state !== 'Runnable') take(kindOf(mark), mark.place?.site ?? '', to - from);
    else takeRunnable(mark, next, to - from, take, ranInstead);
  }
  if (endNs > toldTo) take('unknown', '', endNs - toldTo);
}

function takeRunnable(
  { procs: before }: StateMark,
  next: StateMark | undefined,
  ns: number,
  take: TakeStretch,
  ranInstead: number[],
): void {
  const after = next?.procs;
  if (!before || !after) {
    take('runnable', '', ns);
    return;
  }
  const stopped = Math.min(ns, stoppedBetween(before, after));
  if (stopped > 0) take('stw', '', stopped);
  if (ns > stopped) take('runnable', '', ns - stopped);
  for (const [index, share] of usesBetween(before, after).entries())
    ranInstead[index] = (ranInstead[index] ?? 0) + share * (ns - stopped);
}

const byReason: Readonly<Record<string, PartKind>> = {
  'GC mark assist wait for work': 'gc-assist',
  'wait until GC ends': 'gc',
  preempted: 'gc',
  'chan receive': 'channel',
  'chan send': 'channel',
  'sync.(*Cond).Wait': 'condition',
  sleep: 'sleep',
  select: 'select',
};

function kindOf(mark: StateMark): PartKind {
  if (mark.state === 'Running') return mark.isAssisting ? 'gc-assist' : 'running';
  if (mark.state === 'Syscall') return 'syscall';
  return mark.state === 'Waiting' ? waitKind(mark) : 'unknown';
}

function waitKind({ place, reason }: StateMark): PartKind {
  // Many of the collector's own waits bear the reason that mutexes have.
  if (place?.isCollector) return place.isAssist ? 'gc-assist' : 'gc';
  if (reason === 'sync') return place?.wait ?? 'lock';
  if (reason === 'network') return networkKind(place);
  const carried = ['select', 'chan receive', 'sync.(*Cond).Wait'].includes(reason) ? carriedKind(place) : undefined;
  return carried ?? byReason[reason] ?? 'unknown';
}

/** Libraries wait for answers, connections and clients at channels and conditions as well. */
function carriedKind(place: StackPlace | undefined): PartKind | undefined {
  if (place?.client === 'connection') return 'pool';
  if (place?.client === 'answer') return 'downstream';
  return place?.isOfClient ? 'client' : undefined;
}

function networkKind(place: StackPlace | undefined): PartKind {
  if (place?.client === 'connection') return 'pool';
  if (place?.client === undefined && (place?.isOfClient || place?.phase !== 'handler')) return 'client';
  return 'downstream';
}
