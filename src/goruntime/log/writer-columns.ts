/** Which columns of a carrier name the writer of a line: those with which the lines of each writer follow one another best. */
import { type Fit, fitOf, type LineSign } from './line-sign.ts';

/** A line with what its carrier says of it. */
export interface SignedRow {
  readonly source: string;
  readonly columns: readonly (string | undefined)[];
  readonly sign: LineSign;
}

/** A column with more different values than this share of its lines, and than `fewValues`, is a counter or an id of the line. */
const mostValues = 0.25;
const fewValues = 8;
/** Columns tried one by one; more never vary in a prefix, but may in an entry of JSON. */
const maxTried = 24;

/** What tells for a change has to outweigh chance. */
const margin = 1;

/** The columns that name the writer, and how well the lines follow one another by them; those known stay where nothing is better. */
export function writerColumns(rows: readonly SignedRow[], known: ReadonlySet<number> | undefined): Choice {
  const kinds = kindsOf(rows);
  const words = kinds.flatMap((kind, at) => (kind === 'word' ? [at] : []));
  const tried = kinds.flatMap((kind, at) => (kind === 'word' || kind === 'number' ? [at] : [])).slice(0, maxTried);
  const signs = rows.map(({ sign }) => sign);
  const choose = (columns: ReadonlySet<number>): Choice => {
    const keys = rows.map((row) => keyOf(row.source, row.columns, columns));
    return { columns, ...fitOf(signs, keys) };
  };
  const isBetter = (candidate: Choice, best: Choice, at: number) => {
    const gain = candidate.steps - best.steps;
    // A word names a writer unless that breaks what was printed together, a number only where that puts it together.
    if (kinds[at] === 'word') return candidate.columns.has(at) ? gain > 0 : gain > margin;
    return gain > margin + Math.max(0, candidate.writers - best.writers);
  };
  const starts = [known ?? new Set(words), new Set(words), new Set<number>()];
  const best = starts
    .map((columns) => climb(choose(columns), tried, choose, isBetter))
    .reduce((a, b) => (b.steps > a.steps + margin ? b : a));
  // A word that has been the same all the time names a writer as soon as it is another.
  const steady = kinds.flatMap((kind, at) => (kind === 'steady word' ? [at] : []));
  return { ...best, columns: new Set([...best.columns, ...steady]) };
}

/** The same text for lines of the same writer. */
export function keyOf(source: string, columns: SignedRow['columns'], naming: ReadonlySet<number>): string {
  let key = source;
  for (const at of naming) key += `\n${columns[at] ?? ''}`;
  return key;
}

interface Choice extends Fit {
  readonly columns: ReadonlySet<number>;
}

/** Adds and removes one column after another as long as that makes it better. */
function climb(
  from: Choice,
  tried: readonly number[],
  choose: (columns: ReadonlySet<number>) => Choice,
  isBetter: (candidate: Choice, best: Choice, at: number) => boolean,
): Choice {
  let best = from;
  for (let again = true; again; ) {
    again = false;
    for (const at of tried) {
      const columns = new Set(best.columns);
      if (!columns.delete(at)) columns.add(at);
      const candidate = choose(columns);
      if (!isBetter(candidate, best, at)) continue;
      best = candidate;
      again = true;
    }
  }
  return best;
}

type ColumnKind = 'steady word' | 'steady' | 'word' | 'number' | 'id';

function kindsOf(rows: readonly SignedRow[]): ColumnKind[] {
  const width = rows.reduce((most, { columns }) => Math.max(most, columns.length), 0);
  return Array.from({ length: width }, (_, at) => {
    const values = new Set<string>();
    let [words, lines] = [0, 0];
    for (const { columns } of rows) {
      const value = columns[at];
      if (value === undefined) continue;
      lines += 1;
      values.add(value);
      words += Number(/\p{L}/u.test(value));
    }
    if (values.size < 2) return words > 0 ? 'steady word' : 'steady';
    if (values.size > Math.max(fewValues, lines * mostValues)) return 'id';
    return words > lines / 2 ? 'word' : 'number';
  });
}
