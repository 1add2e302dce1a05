/** What a collector has done, as text for a terminal: a row for each type of each target. */
import type { CollectedTarget, CollectStatus, PruneStatus, TriedType } from '../../model/collect-status.ts';
import { formatCount, formatDurationMs } from '../../model/units.ts';
import { alignedRows } from './aligned-rows.ts';
import { sizeText } from './inspect-text.ts';
import { counted, noValue } from './number-format.ts';
import { limitsText } from './prune-text.ts';

const head = ['target', 'type', 'outcome', 'kept', 'last', 'next', 'reached by', 'why'];

/** The table and the sums below it; ends with a newline. */
export function collectTable(status: CollectStatus): string {
  const nowMs = Date.parse(status.at);
  const rows = status.targets.flatMap((target) => target.types.map((type) => rowOf(target, type, nowMs)));
  const table = rows.length === 0 ? [] : [...alignedRows([head, ...rows]), ''];
  const found = status.discoveries.map(({ name, targets, leftOut, stale }) => {
    const others = leftOut > 0 ? `, ${formatCount(leftOut)} left out` : '';
    return `${name}: ${counted(targets, 'target')}${others}${stale === undefined ? '' : `; ${stale}`}`;
  });
  const pruned = status.prune ? [pruneText(status.prune, nowMs)] : [];
  return `${[...table, ...found, ...pruned, sumsOf(status)].join('\n')}\n`;
}

/** `held to an age of 720h: 12 profiles removed, 340 (5.1 MiB) stayed 3m ago`. */
export function pruneText(
  { removed, lastAt, kept = 0, keptBytes = 0, failed, ...limits }: PruneStatus,
  nowMs: number,
): string {
  const done =
    lastAt === undefined
      ? 'not looked through yet'
      : `${counted(removed, 'profile')} removed, ${formatCount(kept)} (${sizeText(keptBytes)}) stayed ${sinceText(lastAt, nowMs)}`;
  return `held to ${limitsText(limits)}: ${done}${failed === undefined ? '' : `; the last try failed: ${failed}`}`;
}

function rowOf({ id, how }: CollectedTarget, type: TriedType, nowMs: number): string[] {
  return [
    id,
    type.type,
    outcomeText(type),
    formatCount(type.kept),
    sinceText(type.lastAt, nowMs),
    untilText(type, nowMs),
    how,
    type.message ?? '',
  ];
}

/** The outcome of the last try, or that there is none yet. */
export function outcomeText({ outcome, underWay }: TriedType): string {
  if (outcome !== undefined) return outcome;
  return underWay ? 'under way' : 'not tried yet';
}

/** How long ago, `12s ago`; a dash for never. */
export function sinceText(at: string | undefined, nowMs: number): string {
  return at === undefined ? noValue : `${spanText(nowMs - Date.parse(at))} ago`;
}

/** When it is due, `in 48s`. */
export function untilText({ nextDueAt, underWay }: TriedType, nowMs: number): string {
  if (underWay) return 'under way';
  if (nextDueAt === undefined) return noValue;
  const leftMs = Date.parse(nextDueAt) - nowMs;
  return leftMs <= 0 ? 'due' : `in ${spanText(leftMs)}`;
}

function spanText(ms: number): string {
  return formatDurationMs(Math.round(Math.max(0, ms) / 1000) * 1000 || 1000).replace(/^1000ms$/, '1s');
}

/** `12 profiles kept (1.2 MiB) in 30s of 2 targets; 3 tries: absent; …`. */
export function sumsOf({ totals, targets, at, startedAt, to }: CollectStatus): string {
  const others = Object.entries(totals.tries)
    .filter(([outcome, count]) => outcome !== 'ok' && count > 0)
    .map(([outcome, count]) => `, ${formatCount(count)} ${outcome}`);
  const span = spanText(Date.parse(at) - Date.parse(startedAt));
  const answering = targets.filter(({ answers }) => answers).length;
  const late = totals.late > 0 ? `; ${counted(totals.late, 'target')} waiting for others to end` : '';
  return `${counted(totals.kept, 'profile')} kept (${sizeText(totals.bytes)}) in ${span}${others.join('')}; ${answering} of ${counted(targets.length, 'target')} answering${late}; kept in ${to}`;
}
