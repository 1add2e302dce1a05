/** Local run queues gathered look by look into a bounded number of cells, so that hours of them take no more room than minutes. */
import type { LocalQueues } from './local-queues.ts';
import type { Reading } from './sample.ts';

const mostColumns = 240;
const mostRows = 16;
/** A thousandth of a second or so, and widths that double from it are whole seconds from 1 s on. */
const narrowestUs = 1_000_000 / 1024;

interface Column {
  atUs: number;
  lengths: number[];
}

/** Columns by their place on a grid; both grids double, so that what they hold does not depend on the order of the looks. */
interface Strip {
  columnUs: number;
  psPerRow: number;
  procs: number;
  columns: Map<number, Column>;
}

/** The local run queues of a run's targets, of which only what a result shows is kept. */
export class LocalQueueStrips {
  private readonly all = new Map<string, Strip>();

  /** A reading without queues says nothing. */
  add({ target, atUs, localQueues }: Reading): void {
    if (localQueues === undefined) return;
    let strip = this.all.get(target);
    if (!strip) {
      strip = { columnUs: narrowestUs, psPerRow: 1, procs: 0, columns: new Map() };
      this.all.set(target, strip);
    }
    strip.procs = Math.max(strip.procs, localQueues.length);
    while (localQueues.length > mostRows * strip.psPerRow) {
      strip.psPerRow *= 2;
      for (const column of strip.columns.values()) column.lengths = longestOf(column.lengths, 2);
    }
    const lengths = longestOf(localQueues, strip.psPerRow);
    put(strip.columns, Math.floor(atUs / strip.columnUs), { atUs: Math.round(atUs), lengths });
    while (strip.columns.size > mostColumns) {
      const wider = new Map<number, Column>();
      for (const [place, column] of strip.columns) put(wider, Math.floor(place / 2), column);
      strip.columnUs *= 2;
      strip.columns = wider;
    }
  }

  /** By target, those of which a queue was ever seen that was not empty. */
  strips(): LocalQueues[] {
    return [...this.all].flatMap(([target, { columnUs, psPerRow, procs, columns }]) => {
      const inOrder = [...columns.values()].sort((a, b) => a.atUs - b.atUs);
      if (inOrder.every(({ lengths }) => lengths.every((length) => length === 0))) return [];
      return [
        {
          ...{ target, procs, psPerRow },
          ...(columnUs > narrowestUs ? { columnUs } : {}),
          atUs: inOrder.map(({ atUs }) => atUs),
          lengths: inOrder.map(({ lengths }) => lengths),
        },
      ];
    });
  }
}

/** The longest of each so many neighbours. */
function longestOf(lengths: readonly number[], together: number): number[] {
  return Array.from({ length: Math.ceil(lengths.length / together) }, (_, row) =>
    Math.max(...lengths.slice(row * together, (row + 1) * together)),
  );
}

function put(columns: Map<number, Column>, place: number, { atUs, lengths }: Column): void {
  const known = columns.get(place);
  if (!known) {
    columns.set(place, { atUs, lengths });
    return;
  }
  known.atUs = Math.min(known.atUs, atUs);
  const rows = Math.max(known.lengths.length, lengths.length);
  known.lengths = Array.from({ length: rows }, (_, row) => Math.max(known.lengths[row] ?? 0, lengths[row] ?? 0));
}
