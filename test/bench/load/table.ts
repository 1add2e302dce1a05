/** Runs to medians, ratios to ours, and a Markdown table. */
import { oursName } from './generators.ts';
import type { Measured } from './run-case.ts';
import { median } from './statistics.ts';

/** One run with its place in the order. */
export interface Run extends Measured {
  readonly round: number;
  readonly task: string;
  readonly generator: string;
}

type Medians = Readonly<Record<Figure, number | undefined>>;

/** The medians of one generator in one case, each as a ratio to ours, and its failures. */
export interface Row {
  readonly task: string;
  readonly generator: string;
  readonly runs: number;
  readonly failures: readonly string[];
  /** Of how many runs that say how much of p99 may be their own the truth lies within. */
  readonly covered: readonly [covered: number, of: number];
  readonly medians: Medians;
  readonly toOurs: Medians;
}

type Figure = keyof typeof figures;

const figures = {
  rps: (run: Run) => run.rps,
  dispersion: (run: Run) => run.dispersion,
  ownP50Us: (run: Run) => run.own?.p50Us,
  ownP99Us: (run: Run) => run.own?.p99Us,
  ownP999Us: (run: Run) => run.own?.p999Us,
  truthP50Us: (run: Run) => run.truth?.p50Us,
  truthP99Us: (run: Run) => run.truth?.p99Us,
  truthP999Us: (run: Run) => run.truth?.p999Us,
  errorP99Us: (run: Run) => run.own && run.truth && run.own.p99Us - run.truth.p99Us,
  boundP99Us: (run: Run) => run.boundP99Us,
  lagP50Us: (run: Run) => run.lag?.p50Us,
  lagP99Us: (run: Run) => run.lag?.p99Us,
  cpuUsPerRequest: (run: Run) => run.cpuUsPerRequest,
  peakBytes: (run: Run) => run.peakBytes,
};

/** Rows in the order in which cases and generators first ran. */
export function rowsOf(runs: readonly Run[]): readonly Row[] {
  const rows: Row[] = [];
  for (const task of new Set(runs.map((run) => run.task))) {
    const ofTask = runs.filter((run) => run.task === task);
    const ours = mediansOf(ofTask.filter((run) => run.generator === oursName));
    for (const generator of new Set(ofTask.map((run) => run.generator))) {
      const own = ofTask.filter((run) => run.generator === generator);
      const medians = mediansOf(own);
      const failures = own.flatMap((run) => run.failure ?? []);
      const toOurs = eachFigure((figure) => ratio(medians[figure], ours[figure]));
      rows.push({ task, generator, runs: own.length, failures, covered: coveredOf(own), medians, toOurs });
    }
  }
  return rows;
}

function coveredOf(runs: readonly Run[]): Row['covered'] {
  const bounded = runs.flatMap(({ own, truth, boundP99Us }) =>
    own && truth && boundP99Us !== undefined ? [own.p99Us - boundP99Us <= truth.p99Us] : [],
  );
  return [bounded.filter(Boolean).length, bounded.length];
}

function mediansOf(runs: readonly Run[]): Medians {
  return eachFigure((figure) => median(runs.map((run) => figures[figure](run))));
}

function eachFigure(value: (figure: Figure) => number | undefined): Medians {
  return Object.fromEntries((Object.keys(figures) as Figure[]).map((figure) => [figure, value(figure)])) as Medians;
}

function ratio(theirs: number | undefined, ours: number | undefined): number | undefined {
  return theirs === undefined || !ours ? undefined : theirs / ours;
}

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  ['case', (row) => row.task],
  ['generator', withFailures],
  [
    'rate/s',
    ({ medians, toOurs, task }) => withRatio(whole(medians.rps), task === 'closed loop' ? toOurs.rps : undefined),
  ],
  ['dispersion', ({ medians }) => significant(medians.dispersion)],
  ['own p50 / p99 / p99.9 ms', ({ medians: m }) => inMs(m.ownP50Us, m.ownP99Us, m.ownP999Us)],
  ['truth p50 / p99 / p99.9 ms', ({ medians: m }) => inMs(m.truthP50Us, m.truthP99Us, m.truthP999Us)],
  ['error of p99, bound ms', ({ medians: m }) => inMs(m.errorP99Us, m.boundP99Us)],
  ['within bound', ({ covered: [covered, of] }) => (of === 0 ? '-' : `${covered} of ${of}`)],
  ['lag p50 / p99 ms', ({ medians: m }) => inMs(m.lagP50Us, m.lagP99Us)],
  ['CPU us/request', ({ medians, toOurs }) => withRatio(whole(medians.cpuUsPerRequest), toOurs.cpuUsPerRequest)],
  ['peak MiB', ({ medians, toOurs }) => withRatio(whole(scaled(medians.peakBytes, 2 ** -20)), toOurs.peakBytes)],
];

/** The rows as a Markdown table with aligned columns; a generator that always failed says why instead of figures. */
export function markdownTable(rows: readonly Row[]): string {
  const cells = rows.map((row) =>
    row.failures.length < row.runs ? columns.map(([, cell]) => cell(row)) : failed(row),
  );
  const all = [columns.map(([title]) => title), ...cells];
  const widths = columns.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0)));
  const lines = all.map((line) => `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return lines.join('\n');
}

function failed({ task, generator, failures }: Row): string[] {
  return columns.map((_, index) => [task, generator, `failed: ${failures[0]}`][index] ?? '');
}

function withFailures({ generator, runs, failures }: Row): string {
  return failures.length === 0 ? generator : `${generator} (${failures.length} of ${runs} failed)`;
}

function inMs(...us: readonly (number | undefined)[]): string {
  return us.every((value) => value === undefined)
    ? '-'
    : us.map((value) => significant(scaled(value, 1e-3))).join(' / ');
}

function withRatio(text: string, toOurs: number | undefined): string {
  return toOurs === undefined ? text : `${text} (${toOurs.toFixed(2)}x)`;
}

function whole(value: number | undefined): string {
  return value === undefined ? '-' : String(Math.round(value));
}

function significant(value: number | undefined): string {
  if (value === undefined) return '-';
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
