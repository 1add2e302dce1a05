/** `latency.hlog`: interval histograms that every HdrHistogram log tool reads, tagged `response`, `service` and `lag`. */
import { HistogramLogWriter } from 'hdr-histogram-js';
import { decodeHistogram } from '../model/histogram.ts';
import type { LoadWindow } from '../model/load.ts';

/** The tools show an interval's maximum in milliseconds. */
const usPerMs = 1000;
const clocks = ['response', 'service', 'lag'] as const;

/** The log's text; values in microseconds, times from the run's origin at `originWallMs`. Windows in any order. */
export function histogramLog(windows: readonly LoadWindow[], originWallMs: number): string {
  const lines: string[] = [];
  const writer = new HistogramLogWriter((line) => lines.push(line));
  writer.outputLogFormatVersion();
  writer.outputComment('[Values in microseconds, logged by rampart]');
  writer.outputStartTime(originWallMs);
  writer.outputLegend();
  for (const window of [...windows].sort((a, b) => a.dueUs - b.dueUs)) {
    for (const clock of clocks) {
      const histogram = decodeHistogram(window[clock]);
      if (histogram.totalCount === 0) continue;
      histogram.tag = clock;
      const startSeconds = window.dueUs / 1e6;
      writer.outputIntervalHistogram(histogram, startSeconds, startSeconds + 1, usPerMs);
    }
  }
  return lines.join('');
}
