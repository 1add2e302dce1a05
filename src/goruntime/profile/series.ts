/** The profiles of one instance, one after the other, to one: each column by its own way over time. */
import type { Aggregation, CombinedColumn } from './column-ways.ts';
import { at, createInts, type Ints, lengthen, refill } from './ints.ts';
import type { LocalProfile } from './local-profile.ts';
import { addCells, createFolder, type Merged } from './merged.ts';
import { wholeAverages } from './share-out.ts';
import type { PprofProfile, ProfileLabel } from './types.ts';
import { writeMerged } from './write-merged.ts';

/** What came of a series. */
interface SeriesResult {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly restarted: boolean;
}

/** Takes profiles in the order of time. */
export interface Series {
  add(
    local: LocalProfile,
    header: Pick<PprofProfile, 'timeNanos' | 'durationNanos'>,
    labels: readonly ProfileLabel[],
  ): void;
  /** Of a single look its counters as they are, or without them. */
  result(options: { readonly hasCounters: boolean }): SeriesResult;
}

type Times = Pick<PprofProfile, 'timeNanos' | 'durationNanos'>;

/** A series that has nothing yet; it holds the sum, and the values of the latest profile where a difference needs them. */
export function createSeries(columns: readonly CombinedColumn[]): Series {
  const folder = createFolder();
  const needsLatest = columns.some(({ aggregation }) => aggregation === 'delta' || aggregation === 'last');
  const sums = createInts();
  let latest = createInts();
  let next = createInts();
  let times: { readonly first: Times; latest: Times } | undefined;
  let count = 0;
  let restarted = false;
  const addTo = (into: Ints, values: Ints, ways: readonly Aggregation[]) => addColumns(into, values, columns, ways);
  return {
    add(local, header, labels) {
      if (needsLatest) refill(next, latest.length, 0);
      folder.fold(local, needsLatest ? next : sums, labels);
      count += 1;
      times = { first: times?.first ?? header, latest: header };
      if (!needsLatest) return;
      if (count === 2) subtractColumns(sums, latest, columns);
      lengthen(latest, next.length);
      if (count > 1 && beganAnew(latest, next, columns)) {
        restarted = true;
        addColumns(sums, latest, columns.map(onlyCounters), ['delta']);
      }
      addTo(sums, next, ['sum', 'avg']);
      [latest, next] = [next, latest];
    },
    result({ hasCounters }) {
      const values = createInts();
      lengthen(values, Math.max(sums.length, latest.length));
      addTo(values, sums, count === 1 ? ['sum', 'avg', 'last'] : ['sum', 'avg', 'last', 'delta']);
      // Of a single look there is no difference: it counts as it is, or not at all.
      addTo(values, latest, hasCounters ? ['last', 'delta'] : ['last']);
      for (const [column, { aggregation }] of columns.entries()) {
        if (aggregation === 'avg' && count > 1) averageColumn(values, column, columns.length, count);
      }
      const header = folder.merged.header && times && headerOf(folder.merged.header, columns, { ...times, count });
      return { content: writeMerged(folder.merged, { header, values }), count, restarted };
    },
  };
}

function onlyCounters(column: CombinedColumn): CombinedColumn {
  return column.kind === 'cumulative' ? column : { ...column, aggregation: 'sum' };
}

/** Adds the columns that go one of these ways. */
function addColumns(into: Ints, values: Ints, columns: readonly CombinedColumn[], ways: readonly Aggregation[]): void {
  lengthen(into, values.length);
  for (const [column, { aggregation }] of columns.entries()) {
    if (!ways.includes(aggregation)) continue;
    for (let cell = column * 2; cell < values.length; cell += columns.length * 2) addCells(into, cell, values, cell, 2);
  }
}

/** Takes the columns off that are differences. */
function subtractColumns(from: Ints, values: Ints, columns: readonly CombinedColumn[]): void {
  const negative = createInts();
  lengthen(negative, values.length);
  for (let cell = 0; cell < values.length; cell += 2) {
    const low = -at(values, cell) | 0;
    negative.cells[cell] = low;
    negative.cells[cell + 1] = ~at(values, cell + 1) + (low === 0 ? 1 : 0);
  }
  addColumns(from, negative, columns, ['delta']);
}

/** Counters never fall in one process: a total that falls, or most stacks that do, are those of another. */
function beganAnew(before: Ints, after: Ints, columns: readonly CombinedColumn[]): boolean {
  const counters = columns.flatMap(({ kind, aggregation }, column) =>
    kind === 'cumulative' && aggregation === 'delta' ? [column] : [],
  );
  const totals = counters.map(() => 0);
  let known = 0;
  let fallen = 0;
  for (let from = 0; from < after.length; from += columns.length * 2) {
    let had = false;
    let fell = false;
    for (const [index, column] of counters.entries()) {
      const was = numberAt(before, from + column * 2);
      const change = numberAt(after, from + column * 2) - was;
      totals[index] = (totals[index] ?? 0) + change;
      had ||= was !== 0;
      fell ||= change < 0;
    }
    known += Number(had);
    fallen += Number(fell);
  }
  return totals.some((total) => total < 0) || fallen * 2 > known;
}

function numberAt(values: Ints, cell: number): number {
  return at(values, cell + 1) * 2 ** 32 + (at(values, cell) >>> 0);
}

function averageColumn(values: Ints, column: number, columns: number, count: number): void {
  const cells = Array.from({ length: values.length / 2 / columns }, (_, sample) => (sample * columns + column) * 2);
  const sums = cells.map((cell) => (BigInt(at(values, cell + 1)) << 32n) | BigInt(at(values, cell) >>> 0));
  for (const [sample, average] of wholeAverages(sums, BigInt(count)).entries()) {
    const cell = cells[sample] ?? 0;
    values.cells[cell] = Number(BigInt.asIntN(32, average));
    values.cells[cell + 1] = Number(BigInt.asIntN(32, average >> 32n));
  }
}

/** A difference has the time of its end, as net/http/pprof's own; an average window is as long as the average. */
function headerOf(
  header: NonNullable<Merged['header']>,
  columns: readonly CombinedColumn[],
  { first, latest, count }: { readonly first: Times; readonly latest: Times; readonly count: number },
): NonNullable<Merged['header']> {
  const uses = (wanted: Aggregation) => columns.some(({ aggregation }) => aggregation === wanted);
  if (uses('delta')) {
    const known = latest.timeNanos > 0n && first.timeNanos > 0n;
    const durationNanos = known ? latest.timeNanos - first.timeNanos : 0n;
    return { ...header, timeNanos: latest.timeNanos, durationNanos };
  }
  if (uses('avg')) return { ...header, durationNanos: header.durationNanos / BigInt(count) };
  if (!uses('last')) return header;
  return { ...header, timeNanos: latest.timeNanos, durationNanos: latest.durationNanos };
}
