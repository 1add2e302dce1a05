/** What a log says that calls for attention; every rule needs enough lines to say it. */

import { groupBy } from '../../model/group-by.ts';
import type { Judgement, Rejected } from '../../model/inspected-input.ts';
import type { GcSummary, InspectedProcess, SchedSummary } from '../../model/inspected-process.ts';
import { formatCount, formatDurationMs, formatNumber, formatShare } from '../../model/units.ts';

/** Fewer lines than this are an anecdote. */
const leastLines = 10;
const saturatedShare = 0.2;
const heavyGcPercent = 10;
const longPauseMs = 10;
const manyCyclesPerMinute = 600;
const growthFactor = 1.5;
const growthMib = 8;
const manyThreads = 50;
const gapFactor = 2.5;
const spansShown = 5;
const mostAlike = 3;

/** What the processes of a log say together, and what could not be read. */
export function judgeStreams(
  processes: readonly InspectedProcess[],
  startedOn: (source: string) => number,
  rejects: readonly Rejected[],
): Judgement[] {
  const found: Judgement[] = [];
  for (const [source, own] of groupBy(processes, (process) => process.source)) {
    if (own.length < 2) continue;
    const overlaps = own.filter((process, at) => own[at - 1] && (own[at - 1]?.last.byte ?? 0) > process.first.byte);
    const where = source === '' ? 'this log' : source;
    const count = formatCount(startedOn(source));
    const spans =
      own.length > spansShown
        ? [...own.slice(0, spansShown - 1).map(spanText), '…', ...own.slice(-1).map(spanText)]
        : own.map(spanText);
    found.push(
      overlaps.length === 0
        ? {
            severity: 'warning',
            certainty: 'likely',
            title: `${where} holds ${count} processes one after the other: the service was started ${count} times`,
            evidence: spans,
          }
        : {
            severity: 'info',
            certainty: 'likely',
            title: `${where} holds ${count} processes, some of them at the same time: several write to one file`,
            evidence: spans,
          },
    );
  }
  return [...found, ...judgeRejects(rejects)];
}

function judgeRejects(rejects: readonly Rejected[]): Judgement[] {
  const stacks = rejects.find(({ kind }) => kind === 'stack');
  const lines = rejects.filter((reject) => reject !== stacks);
  const count = lines.reduce((sum, reject) => sum + reject.count, 0);
  return [
    ...(stacks
      ? [
          {
            severity: 'warning',
            certainty: 'certain',
            title: `${stacks.count === 1 ? 'a goroutine has' : `${formatCount(stacks.count)} goroutines have`} no stack that could be read, and ${stacks.count === 1 ? 'is' : 'are'} in no group`,
            evidence: [
              `such as: ${stacks.example}`,
              'the lines behind it are not those of a Go stack: they are missing, in another order, or changed by what carried the log',
            ],
          } as const,
        ]
      : []),
    ...(count > 0
      ? [
          {
            severity: 'info',
            certainty: 'certain',
            title: `${formatCount(count)} ${count === 1 ? 'line' : 'lines'} began like the runtime's and could not be read whole`,
            evidence: lines.map((reject) => `${reject.kind} × ${reject.count}, such as: ${reject.example}`),
          } as const,
        ]
      : []),
  ];
}

function spanText({ name, first, last }: InspectedProcess): string {
  const time = first.time === undefined ? '' : `, ${first.time} to ${last.time ?? '?'}`;
  return `${name}: bytes ${formatCount(first.byte)} to ${formatCount(last.byte)}${time}`;
}

/** What the processes say each; where more than a few say the same, the last one speaks for them. */
export function judgeProcesses(processes: readonly InspectedProcess[]): Judgement[] {
  const all = processes.flatMap((process) => {
    const { name, sched, gc } = process;
    const found = [...(sched ? judgeSched(sched) : []), ...(gc ? judgeGc(gc, process) : [])];
    return found.map((judgement) => ({ name, judgement }));
  });
  const same = groupBy(all, ({ judgement }) => judgement.title.replace(/[\d.,]+/g, '#'));
  return [...same.values()].flatMap((alike) => {
    const spoken = alike.length > mostAlike ? alike.slice(-1) : alike;
    const many = alike.length > mostAlike ? `${alike.length} processes, such as ` : '';
    return spoken.map(({ name, judgement }) => ({ ...judgement, title: `${many}${name}: ${judgement.title}` }));
  });
}

