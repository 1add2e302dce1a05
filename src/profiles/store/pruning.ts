/** A store that is held to its limits for as long as a process lives: at its start, and from time to time. */
import type { PruneStatus } from '../../model/collect-status.ts';
import { messageOf } from '../../model/errors.ts';
import { limitsText, prunedText } from '../../report/words/prune-text.ts';
import type { TidyStore } from './profile-store.ts';
import { pruneStore, type RetentionLimits, storedBytes } from './retention.ts';

/** What it uses of the world. */
export interface PruningMeans {
  /** For messages. */
  readonly place: string;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls once after so long, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  readonly log: { info(message: string): void; warn(message: string): void };
}

/** Must be ended before its store is closed. */
export interface Pruning {
  status(): PruneStatus;
  /** Resolves when nothing is being removed any more. */
  end(): Promise<void>;
}

/** Whoever ends the process waits for no more than the removal of so many. */
const mostAtOnce = 1000;
const longestPauseMs = 600_000;
const shortestPauseMs = 60_000;

/** How long until the next time: no profile outlives its age by more than a tenth, but for the shortest ages. */
export function prunePauseMs({ olderThanMs = Number.POSITIVE_INFINITY }: RetentionLimits): number {
  return Math.max(shortestPauseMs, Math.min(longestPauseMs, olderThanMs / 10));
}

/** Begins at once; what cannot be removed is told when it is new, and tried again. */
export function startPruning(store: TidyStore, limits: RetentionLimits, means: PruningMeans): Pruning {
  const { place, nowMs, after, log } = means;
  const { olderThanMs, maxBytes } = limits;
  const asked = {
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
  let status: PruneStatus = { ...asked, removed: 0 };
  let isEnded = false;
  let cancel = () => {};
  let underWay = Promise.resolve();

  const pruneOnce = async (): Promise<boolean> => {
    const pruned = await pruneStore(store, limits, nowMs(), { dryRun: false, most: mostAtOnce });
    const { leftovers } = pruned;
    const [removed, kept, keptBytes] = [pruned.removed.length, pruned.kept.length, storedBytes(pruned.kept)];
    const lastAt = new Date(Math.round(nowMs())).toISOString();
    status = { ...asked, removed: status.removed + removed, lastAt, kept, keptBytes };
    if (removed > 0 || leftovers) log.info(`${place}: ${prunedText({ removed, kept, keptBytes, leftovers })}`);
    return removed < mostAtOnce;
  };
  const round = async () => {
    let isDone = true;
    try {
      isDone = await pruneOnce();
    } catch (error) {
      const failed = messageOf(error);
      if (failed !== status.failed) log.warn(`${place} could not be held to ${limitsText(limits)}: ${failed}`);
      status = { ...status, failed };
    }
    if (!isEnded) cancel = after(isDone ? prunePauseMs(limits) : 0, begin);
  };
  function begin(): void {
    underWay = round();
  }
  log.info(`${place} is held to ${limitsText(limits)}: what is beyond that is removed for good`);
  begin();
  return {
    status: () => status,
    end: async () => {
      isEnded = true;
      cancel();
      await underWay;
    },
  };
}
