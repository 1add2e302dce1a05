/** Every kind of finding: a new one is a file of this shelf and a line here. */

import { acceptQueueFull } from './accept-queue-full.ts';
import { blockingSyscalls } from './blocking-syscalls.ts';
import { connectionChurn } from './connection-churn.ts';
import { connectionQueue } from './connection-queue.ts';
import { connectionsRefused } from './connections-refused.ts';
import { throttling } from './cpu-throttled.ts';
import { diskWaits } from './disk-waits.ts';
import { failures } from './failures.ts';
import { faultEffect, metastable } from './fault-effect.ts';
import { fdLimit } from './fd-limit.ts';
import { gcForced } from './gc-forced.ts';
import { gcPauses } from './gc-pauses.ts';
import { gcPressure } from './gc-pressure.ts';
import { gcSmallHeap } from './gc-small-heap.ts';
import { generatorLimit } from './generator-limit.ts';
import { gomaxprocsAboveLimit } from './gomaxprocs-above-limit.ts';
import { gomaxprocsBelow } from './gomaxprocs-below.ts';
import { gomaxprocsChanged } from './gomaxprocs-changed.ts';
import { goroutineLeak } from './goroutine-leak.ts';
import { goroutinePileUp } from './goroutine-pile-up.ts';
import { hotFunction } from './hot-function.ts';
import { latencyKnee } from './latency-knee.ts';
import { lockConvoy } from './lock-convoy.ts';
import { machineCpu } from './machine-cpu.ts';
import { memoryFull } from './memory-full.ts';
import { memoryGrowth } from './memory-growth.ts';
import { memoryLimitPressure } from './memory-limit.ts';
import { noisyHost } from './noisy-host.ts';
import { payloadBound } from './payload-bound.ts';
import { periodicStall } from './periodic-stall.ts';
import { poolTooSmall } from './pool-too-small.ts';
import { outOfMemory, processEnded } from './process-ended.ts';
import { rateLimited } from './rate-limited.ts';
import { requestSleeps } from './request-sleeps.ts';
import { resends } from './resends.ts';
import { retryAmplification } from './retry-amplification.ts';
import type { FindingRule } from './rule.ts';
import { runQueueBacklog } from './run-queue-backlog.ts';
import { slowReplica } from './slow-replica.ts';
import { slowUpstream } from './slow-upstream.ts';
import { stallsMeet } from './stalls-meet.ts';
import { tcpRetransmits } from './tcp-retransmits.ts';
import { threadGrowth } from './thread-growth.ts';
import { throughputCeiling } from './throughput-ceiling.ts';
import { timerStorm } from './timer-storm.ts';
import { tracedWait } from './traced-wait.ts';
import { unevenReplicas } from './uneven-replicas.ts';

/** The rules. */
export const findingRules: readonly FindingRule[] = [
  machineCpu,
  noisyHost,
  generatorLimit,
  metastable,
  faultEffect,
  outOfMemory,
  processEnded,
  fdLimit,
  acceptQueueFull,
  tcpRetransmits,
  diskWaits,
  throttling,
  gomaxprocsAboveLimit,
  gomaxprocsBelow,
  gomaxprocsChanged,
  hotFunction,
  timerStorm,
  payloadBound,
  memoryGrowth,
  memoryFull,
  memoryLimitPressure,
  gcForced,
  gcSmallHeap,
  gcPressure,
  gcPauses,
  poolTooSmall,
  lockConvoy,
  blockingSyscalls,
  slowUpstream,
  requestSleeps,
  tracedWait,
  goroutineLeak,
  rateLimited,
  retryAmplification,
  slowReplica,
  unevenReplicas,
  connectionsRefused,
  connectionChurn,
  periodicStall,
  stallsMeet,
  runQueueBacklog,
  threadGrowth,
  goroutinePileUp,
  connectionQueue,
  failures,
  resends,
  throughputCeiling,
  latencyKnee,
];
