/** Every finding, in the order in which they are told where they are of equal weight: a new one is a file of this shelf and a line here. */
import { gcPressure, goroutinePileUp, lockWaits, runQueueBacklog, threadGrowth, throttling } from './go-runtime.ts';
import { goroutineLeak } from './goroutine-leak.ts';
import { connectionQueue, failures, latencyKnee, resends, throughputCeiling } from './load.ts';
import { memoryLimitPressure } from './memory-limit.ts';
import type { FindingRule } from './rule.ts';

/** The rules; each is silent or gives one finding. */
export const findingRules: readonly FindingRule[] = [
  throughputCeiling,
  latencyKnee,
  connectionQueue,
  failures,
  resends,
  throttling,
  runQueueBacklog,
  goroutinePileUp,
  goroutineLeak,
  gcPressure,
  memoryLimitPressure,
  lockWaits,
  threadGrowth,
];
