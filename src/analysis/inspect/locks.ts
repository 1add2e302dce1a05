/** Locks that goroutines wait for, and who may hold them; a stack does not say what is held, so every name is a candidate. */
import { groupBy } from '../../model/group-by.ts';
import type { InspectedGroup } from '../../model/inspected-goroutines.ts';
import type { Judgement } from '../../model/inspected-input.ts';
import { formatCount } from '../../model/units.ts';

/** Goroutines that wait for locks in one function. */
interface LockQueue {
  /** The function that asked for the lock. */
  readonly caller: string;
  readonly groups: readonly InspectedGroup[];
  readonly waiting: number;
}

/** Fewer that wait are the ordinary life of a lock. */
const leastWaiting = 5;
const convoy = 10;
const lockReason = /^sync\.(?:RW)?Mutex\.R?Lock$/;
const lockFrame = /^(?:internal\/)?sync\.\(\*(?:RW)?Mutex\)\./;
const plumbing = /^(?:runtime|(?:internal\/)?sync)\./;

/** What is to say of the locks in these groups. */
export function judgeLocks(groups: readonly InspectedGroup[]): Judgement[] {
  const queues = lockQueues(groups);
  return [...queues.flatMap((queue) => judgeQueue(queue, groups)), ...judgeCycles(queues)];
}

function lockQueues(groups: readonly InspectedGroup[]): LockQueue[] {
  const waiting = groups.filter(waitsForLock);
  return [...groupBy(waiting, callerOf)]
    .map(([caller, own]) => ({ caller, groups: own, waiting: own.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.waiting - a.waiting);
}

/** Up to Go 1.19 the runtime says `semacquire` of every lock. */
function waitsForLock({ reason, frames }: InspectedGroup): boolean {
  return lockReason.test(reason) || (reason === 'semacquire' && frames.some((frame) => lockFrame.test(frame)));
}

function callerOf({ frames, site }: InspectedGroup): string {
  return frames.find((frame) => !plumbing.test(frame)) ?? site;
}

function judgeQueue({ caller, groups, waiting }: LockQueue, all: readonly InspectedGroup[]): Judgement[] {
  if (waiting < leastWaiting) return [];
  const others = all.filter((group) => !groups.includes(group));
  const inside = others.filter(({ frames }) => frames.includes(caller));
  const type = receiverOf(caller);
  const ofType = others.filter(({ frames }) => type !== undefined && frames.some((frame) => frame.startsWith(type)));
  const candidates = inside.length > 0 ? inside : ofType;
  const goroutines = candidates.reduce((sum, { count }) => sum + count, 0);
  const longest = Math.max(0, ...groups.map(({ longestWaitMinutes = 0 }) => longestWaitMinutes));
  return [
    {
      severity: waiting >= convoy ? 'warning' : 'info',
      certainty: inside.length > 0 && goroutines === 1 ? 'likely' : 'possible',
      title: `${formatCount(waiting)} goroutines wait for a lock in ${caller}`,
      evidence: [
        ...(longest > 0 ? [`the longest for ${longest} minutes`] : []),
        ...holderTexts(candidates, goroutines, inside.length > 0 ? caller : `a method of ${type ?? 'its type'}`),
        ...(goroutines === 0 && candidates.length === 0
          ? ['who holds it cannot be told: no other goroutine is in this function or in a method of its type']
          : []),
      ],
    },
  ];
}

function holderTexts(candidates: readonly InspectedGroup[], goroutines: number, where: string): string[] {
  if (candidates.length === 0) return [];
  const [who, ...more] = candidates.slice(0, 3).map(nameOf);
  if (goroutines === 1) return [`${who} is in ${where} as well and does not wait for this lock: it likely holds it`];
  const rest = candidates.length > 3 ? ', …' : '';
  return [
    `in ${where} as well, and not waiting for this lock: ${[who, ...more].join('; ')}${rest}. One of these may hold it`,
  ];
}

function nameOf({ count, reason, site, exampleId }: InspectedGroup): string {
  const who = count === 1 && exampleId !== undefined ? `goroutine ${exampleId}` : `${formatCount(count)} × ${site}`;
  return `${who} (${reason})`;
}

/** `main.(*Cache).` of `main.(*Cache).Get`. */
function receiverOf(name: string): string | undefined {
  return /^.*\(\*?[^()]+\)\./.exec(name)?.[0];
}

/** Two queues each of whose goroutines have the function of the other queue on their stacks. */
function judgeCycles(queues: readonly LockQueue[]): Judgement[] {
  const found: Judgement[] = [];
  for (const [at, one] of queues.entries()) {
    for (const other of queues.slice(at + 1)) {
      const through = (queue: LockQueue, name: string) => queue.groups.some(({ frames }) => frames.includes(name));
      if (!through(one, other.caller) || !through(other, one.caller)) continue;
      found.push({
        severity: 'critical',
        certainty: 'possible',
        title: `a deadlock: ${one.caller} and ${other.caller} wait for each other's locks`,
        evidence: [
          `goroutines that wait in ${one.caller} came through ${other.caller}, and the other way round`,
          'a later dump with the same goroutines in the same places would make it certain',
        ],
      });
    }
  }
  return found;
}
