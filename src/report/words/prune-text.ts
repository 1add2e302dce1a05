/** What a store of profiles is held to, and what went for it, in words. */
import { formatDurationMs, formatSizeBytes } from '../../model/units.ts';
import { counted } from './number-format.ts';

const hourMs = 3_600_000;

/** `an age of 720h and 20 GiB`. */
export function limitsText({
  olderThanMs,
  maxBytes,
}: {
  readonly olderThanMs?: number | undefined;
  readonly maxBytes?: number | undefined;
}): string {
  return [
    ...(olderThanMs === undefined ? [] : [`an age of ${ageText(olderThanMs)}`]),
    ...(maxBytes === undefined ? [] : [formatSizeBytes(maxBytes)]),
  ].join(' and ');
}

/** Whole hours as they are written, `720h`. */
function ageText(ms: number): string {
  return ms > 0 && ms % hourMs === 0 ? `${ms / hourMs}h` : formatDurationMs(ms);
}

/** `2 profiles removed, 40 (1.2 MiB) stay; 1 file of processes that were killed removed`. */
export function prunedText({
  removed,
  kept,
  keptBytes,
  leftovers = 0,
  dryRun = false,
}: {
  readonly removed: number;
  readonly kept: number;
  readonly keptBytes: number;
  readonly leftovers?: number | undefined;
  readonly dryRun?: boolean;
}): string {
  const gone = `${counted(removed, 'profile')} ${dryRun ? 'would go' : 'removed'}`;
  const rest = leftovers > 0 ? `; ${counted(leftovers, 'file')} of processes that were killed removed` : '';
  return `${gone}, ${kept} (${formatSizeBytes(keptBytes)}) stay${rest}`;
}
