/** One line for what a growing log said in a stretch of time. */
import type { InspectInterval } from '../../../model/inspection-changes.ts';
import { formatCount, formatNumber } from '../../../model/units.ts';
import { counted } from '../../words/number-format.ts';
import { plain } from '../text.ts';

/** The line, without its time; `lengthMs` is how long the stretch was. */
export function intervalText(interval: InspectInterval, lengthMs: number): string {
  const { sched, gc, dumps, goroutines, others, began } = interval;
  const parts: string[] = [];
  if (began > 0) parts.push(began === 1 ? 'another process began' : `${formatCount(began)} other processes began`);
  if (sched) {
    const { lines, queuedSum, queuedMax, idleprocsMin, gomaxprocs, threads } = sched;
    parts.push(
      `queued mean ${formatNumber(queuedSum / lines)}, max ${formatCount(queuedMax)}; idle Ps min ${idleprocsMin} of ${gomaxprocs}; ${counted(threads, 'thread')}`,
    );
  }
  if (gc) {
    const { cycles, pauseMaxMs, heapLiveMib, cpuPercent } = gc;
    const rate = formatNumber(cycles / (lengthMs / 1000));
    const cpu = cpuPercent === undefined ? '' : `, ${cpuPercent} % of CPU since start`;
    parts.push(`GC ${rate}/s, pause max ${formatNumber(pauseMaxMs)} ms, ${formatCount(heapLiveMib)} MiB live${cpu}`);
  }
  if (dumps.length === 0 && goroutines > 0) parts.push(`${counted(goroutines, 'more goroutine')} of the dump`);
  if (dumps.length > 0) {
    const why = dumps.filter((cause) => cause !== '').map((cause) => ` (${plain(cause).slice(0, 80)})`);
    parts.push(`dump of ${counted(goroutines, 'goroutine')}${why.join('')}`);
  }
  if (others > 0) parts.push(counted(others, 'other line'));
  return parts.length === 0 ? 'nothing from the runtime' : parts.join(' | ');
}
