/** The goroutines of a text dump to groups of the shape that a profile gives: by stack, and by what they wait for. */
import type { DumpGoroutine } from './dump-goroutine.ts';
import { type GoroutineGroup, largestFirst, watcher, watcherToBe } from './groups.ts';
import { siteOf } from './wait-reason.ts';

/** Goroutines of a dump that share state and stack; `reason` is the state in the runtime's own words. */
interface DumpGroup extends GoroutineGroup {
  /** Whole minutes that the one waits that has waited longest; undefined when none was said to wait a minute. */
  readonly longestWaitMinutes: number | undefined;
  /** The functions that started them, a few at most; empty for the first goroutine. */
  readonly createdBy: readonly string[];
  readonly lockedToThread: number;
  /** Of those that a leak profile found. */
  readonly leaked: number;
  /** The id of the first of them in the dump. */
  readonly exampleId: number;
}

/** The groups of one dump, largest first; their counts sum to `total`, which leaves out the goroutines of the look itself. */
export interface DumpGroups {
  readonly total: number;
  /** Goroutines of whose stack no frame could be read: nothing says which of them are alike, so they are in no group. */
  readonly withoutStack: number;
  readonly groups: readonly DumpGroup[];
}

/** Takes the goroutines of one dump one by one; keeps one stack for each group. */
export interface DumpGrouping {
  add(goroutine: DumpGoroutine): void;
  groups(): DumpGroups;
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** A dump with more different stacks than this is not kept stack by stack any more: the rest is a group for each state. */
const maxStacks = 20_000;
const maxCreators = 4;
/** The goroutine that printed a `debug=2` dump. */
const look = 'runtime/pprof.writeGoroutineStacks';

/** The group of no goroutine yet. */
export function createDumpGrouping(): DumpGrouping {
  const byStack = new Map<string, Mutable<DumpGroup>>();
  /** One copy of each name: a dump repeats them in every goroutine. */
  const names = new Map<string, string>();
  let overHttp = false;
  let withoutStack = 0;

  function oneCopy(name: string): string {
    const known = names.get(name);
    if (known !== undefined) return known;
    // A string of its own: a piece of the log would keep the text around it in memory.
    const own = Buffer.from(name).toString();
    names.set(own, own);
    return own;
  }

  return {
    add(goroutine) {
      // Not a goroutine, but the stack on which a thread schedules.
      if (goroutine.id === 0) return;
      const frames = goroutine.frames.map((frame) => frame.function);
      if (frames.length === 0 && !goroutine.stackUnavailable) {
        withoutStack += 1;
        return;
      }
      if (frames[0] === look) {
        if (frames.includes('net/http.(*conn).serve')) overHttp = true;
        return;
      }
      const stack = `${goroutine.state}\n${goroutine.stackUnavailable ? 'unavailable' : frames.join('\n')}`;
      const key = byStack.has(stack) || byStack.size < maxStacks ? stack : `other stacks: ${goroutine.state}`;
      const group = byStack.get(key) ?? emptyGroup(goroutine, oneCopy, key === stack ? frames.map(oneCopy) : []);
      byStack.set(key, group);
      count(group, goroutine, oneCopy);
    },
    groups() {
      const groups = [...byStack.values()].map((group): DumpGroup => ({ ...group }));
      return { ...largestFirst(overHttp ? withoutWatcher(groups) : groups), withoutStack };
    },
  };
}

type OneCopy = (name: string) => string;

function emptyGroup(first: DumpGoroutine, oneCopy: OneCopy, frames: readonly string[]): Mutable<DumpGroup> {
  return {
    count: 0,
    reason: oneCopy(first.state),
    site: frames.length > 0 ? siteOf(frames) : first.stackUnavailable ? 'stack unavailable' : 'other stacks',
    frames,
    longestWaitMinutes: undefined,
    createdBy: [],
    lockedToThread: 0,
    leaked: 0,
    exampleId: first.id,
  };
}

function count(group: Mutable<DumpGroup>, goroutine: DumpGoroutine, oneCopy: OneCopy): void {
  const { createdBy, waitMinutes, lockedToThread, leaked } = goroutine;
  const creator = createdBy?.function;
  group.count += 1;
  if (waitMinutes !== undefined && waitMinutes > (group.longestWaitMinutes ?? -1))
    group.longestWaitMinutes = waitMinutes;
  if (creator !== undefined && group.createdBy.length < maxCreators && !group.createdBy.includes(creator)) {
    group.createdBy = [...group.createdBy, oneCopy(creator)];
  }
  if (lockedToThread) group.lockedToThread += 1;
  if (leaked) group.leaked += 1;
}

/** Without the goroutine that net/http made to watch the connection of the look, which has not run yet as a rule. */
function withoutWatcher(groups: readonly DumpGroup[]): readonly DumpGroup[] {
  const own =
    groups.find(({ frames }) => frames.length > 0 && frames.every((frame) => watcherToBe.test(frame))) ??
    groups.find(({ frames }) => frames.includes(watcher));
  return groups.flatMap((group) => {
    if (group !== own) return [group];
    return group.count > 1 ? [{ ...group, count: group.count - 1 }] : [];
  });
}
