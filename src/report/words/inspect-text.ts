/** Words for what `inspect` found, the same in every rendering. */
import { shortFunction } from '../../model/function-name.ts';
import type { InspectedGroup } from '../../model/inspected-goroutines.ts';
import type { InspectCounts, Place } from '../../model/inspected-input.ts';
import type { HistogramInspection, Inspection, ProfileInspection } from '../../model/inspection.ts';
import type { ChangeRow, InspectChanges } from '../../model/inspection-changes.ts';
import {
  formatCount,
  formatDurationMs,
  formatLatencyUs,
  formatNumber,
  formatSizeBytes,
  formatTimeUs,
} from '../../model/units.ts';
import { counted, noValue } from './number-format.ts';
import { traceText } from './trace-words.ts';

const countWords: Readonly<Record<keyof InspectCounts, string>> = {
  sched: 'SCHED line',
  gc: 'gc line',
  scavenge: 'scavenger line',
  pacer: 'pacer line',
  init: 'init line',
  goroutines: 'goroutine',
  rejects: 'unreadable line',
};

/** What an input is, in one line: `log, 1.2 MiB: 30 SCHED lines, 12 gc lines, 1 process`. */
export function aboutInput(inspection: Inspection): string {
  return `${kindText(inspection)}, ${sizeText(inspection.bytes)}: ${contentText(inspection)}`;
}

function kindText(inspection: Inspection): string {
  if (inspection.kind === 'profile') return `${inspection.profile} profile`;
  if (inspection.kind === 'hlog') return 'HdrHistogram log';
  if (inspection.kind === 'trace') return 'execution trace';
  return inspection.kind === 'dump' ? 'goroutine dump' : 'log';
}

function contentText(inspection: Inspection): string {
  if (inspection.kind === 'profile') return profileText(inspection);
  if (inspection.kind === 'trace') return traceText(inspection);
  if (inspection.kind === 'hlog') {
    const intervals = inspection.tags.reduce((sum, tag) => sum + tag.intervals, 0);
    return [counted(intervals, 'interval'), counted(inspection.tags.length, 'tag')].join(', ');
  }
  const keys = Object.keys(countWords) as (keyof InspectCounts)[];
  const counts = keys.filter((key) => inspection.counts[key] > 0);
  const processes = inspection.processes.length + inspection.processesLeftOut;
  const dumps = inspection.dumps.length + inspection.dumpsLeftOut;
  return [
    ...counts.map((key) => counted(inspection.counts[key], countWords[key])),
    ...(processes > 0 ? [`${formatCount(processes)} ${processes === 1 ? 'process' : 'processes'}`] : []),
    ...(dumps > 0 ? [counted(dumps, 'dump')] : []),
  ].join(', ');
}

function profileText({ columns, column, durationMs, takenAt, stacks }: ProfileInspection): string {
  const shown = columns[column];
  return [
    ...(shown ? [`${valueText(shown.total, shown.unit)} of ${shown.type}`] : []),
    ...(durationMs === undefined ? [] : [`over ${formatDurationMs(Math.round(durationMs))}`]),
    counted(stacks, 'stack'),
    ...(takenAt === undefined ? [] : [`taken ${takenAt.slice(0, 19).replace('T', ' ')} UTC`]),
  ].join(', ');
}

/** Bytes as people read them; those of a change may be less than none. */
export function sizeText(bytes: number): string {
  return `${bytes < 0 ? '-' : ''}${formatSizeBytes(Math.abs(bytes))}`;
}

/** A value of a profile in its unit. */
export function valueText(value: number, unit: string): string {
  if (unit === 'bytes') return sizeText(value);
  const sign = value < 0 ? '-' : '';
  if (unit === 'nanoseconds') return sign + formatTimeUs(Math.abs(value) / 1000);
  return unit === 'count' || unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

const inUs = { ns: 0.001, us: 1, ms: 1000, s: 1_000_000 } as const;
const unitNames = { ns: 'nanoseconds', us: 'microseconds', ms: 'milliseconds', s: 'seconds', bytes: 'bytes' } as const;

/** A value of a histogram log in its unit; a plain number where the log has none. */
export function latencyOf(value: number, unit: HistogramInspection['unit']): string {
  if (unit === 'bytes') return sizeText(value);
  return unit === '' ? formatNumber(value) : formatLatencyUs(value * inUs[unit]);
}

/** What the values of a histogram log are, and who says so. */
export function unitText({ unit, unitFrom }: Pick<HistogramInspection, 'unit' | 'unitFrom'>): string {
  return unit === '' ? unitFrom : `values in ${unitNames[unit]}: ${unitFrom}`;
}

/** Seconds since the start of a process. */
export function momentText(atS: number): string {
  return `${atS >= 1000 ? formatCount(atS) : atS.toFixed(1)} s`;
}

/** Where something stands: the time of its line, and its byte. */
export function placeText({ byte, time }: Place): string {
  return `${time === undefined ? '' : `${time}, `}byte ${formatCount(byte)}`;
}

/** A value of a comparison; a dash where an input has none. */
export function changeText(value: number | null, { unit }: Pick<InspectChanges, 'unit'>): string {
  return value === null ? noValue : valueText(value, unit);
}

/** The same of a change, with a plus where it grew. */
export function signedChange(value: number, change: Pick<InspectChanges, 'unit'>): string {
  return `${value > 0 ? '+' : ''}${changeText(value, change)}`;
}

/** The last value less the first; what is not there counts as nothing. */
export function changeOf({ values }: ChangeRow): number {
  return (values.at(-1) ?? 0) - (values[0] ?? 0);
}

/** Where a group stands; a goroutine of the runtime itself has no other place than what it runs. */
export function siteText({ site, frames }: Pick<InspectedGroup, 'frames' | 'site'>): string {
  if (site !== 'runtime.goexit') return site;
  return frames.find((frame) => !/^runtime\.gopark/.test(frame)) ?? site;
}

/** A stack on one line, from where it stands outwards. */
export function pathText({ frames, site }: Pick<InspectedGroup, 'frames' | 'site'>, most: number): string {
  const from = Math.max(0, frames.indexOf(site));
  const shown = frames.slice(from).filter((frame) => frame !== 'runtime.goexit' && frame !== 'runtime.main');
  return shown.slice(0, most).map(shortFunction).join(' < ') + (shown.length > most ? ' < …' : '');
}
