/** The generator's own series: what it did each second, and the latency of the arrivals that were due in it. */

import type { Histogram } from 'hdr-histogram-js';
import { groupBy } from '../../model/group-by.ts';
import { addHistogram, newHistogram } from '../../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { Reading } from '../../model/sample.ts';

/** The target name that carries the load engine's series. */
export const generatorTarget = 'generator';

const tenthUs = 100_000;
const clocks = ['response', 'service', 'lag'] as const;

/** One of each clock for all seconds: most of the time that a histogram takes is the making of it. */
type Merged = Readonly<Record<(typeof clocks)[number], Histogram>>;

/** Readings of `load.*` series; they stand at the middle of the time they tell of, so that a step shows its own. */
export function generatorReadings(windows: readonly LoadWindow[], ticks: readonly LoadTick[]): Reading[] {
  const merged: Merged = { response: newHistogram(), service: newHistogram(), lag: newHistogram() };
  const seconds = groupBy(windows, (window) => Math.floor(window.dueUs / 1e6));
  return [
    ...ticks.map(tickReading),
    ...[...seconds.values()].flatMap((own) => [latencyReading(own, merged), ...peakReadings(own)]),
  ];
}

function reading(atUs: number, values: Record<string, number>): Reading {
  return { kind: 'reading', atUs, target: generatorTarget, source: 'load', values };
}

function tickReading(tick: LoadTick): Reading {
  const perSecond = (count: number) => Math.round((count * 1e7) / tick.lengthUs) / 10;
  return reading(tick.atUs - tick.lengthUs / 2, {
    'load.planned_rps': perSecond(tick.due),
    'load.sent_rps': perSecond(tick.sent),
    'load.completed_rps': perSecond(tick.completed),
    'load.in_flight': tick.inFlight,
    'load.waiting': tick.waiting,
    'load.connections': tick.connections,
    'load.opened_rps': perSecond(tick.opened),
    'load.cpu_percent': Math.round(tick.cpuPercent * 10) / 10,
    ...(tick.cpuWaitUs === undefined
      ? {}
      : { 'load.cpu_wait_percent': Math.round((tick.cpuWaitUs * 1000) / tick.lengthUs) / 10 }),
    'load.loop_percent': Math.round(tick.loopUtilisation * 1000) / 10,
    ...(tick.loopDelayP99Us === undefined ? {} : { 'load.loop_delay_p99_us': tick.loopDelayP99Us }),
    ...(tick.loopDelayMaxUs === undefined ? {} : { 'load.loop_delay_max_us': tick.loopDelayMaxUs }),
    ...(tick.gcPauseMs === undefined ? {} : { 'load.gc_pause_ms': tick.gcPauseMs }),
  });
}

function latencyReading(windows: readonly LoadWindow[], merged: Merged): Reading {
  for (const clock of clocks) {
    merged[clock].reset();
    for (const window of windows) addHistogram(merged[clock], window[clock]);
  }
  const { response, service, lag } = merged;
  const dueUs = Math.min(...windows.map((window) => window.dueUs));
  const failures = windows.reduce((sum, window) => sum + window.failed + window.timedOut + window.dropped, 0);
  const values: Record<string, number> = { 'load.failed_rps': failures };
  if (response.totalCount > 0) {
    values['load.response_p50_us'] = response.getValueAtPercentile(50);
    values['load.response_p90_us'] = response.getValueAtPercentile(90);
    values['load.response_p99_us'] = response.getValueAtPercentile(99);
    values['load.response_max_us'] = response.maxValue;
  }
  if (service.totalCount > 0) {
    values['load.service_p50_us'] = service.getValueAtPercentile(50);
    values['load.service_p99_us'] = service.getValueAtPercentile(99);
  }
  if (lag.totalCount > 0) values['load.lag_p99_us'] = lag.getValueAtPercentile(99);
  return reading(dueUs + 500_000, values);
}

/** The greatest response of each tenth of a second; of windows of one second, whatever step or worker they are of. */
function peakReadings(windows: readonly LoadWindow[]): Reading[] {
  const peaks = new Map<number, number>();
  for (const { dueUs, responsePeaksUs = [] } of windows) {
    for (const [tenth, us] of responsePeaksUs.entries()) {
      if (us === null) continue;
      const middleUs = dueUs + (tenth + 0.5) * tenthUs;
      peaks.set(middleUs, Math.max(peaks.get(middleUs) ?? 0, us));
    }
  }
  return [...peaks].map(([middleUs, us]) => reading(middleUs, { 'load.response_peak_us': us }));
}
