/** What changed between inputs of one kind, in the order in which they were given. */
import { totalsOf } from '../../goruntime/profile/delta.ts';
import { columnKinds } from '../../goruntime/profile/kind.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Snapshot } from '../../model/inspected-goroutines.ts';
import type { HistogramInspection, Inspection, LogInspection, ProfileInspection } from '../../model/inspection.ts';
import type { ChangeRow, InspectChanges } from '../../model/inspection-changes.ts';
import { processRows } from './process-changes.ts';

/** Of a log with more dumps, the first one and the last ones are compared. */
const dumpsCompared = 4;

/** An input with its profile, where it is one. */
interface Input {
  readonly inspection: Inspection;
  readonly profile?: PprofProfile;
}

/** The changes between these inputs: for each kind of which there are two or more. */
export function inspectChanges(inputs: readonly Input[]): InspectChanges[] {
  const snapshots = inputs.flatMap(({ inspection }) => snapshotsOf(inspection));
  const logs = inputs.flatMap(({ inspection }) => (inspection.kind === 'log' ? [inspection] : []));
  const histograms = inputs.flatMap(({ inspection }) => (inspection.kind === 'hlog' ? [inspection] : []));
  const profiles = inputs.flatMap(({ inspection, profile }) =>
    profile && inspection.kind === 'profile' && !inspection.snapshot ? [{ inspection, profile }] : [],
  );
  return [
    ...(logs.length > 1 ? [logChanges(logs)] : []),
    ...(snapshots.length > 1 ? [goroutineChanges(snapshots)] : []),
    ...[...groupBy(profiles, ({ inspection }) => inspection.columns.map(({ type, unit }) => `${type}/${unit}`).join())]
      .filter(([, same]) => same.length > 1)
      .map(([, same]) => profileChanges(same)),
    ...(histograms.length > 1 ? histogramChanges(histograms) : []),
  ];
}

interface NamedSnapshot {
  readonly name: string;
  readonly snapshot: Snapshot;
}

function snapshotsOf(inspection: Inspection): NamedSnapshot[] {
  if (inspection.kind === 'hlog' || inspection.kind === 'trace') return [];
  const { file } = inspection;
  if (inspection.kind === 'profile') return inspection.snapshot ? [{ name: file, snapshot: inspection.snapshot }] : [];
  const { dumps } = inspection;
  const compared = dumps.length > dumpsCompared ? [...dumps.slice(0, 1), ...dumps.slice(1 - dumpsCompared)] : dumps;
  return compared.map((snapshot) => ({ name: dumps.length > 1 ? `${file}, ${snapshot.name}` : file, snapshot }));
}

/** By stack, because dumps and profiles have different words for some states. */
function goroutineChanges(all: readonly NamedSnapshot[]): InspectChanges {
  const rows = new Map<string, { readonly name: string; readonly detail: string; readonly values: number[] }>();
  for (const [at, { snapshot }] of all.entries()) {
    for (const { frames, site, reason, count } of snapshot.groups) {
      const key = frames.length > 0 ? stackKey(frames) : `${reason}\n${site}`;
      const row = rows.get(key) ?? { name: site, detail: `(${reason})`, values: all.map(() => 0) };
      rows.set(key, row);
      row.values[at] = (row.values[at] ?? 0) + count;
    }
  }
  const total = { name: 'all goroutines', values: all.map(({ snapshot }) => snapshot.total) };
  return {
    of: 'goroutines by stack',
    inputs: all.map(({ name }) => name),
    unit: 'count',
    note: 'a group that grows from look to look is work that piles up, or a leak',
    rows: [total, ...changed([...rows.values()])],
  };
}

/** Without what the runtime and the compiler add, which some dumps and profiles show and others hide. */
function stackKey(frames: readonly string[]): string {
  return frames.filter((frame) => !/^(?:runtime\.|0x)|\.gowrap\d+$/.test(frame)).join('\n') || frames.join('\n');
}

function changed(rows: readonly ChangeRow[]): ChangeRow[] {
  const by = ({ values }: ChangeRow) => (values.at(-1) ?? 0) - (values[0] ?? 0);
  return rows
    .filter(({ values }) => values.some((value) => value !== values[0]))
    .toSorted((a, b) => Math.abs(by(b)) - Math.abs(by(a)) || by(b) - by(a));
}

/** CPU profiles in time on CPU for each second, where they say how long they are; others as they are. */
function profileChanges(
  all: readonly { readonly inspection: ProfileInspection; readonly profile: PprofProfile }[],
): InspectChanges {
  const [first] = all;
  const column = first?.inspection.column ?? 0;
  const { type = '', unit = '' } = first?.inspection.columns[column] ?? {};
  const perSecond =
    first !== undefined &&
    columnKinds(first.profile)[column] === 'interval' &&
    all.every(({ inspection }) => (inspection.durationMs ?? 0) > 0);
  const cumulative = first !== undefined && columnKinds(first.profile)[column] === 'cumulative';
  const rows = new Map<string, { readonly name: string; readonly values: number[] }>();
  const scaled = (value: number, at: number) =>
    perSecond ? Math.round(value / ((all[at]?.inspection.durationMs ?? 1000) / 1000)) : value;
  for (const [at, { profile }] of all.entries()) {
    for (const { name, flat } of topTable(profile, column).rows) {
      const row = rows.get(name) ?? { name, values: all.map(() => 0) };
      rows.set(name, row);
      row.values[at] = scaled(flat, at);
    }
  }
  const totals = all.map(({ profile }, at) => scaled(Number(totalsOf(profile)[column] ?? 0n), at));
  const notes = [
    `${type} of the functions themselves, without those they call`,
    ...(perSecond ? ['for each second of the profile'] : []),
    ...(cumulative
      ? ['counted since the start of the process: of one process, the change is what it did in between']
      : []),
  ];
  return {
    of: `${first?.inspection.profile ?? ''} profiles by function`,
    inputs: all.map(({ inspection }) => inspection.file),
    unit,
    note: notes.join(', '),
    rows: [{ name: 'all functions', values: totals }, ...changed([...rows.values()])],
  };
}

function logChanges(logs: readonly LogInspection[]): InspectChanges {
  return {
    of: 'logs',
    inputs: logs.map(({ file, processes }) =>
      processes.length > 1 ? `${file}: the longest of its ${processes.length} processes` : file,
    ),
    unit: '',
    note: 'single runs: a small difference may be chance',
    rows: processRows(logs),
  };
}

function histogramChanges(logs: readonly HistogramInspection[]): InspectChanges[] {
  const [first] = logs;
  const units = new Set(logs.map(({ unit }) => unit));
  if (!first || units.size > 1) return [];
  const scale = { ns: 1, us: 1000, ms: 1e6, s: 1e9, bytes: 1, '': 1 }[first.unit];
  const tags = [...new Set(logs.flatMap((log) => log.tags.map(({ tag }) => tag)))];
  const keys = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
  const rows = tags.flatMap((tag) =>
    keys.map((key): ChangeRow => {
      const values = logs.map((log) => log.tags.find((each) => each.tag === tag)?.whole[key]);
      const name = `${tag === '' ? 'untagged' : tag} ${key === 'p999' ? 'p99.9' : key}`;
      return { name, values: values.map((value) => (value === undefined ? null : value * scale)) };
    }),
  );
  return [
    {
      of: 'percentiles of histogram logs',
      inputs: logs.map(({ file }) => file),
      unit: first.unit === '' || first.unit === 'bytes' ? first.unit : 'nanoseconds',
      note: 'of all intervals merged; single runs: a small difference may be chance',
      rows,
    },
  ];
}
