/** Which part of a recording a load sends, in words: what is left out of it, and where it ends before the steps do. */
import { basename } from 'node:path';
import { plannedCount } from '../load/schedule/arrivals.ts';
import { type LoadSpec, type LoadStep, recordedOf } from '../model/scenario.ts';
import { formatCount, formatDurationMs } from '../model/units.ts';

/** A recording ends with an arrival, so the time behind it is told only where it is longer than this, and than so many mean gaps. */
const leastIdleMs = 1000;
const leastGaps = 5;

/** The part that is sent, as one sentence; undefined where nothing recorded is sent, or where the file was not read. */
export function recordedPartText(load: LoadSpec): string | undefined {
  const recorded = recordedOf(load);
  if (!recorded?.whole) return undefined;
  const { file, speed, fromMs, whole } = recorded;
  const sent = plannedCount(load.steps);
  const toMs = Math.min(whole.lastsMs, fromMs + lengthMs(load.steps) * speed);
  const isAll = sent === whole.arrivals;
  const part = `${isAll ? 'all' : formatCount(sent)} of ${formatCount(whole.arrivals)} arrivals in ${basename(file)}`;
  const times = isAll
    ? rounded(whole.lastsMs)
    : `${fromMs === 0 ? 'the first' : `${rounded(fromMs)} to`} ${rounded(toMs)} of ${rounded(whole.lastsMs)}`;
  return `${part}, ${times}${speed === 1 ? '' : `, at ${speed} times their speed`}`;
}

/** What is wrong with steps that last longer than the recording: nothing would be sent in their last time. */
export function recordedWarnings(load: LoadSpec): string[] {
  const recorded = recordedOf(load);
  const last = load.steps.at(-1);
  if (!recorded?.whole || !last) return [];
  const { speed, fromMs, whole } = recorded;
  const idleMs = lengthMs(load.steps) - (whole.lastsMs - fromMs) / speed;
  const gapMs = (last.durationMs - idleMs) / Math.max(1, plannedCount([last]));
  if (idleMs <= Math.max(leastIdleMs, leastGaps * gapMs)) return [];
  const name = JSON.stringify(last.name);
  return [
    `load.steps: ${name} lasts ${rounded(idleMs)} longer than the recording does at this speed; nothing is sent in that time, and its rate is an average over it`,
  ];
}

function lengthMs(steps: readonly LoadStep[]): number {
  return steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function rounded(ms: number): string {
  return formatDurationMs(ms < 10_000 ? Math.round(ms / 100) * 100 : Math.round(ms / 1000) * 1000);
}