function judgeSched(sched: SchedSummary): Judgement[] {
  const { lines, saturatedLines, runqueue, localRunqueues, threads, gomaxprocs, intervalMs, longestGapMs } = sched;
  const found: Judgement[] = [];
  if (lines >= leastLines && saturatedLines / lines >= saturatedShare) {
    found.push({
      severity: 'warning',
      certainty: 'certain',
      title: `goroutines waited for CPU in ${formatShare(saturatedLines / lines)} of ${formatCount(lines)} SCHED lines`,
      evidence: [
        `no idle P, while up to ${formatCount(runqueue.max)} goroutines were in the global run queue and ${formatCount(localRunqueues.max)} in local ones`,
        `GOMAXPROCS ${formatNumber(gomaxprocs.last)}`,
      ],
    });
  }
  if (threads.last - threads.first >= manyThreads && threads.last > 4 * gomaxprocs.max) {
    found.push({
      severity: 'warning',
      certainty: 'possible',
      title: `threads grew from ${threads.first} to ${threads.last}`,
      evidence: ['goroutines block in system calls or in C; threads that are not needed any more are kept'],
    });
  }
  if (gomaxprocs.min !== gomaxprocs.max) {
    found.push({
      severity: 'info',
      certainty: 'certain',
      title: `GOMAXPROCS changed while it ran: ${gomaxprocs.min} to ${gomaxprocs.max}, ${gomaxprocs.last} at the end`,
      evidence: [],
    });
  }
  if (lines >= leastLines && longestGapMs > gapFactor * intervalMs + 1000) {
    found.push({
      severity: 'info',
      certainty: 'possible',
      title: `no SCHED line for ${formatDurationMs(longestGapMs)}, while one is usual every ${formatDurationMs(intervalMs)}`,
      evidence: ['the process was stopped or starved, or lines of the log are lost'],
    });
  }
  return found;
}

function judgeGc(gc: GcSummary, process: InspectedProcess): Judgement[] {
  const { cycles, pauseMs, cpuPercent = 0, perMinute = 0, heapLiveMib, missing, worst } = gc;
  const found: Judgement[] = [];
  if (cycles >= leastLines && cpuPercent >= heavyGcPercent) {
    found.push({
      severity: 'warning',
      certainty: 'certain',
      title: `the collector took ${cpuPercent} % of CPU since the start`,
      evidence: [`${formatNumber(perMinute)} cycles a minute, ${formatNumber(heapLiveMib.last)} MiB live at the end`],
    });
  }
  const [longest] = worst;
  if (longest && pauseMs.max >= longPauseMs) {
    found.push({
      severity: 'warning',
      certainty: 'certain',
      title: `the world was stopped for up to ${formatNumber(pauseMs.max)} ms in one cycle`,
      evidence: [
        `cycle ${longest.cycle}${longest.atS === undefined ? '' : ` at ${formatNumber(longest.atS)} s`}; the median is ${formatNumber(pauseMs.p50)} ms`,
      ],
    });
  }
  if (cycles >= leastLines && perMinute >= manyCyclesPerMinute) {
    found.push({
      severity: 'warning',
      certainty: 'certain',
      title: `${formatNumber(perMinute / 60)} collections a second`,
      evidence: [
        `the live heap is ${formatNumber(heapLiveMib.last)} MiB: a larger GOGC, or a GOMEMLIMIT with more room, makes them rarer`,
      ],
    });
  }
  const growth = heapGrowth(process);
  if (growth && cycles >= leastLines) found.push(growth);
  if (missing > cycles / 10) {
    found.push({
      severity: 'info',
      certainty: 'certain',
      title: `${formatCount(missing)} cycles between the first and the last are not in the log`,
      evidence: ['rates count them; pauses and heap do not'],
    });
  }
  return found;
}

/** Compares what was least live in the first and in the last quarter: a leak raises the floor, load raises the peaks. */
function heapGrowth({ series }: InspectedProcess): Judgement | undefined {
  const points = series.find(({ name }) => name === 'gc.heap_live_mib')?.points ?? [];
  const quarter = points.length >> 2;
  if (quarter < 2) return undefined;
  const least = (part: typeof points) => Math.min(...part.map(([, value]) => value));
  const [before, after] = [least(points.slice(0, quarter)), least(points.slice(-quarter))];
  if (after < before * growthFactor || after - before < growthMib) return undefined;
  return {
    severity: 'warning',
    certainty: 'possible',
    title: `the least of the live heap rose from ${formatNumber(before)} to ${formatNumber(after)} MiB`,
    evidence: ['a leak, or a cache that fills: two heap profiles some time apart tell what grows'],
  };
}
