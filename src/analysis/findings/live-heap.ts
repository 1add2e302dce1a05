/** What stays in memory when all garbage is gone, over time, by whatever told it best. */
import type { Series } from '../../model/run-result.ts';

type Points = Series['points'];

/** In MiB, of one target. */
export interface LiveHeap {
  readonly points: Points;
  readonly series: string;
  /** Whether it is what was alive at the end of a collection; else it is all that the container or process holds. */
  readonly isLive: boolean;
}

const mib = 1024 ** 2;
/** Below it the runtime collects by its least heap, whatever is alive (4 MiB times GOGC/100). */
const leastGoalMib = 4.5;

/** The live heap of a target; undefined where nothing tells of its memory. */
export function liveHeapOf(all: readonly Series[], target: string): LiveHeap | undefined {
  const pointsOf = (name: string): Points =>
    all.find((each) => each.name === name && each.target === target)?.points ?? [];
  const traced = pointsOf('gc.heap_live_mib');
  if (traced.length > 0) return { points: traced, series: 'gc.heap_live_mib', isLive: true };
  const told = changesOf(inMib(pointsOf('go.heap_live_bytes')));
  if (told.length > 0) return { points: told, series: 'go.heap_live_bytes', isLive: true };
  const gogc = pointsOf('go.gogc_percent').at(-1)?.[1];
  const limit = pointsOf('go.memory_limit_bytes').at(-1)?.[1];
  const goals = changesOf(inMib(pointsOf('go.heap_goal_bytes')));
  if (goals.length > 0 && gogc !== undefined && gogc > 0 && limit === undefined) {
    const live = goals.map(([atUs, goal]): Points[number] => [
      atUs,
      goal <= leastGoalMib ? 0 : goal / (1 + gogc / 100),
    ]);
    return { points: live, series: 'go.heap_goal_bytes', isLive: true };
  }
  const held = pointsOf('container.memory_mib');
  return held.length > 0 ? { points: held, series: 'container.memory_mib', isLive: false } : undefined;
}

function inMib(points: Points): Points {
  return points.map(([atUs, bytes]) => [atUs, bytes / mib]);
}

/** A value that stays is of the collection before; each collection counts once. */
function changesOf(points: Points): Points {
  return points.filter(([, value], index) => value !== points[index - 1]?.[1]);
}
