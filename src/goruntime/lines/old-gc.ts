/** One line of `GODEBUG=gctrace=1` of Go 1.1 to 1.4 to its values (source of the format: runtime/mgc0.c, gc). */
import { headOf } from './cut-head.ts';

/** What such a line says of a collection, all of which stopped the world. */
export interface OldGcLine {
  /** Number of the cycle, from 1. */
  readonly cycle: number;
  readonly procs: number;
  /** Wall time of all phases in milliseconds; up to Go 1.2 whole ones, since Go 1.3 from microseconds. */
  readonly pauseMs: number;
  /** Heap before and after, in whole MiB. */
  readonly heapStartMib: number;
  readonly heapLiveMib: number;
  /** Objects after the collection. */
  readonly objects: number;
  /** Since Go 1.4. */
  readonly goroutines: number | undefined;
}

const n = '\\d{1,15}';
const pieces = [
  'gc',
  n,
  '\\(',
  n,
  '\\): ',
  `${n}(?:\\+\\d{0,15}){0,3}`,
  ' [mu]s, ',
  n,
  ' -> ',
  n,
  ' MB,? ',
  n,
  `(?: -> ${n})?`,
  ' \\(',
  n,
  '-',
  n,
  '\\) objects, ',
  `(?:${n} goroutines, )?`,
  `(?:${n}/${n}/${n} sweeps, )?`,
  n,
  '\\(',
  n,
  '\\) handoff, ',
  n,
  '\\(',
  n,
  '\\) steal, ',
  n,
  '/',
  n,
  '/',
  n,
  ' yields',
];

/** The longest text at `lastIndex` that may be the beginning of such a line which another writer cut. */
export const oldGcHead = headOf(pieces);

const line =
  /gc(\d{1,15})\((\d{1,15})\): (\d{1,15}(?:\+\d{1,15}){2,3}) ([mu])s, (\d{1,15}) -> (\d{1,15}) MB,? (\d{1,15})(?: -> (\d{1,15}))? \(\d{1,15}-\d{1,15}\) objects,(?: (\d{1,15}) goroutines,)?(?: \d{1,15}\/\d{1,15}\/\d{1,15} sweeps,)? \d{1,15}\(\d{1,15}\) handoff, \d{1,15}\(\d{1,15}\) steal, \d{1,15}\/\d{1,15}\/\d{1,15} yields\s*$/y;

/** The line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseOldGcLine(text: string, from = 0): { value: OldGcLine; end: number } | undefined {
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return undefined;
  const [whole, cycle, procs, times = '', unit, heapStart, heapLive, objects, objectsAfter, goroutines] = match;
  const total = times.split('+').reduce((sum, part) => sum + Number(part), 0);
  return {
    end: from + whole.length,
    value: {
      cycle: Number(cycle),
      procs: Number(procs),
      pauseMs: unit === 'u' ? total / 1000 : total,
      heapStartMib: Number(heapStart),
      heapLiveMib: Number(heapLive),
      objects: Number(objectsAfter ?? objects),
      goroutines: goroutines === undefined ? undefined : Number(goroutines),
    },
  };
}
