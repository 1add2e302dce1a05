/** `latency.hlog`: interval histograms that every HdrHistogram log tool reads, tagged `response`, `service` and `lag`. */
import { HistogramLogWriter } from 'hdr-histogram-js';
import { addHistogram, newHistogram } from '../model/histogram.ts';
import type { LoadWindow } from '../model/load.ts';

/** The tools show an interval's maximum in milliseconds. */
const usPerMs = 1000;
const usPerSecond = 1_000_000;
const clocks = ['response', 'service', 'lag'] as const;

/**
 * The log's text, second by second; values in microseconds, times in seconds from the run's origin at `originWallMs`. Windows in any order:
 * those of one second (of two steps, or known only later) are one interval, because the tools take lines of one tag to
 * follow each other without overlap.
 */
export function* histogramLog(windows: readonly LoadWindow[], originWallMs: number): Iterable<string> {
  let lines: string[] = [];
  const writer = new HistogramLogWriter((line) => lines.push(line));
  writer.outputLogFormatVersion();
  writer.outputComment('[Values in microseconds, logged by rampart]');
  writer.outputStartTime(originWallMs);
  // Without it, readers guess from the first timestamp whether times count from the start or from 1970.
  writer.outputComment(`[BaseTime: ${(originWallMs / 1000).toFixed(3)} (seconds since epoch)]`);
  writer.outputLegend();
  const merged = newHistogram();
  for (const [second, ofSecond] of bySecond(windows)) {
    for (const clock of clocks) {
      merged.reset();
      for (const window of ofSecond) addHistogram(merged, window[clock]);
      if (merged.totalCount === 0) continue;
      merged.tag = clock;
      writer.outputIntervalHistogram(merged, second, second + 1, usPerMs);
    }
    yield lines.join('');
    lines = [];
  }
}

/** The windows of each second that has any, in the order of time. */
function bySecond(windows: readonly LoadWindow[]): [number, LoadWindow[]][] {
  const seconds = new Map<number, LoadWindow[]>();
  for (const window of windows) {
    const second = Math.floor(window.dueUs / usPerSecond);
    const same = seconds.get(second);
    if (same) same.push(window);
    else seconds.set(second, [window]);
  }
  return [...seconds].sort(([a], [b]) => a - b);
}
