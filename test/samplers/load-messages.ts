/** Messages of a load engine, made up. */
import { encodeHistogram, newHistogram } from '../../src/model/histogram.ts';
import type { LoadMessage } from '../../src/model/load.ts';

/** Arrivals of a step that were answered after so long. */
export function answered(step: number, count: number, us: number): LoadMessage {
  const histogram = newHistogram();
  histogram.recordValueWithCount(us, count);
  const empty = encodeHistogram(newHistogram());
  const outcomes = { planned: count, completed: count, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  const response = encodeHistogram(histogram);
  return { kind: 'window', step, dueUs: step * 1e6, response, service: empty, lag: empty, errors: {}, ...outcomes };
}
