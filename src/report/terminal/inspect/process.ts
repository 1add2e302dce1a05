/** One process of a log, for a terminal: its curves, its rates, its worst moments. */
import type { GcSummary, InspectedProcess, SchedSummary } from '../../../model/inspected-process.ts';
import { type Axis, curve } from '../../../model/spark.ts';
import { formatCount, formatDurationMs, formatNumber } from '../../../model/units.ts';
import { momentText, placeText, sizeText } from '../../words/inspect-text.ts';
import { counted } from '../../words/number-format.ts';
import { cut, type Paint } from '../text.ts';

const titleWidth = 14;
const widestCurve = 60;

/** The lines of a process. */
export function processLines(process: InspectedProcess, paint: Paint, room: number): string[] {
  const { name, sched, gc, scavenge, pacer, init } = process;
  const axis = { ...spanOf(process), width: Math.min(widestCurve, room - titleWidth - 40) };
  const row = (title: string, series: string | undefined, text: string) => {
    const points = process.series.find((each) => each.name === series)?.points ?? [];
    // A pause is over when it is over; everything else stands until it is said to be different.
    const drawn = points.length > 1 ? `${curve(points, axis, series !== 'gc.pause_ms')}  ` : '';
    return cut(`  ${title.padEnd(titleWidth)} ${drawn}${text}`, room);
  };
  return [
    `${paint('bold', name)}  ${spanText(process)}`,
    ...(sched ? schedRows(sched, row) : []),
    ...(gc ? gcRows(gc, row) : []),
    ...(scavenge
      ? [row('given back', undefined, `${sizeText(scavenge.releasedKib * 1024)} in ${counted(scavenge.lines, 'line')}`)]
      : []),
    ...(pacer ? [row('pacer', undefined, counted(pacer.lines, 'line'))] : []),
    ...(init
      ? [
          row(
            'init',
            undefined,
            `${counted(init.packages, 'package')} in ${formatNumber(init.clockMs)} ms; slowest ${init.slowest.map((slow) => `${slow.package} ${formatNumber(slow.clockMs)} ms`).join(', ')}`,
          ),
        ]
      : []),
    ...worstLines(process, paint, room),
  ];
}

function spanOf({ sched, gc }: InspectedProcess): Omit<Axis, 'width'> {
  const moments = [sched && sched.fromMs / 1000, sched && sched.toMs / 1000, gc?.fromS, gc?.toS];
  const known = moments.filter((atS) => atS !== undefined);
  return { fromS: Math.min(...known), toS: Math.max(...known) };
}

function spanText(process: InspectedProcess): string {
  const { sched, first, last } = process;
  const { fromS, toS } = spanOf(process);
  const span = Number.isFinite(fromS) ? `${momentText(fromS)} to ${momentText(toS)} of its life` : '';
  const every = sched && sched.intervalMs > 0 ? `SCHED every ${formatDurationMs(roundMs(sched.intervalMs))}` : '';
  const times = first.time === undefined ? '' : `${first.time} to ${last.time ?? '?'}`;
  return [span, every, times].filter((text) => text !== '').join(', ');
}

/** Intervals are a few milliseconds longer than asked for. */
function roundMs(ms: number): number {
  return ms >= 500 ? Math.round(ms / 100) * 100 : ms;
}

type Row = (title: string, series: string | undefined, text: string) => string;

function schedRows(sched: SchedSummary, row: Row): string[] {
  const { lines, runqueue, localRunqueues, idleprocs, threads, gomaxprocs, saturatedLines, roundsPerSecond } = sched;
  const rounds = roundsPerSecond === undefined ? '' : `, ${formatNumber(roundsPerSecond)} scheduler rounds/s`;
  return [
    row('run queue', 'sched.runqueue', `mean ${formatNumber(runqueue.mean)}, max ${formatCount(runqueue.max)}`),
    row(
      'local queues',
      'sched.local_runqueue_total',
      `mean ${formatNumber(localRunqueues.mean)}, max ${formatCount(localRunqueues.max)}`,
    ),
    row(
      'idle Ps',
      'sched.idleprocs',
      `mean ${formatNumber(idleprocs.mean)} of ${gomaxprocs.last}, min ${idleprocs.min}`,
    ),
    row('threads', 'sched.threads', `${threads.first} to ${threads.last}, max ${threads.max}`),
    row(
      'waiting for P',
      undefined,
      `in ${formatCount(saturatedLines)} of ${counted(lines, 'line')} goroutines waited and no P was idle${rounds}`,
    ),
  ];
}

function gcRows(gc: GcSummary, row: Row): string[] {
  const { cycles, forced, periodic, perMinute, pauseMs, cpuPercent, heapLiveMib, heapGoalMib, markMs } = gc;
  const extra = [
    ...(forced > 0 ? [`${formatCount(forced)} forced`] : []),
    ...(periodic > 0 ? [`${formatCount(periodic)} periodic`] : []),
  ];
  return [
    row(
      'GC',
      undefined,
      [
        counted(cycles, 'cycle') + (extra.length > 0 ? ` (${extra.join(', ')})` : ''),
        ...(perMinute === undefined ? [] : [`${formatNumber(perMinute)} a minute`]),
        ...(cpuPercent === undefined ? [] : [`${cpuPercent} % of CPU since start`]),
        ...(markMs ? [`mark mean ${formatNumber(markMs.mean)}, max ${formatNumber(markMs.max)} ms`] : []),
      ].join(', '),
    ),
    row(
      'GC pause',
      'gc.pause_ms',
      `p50 ${formatNumber(pauseMs.p50)}, p99 ${formatNumber(pauseMs.p99)}, max ${formatNumber(pauseMs.max)} ms`,
    ),
    row(
      'live heap',
      'gc.heap_live_mib',
      `${heapLiveMib.first} to ${heapLiveMib.last}, max ${heapLiveMib.max} MiB${heapGoalMib === undefined ? '' : `, goal ${heapGoalMib}`}`,
    ),
  ];
}

function worstLines({ sched, gc }: InspectedProcess, paint: Paint, room: number): string[] {
  const queued = (sched?.worst ?? []).slice(0, 3).map((moment) => {
    const { atMs, runqueue, localRunqueues, idleprocs } = moment;
    return `at ${momentText(atMs / 1000)}: ${formatCount(runqueue)} + ${formatCount(localRunqueues)} local goroutines queued, ${counted(idleprocs, 'idle P')}  (${placeText(moment)})`;
  });
  const paused = (gc?.worst ?? []).slice(0, 3).map((moment) => {
    const { atS, cycle, pauseMs, heapLiveMib } = moment;
    const at = atS === undefined ? '' : `at ${momentText(atS)}: `;
    return `${at}${formatNumber(pauseMs)} ms pause of cycle ${formatCount(cycle)}, ${formatCount(heapLiveMib)} MiB live  (${placeText(moment)})`;
  });
  const lines = [...queued, ...paused];
  if (lines.length === 0) return [];
  return [paint('dim', '  worst moments'), ...lines.map((line) => cut(`    ${line}`, room))];
}
