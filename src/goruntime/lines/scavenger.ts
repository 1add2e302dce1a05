/**
 * The lines of the scavenger: `scvg` of gctrace up to Go 1.13 (runtime/mheap.go), `scav` of scavtrace since Go 1.14
 * (runtime/mgcscavenge.go).
 */
import { headOf, numbersOf } from './cut-head.ts';

/** What a `scvg` line says: memory given back, totals of the heap in MiB, or that a periodic collection was due. */
export interface ScvgLine {
  readonly what: 'released' | 'totals' | 'gc forced';
  /** Number of the round; Go 1.13 prints none. */
  readonly round: number | undefined;
  /** True for `debug.FreeOSMemory()` of Go 1.13. */
  readonly forced: boolean;
  /** `releasedMib` alone, or all of `inuseMib`, `idleMib`, `sysMib`, `releasedMib` and `consumedMib`. */
  readonly values: Readonly<Record<string, number>>;
}

/** What a `scav` line says; memory in KiB. */
export interface ScavLine {
  /** Go 1.15 to 1.18. */
  readonly generation: number | undefined;
  /** Given back since the last line; since Go 1.21 the sum of background and eager work. */
  readonly releasedKib: number;
  /** Since Go 1.21. */
  readonly backgroundKib: number | undefined;
  readonly eagerKib: number | undefined;
  /** Given back and not taken again, as of now. */
  readonly totalKib: number;
  /** Share of the memory kept that is in use, in percent. */
  readonly utilPercent: number;
  readonly forced: boolean;
  readonly controllerReset: boolean;
}

const n = '\\d{1,15}';
const totals = ['inuse: ', n, ', idle: ', n, ', sys: ', n, ', released: ', n, ', consumed: ', n, ' \\(MB\\)'];

/** The longest text at `lastIndex` that may be the beginning of a `scvg` line which another writer cut. */
export const scvgHead = headOf([
  '(?:forced )?scvg',
  '\\d*',
  ': ',
  `(?:${headOf(totals).source}|GC forced|${n}(?: MB released)?)`,
]);

/** The longest text at `lastIndex` that may be the beginning of a `scav` line which another writer cut. */
export const scavHead = headOf([
  'scav ',
  n,
  `(?: ${n})?`,
  ' KiB work(?: \\(bg\\))?, ',
  n,
  ' KiB (?:total|work \\(eager\\)), ',
  n,
  '(?: KiB now, )?',
  '\\d*',
  '% util',
  '(?: \\(forced\\)| \\[controller reset\\])',
]);

const scvgLine = new RegExp(
  `(forced )?scvg(\\d{0,15}): (?:(${n}) MB released|(GC forced)|inuse: (${n}), idle: (${n}), sys: (${n}), released: (${n}), consumed: (${n}) \\(MB\\))\\s*$`,
  'y',
);
const totalKeys = ['inuseMib', 'idleMib', 'sysMib', 'releasedMib', 'consumedMib'];

/** The `scvg` line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseScvgLine(text: string, from = 0): { value: ScvgLine; end: number } | undefined {
  scvgLine.lastIndex = from;
  const match = scvgLine.exec(text);
  if (!match) return undefined;
  const [whole, forced, round, released, gc, ...numbers] = match;
  const what = gc ? 'gc forced' : released === undefined ? 'totals' : 'released';
  return {
    end: from + whole.length,
    value: {
      what,
      round: round ? Number(round) : undefined,
      forced: forced !== undefined,
      values: what === 'released' ? { releasedMib: Number(released) } : numbersOf(totalKeys, numbers),
    },
  };
}

const scavLine = new RegExp(
  `scav (?:(${n}) )?(${n}) KiB work(?:, (${n}) KiB total| \\(bg\\), (${n}) KiB work \\(eager\\), (${n}) KiB now), (\\d{1,3})% util( \\(forced\\))?( \\[controller reset\\])?\\s*$`,
  'y',
);

/** The `scav` line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseScavLine(text: string, from = 0): { value: ScavLine; end: number } | undefined {
  scavLine.lastIndex = from;
  const match = scavLine.exec(text);
  if (!match) return undefined;
  const [whole, generation, work, total, eager, now, util, forced, reset] = match;
  return {
    end: from + whole.length,
    value: {
      generation: generation === undefined ? undefined : Number(generation),
      releasedKib: Number(work) + Number(eager ?? 0),
      backgroundKib: eager === undefined ? undefined : Number(work),
      eagerKib: eager === undefined ? undefined : Number(eager),
      totalKib: Number(total ?? now),
      utilPercent: Number(util),
      forced: forced !== undefined,
      controllerReset: reset !== undefined,
    },
  };
}
