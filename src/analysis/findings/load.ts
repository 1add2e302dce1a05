/** Findings about load and latency: where throughput stops following, where response leaves service, what failed. */

import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import type { FindingRule } from './rule.ts';

const keepsUp = 0.97;
const kneeFactor = 3;
const queueFactor = 1.5;

/** The first step in which fewer answers came per second than arrivals fell due. */
export const throughputCeiling: FindingRule = (steps) => {
  const behind = steps.filter((step) => step.load.completedRps < keepsUp * step.load.plannedRps);
  const first = behind[0];
  if (!first) return undefined;
  const best = Math.max(...steps.map((step) => step.load.completedRps));
  return {
    id: 'throughput-ceiling',
    severity: 'critical',
    title: `Throughput stops following the load at step ${first.name}`,
    evidence: [
      `${first.name}: ${formatNumber(first.load.plannedRps)}/s planned, ${formatNumber(first.load.completedRps)}/s answered`,
      `best step: ${formatNumber(best)}/s answered`,
    ],
    advice:
      'Above this rate requests pile up; latencies there depend on how long the overload lasts. Judge latency on the steps below.',
    steps: behind.map((step) => step.name),
  };
};

/** The first step whose response p99 is several times that of the first measured step, whatever of it is the generator's own. */
export const latencyKnee: FindingRule = (steps) => {
  const base = steps[0];
  if (!base || base.responseUs.count === 0) return undefined;
  const beyond = steps.filter((step) => leastP99Us(step) > kneeFactor * base.responseUs.p99);
  const first = beyond[0];
  if (!first) return undefined;
  return {
    id: 'latency-knee',
    severity: 'warning',
    title: `Response p99 leaves its level of ${formatLatencyUs(base.responseUs.p99)} at step ${first.name}`,
    evidence: [
      `${base.name}: response p99 ${formatLatencyUs(base.responseUs.p99)}, service p99 ${formatLatencyUs(base.serviceUs.p99)}`,
      `${first.name}: response p99 ${formatLatencyUs(first.responseUs.p99)}, service p99 ${formatLatencyUs(first.serviceUs.p99)}`,
    ],
    advice:
      'Look at what else changes in this step: run queues, goroutines by wait reason, GC, CPU and throttling share its time axis.',
    steps: beyond.map((step) => step.name),
  };
};

function leastP99Us({ responseUs, ownErrorUs }: StepResult): number {
  return responseUs.p99 - (ownErrorUs?.p99 ?? 0);
}

/** Steps in which arrivals were seen to wait for a connection, and response is well above service. */
export const connectionQueue: FindingRule = (steps) => {
  const queued = steps.filter((step) => {
    const waited = step.targets[generatorTarget]?.['load.waiting']?.max ?? 0;
    return (
      waited > 0 && step.serviceUs.count > 0 && step.responseUs.p99 > queueFactor * step.serviceUs.p99 + step.lagUs.p99
    );
  });
  const first = queued[0];
  if (!first) return undefined;
  return {
    id: 'response-leaves-service',
    severity: 'warning',
    title: `From step ${first.name} on, arrivals wait before their request can be sent`,
    evidence: queued
      .slice(0, 3)
      .map(
        (step) =>
          `${step.name}: response p99 ${formatLatencyUs(step.responseUs.p99)}, service p99 ${formatLatencyUs(step.serviceUs.p99)}`,
      ),
    advice:
      'All connections are busy (load.maxConnections) or new ones are slow to be accepted. Users would wait just so; response is the number to judge.',
    steps: queued.map((step) => step.name),
  };
};

/** Steps in which arrivals failed, timed out or were dropped, with the kinds. */
export const failures: FindingRule = (steps) => {
  const lost = (step: StepResult) => step.load.failed + step.load.timedOut + step.load.dropped;
  const bad = steps.filter((step) => lost(step) > 0);
  if (bad.length === 0) return undefined;
  const total = bad.reduce((sum, step) => sum + lost(step), 0);
  const planned = steps.reduce((sum, step) => sum + step.load.planned, 0);
  return {
    id: 'failures',
    severity: total / planned > 0.01 ? 'critical' : 'warning',
    title: `${formatCount(total)} of ${formatCount(planned)} measured arrivals failed, timed out or were dropped`,
    evidence: bad.slice(0, 4).map(describeFailures),
    advice:
      'They stand in the response latencies with the time that had passed; a fast failure makes percentiles look better than they are.',
    steps: bad.map((step) => step.name),
  };
};

/** So many of a step's requests sent twice are no longer the odd idle connection that was closed at the wrong moment. */
const manyResent = 0.01;

/** Steps in which more than a few requests had to be sent twice: to clients that do not send again they are failures. */
export const resends: FindingRule = (steps) => {
  const often = steps.filter(({ load: { resent = 0, planned } }) => resent > manyResent * planned);
  if (often.length === 0) return undefined;
  const count = (step: StepResult) => step.load.resent ?? 0;
  const total = often.reduce((sum, step) => sum + count(step), 0);
  const planned = often.reduce((sum, step) => sum + step.load.planned, 0);
  return {
    id: 'resent',
    severity: 'warning',
    title: `${formatCount(total)} of ${formatCount(planned)} requests were sent twice: the target had closed their connection, or refused them`,
    evidence: often.slice(0, 4).map((step) => {
      const share = formatNumber((100 * count(step)) / step.load.planned);
      return `${step.name}: ${formatCount(count(step))} of ${formatCount(step.load.planned)} sent once more, ${share} %`;
    }),
    advice:
      'A client that does not send again, or sends with POST, sees each of them fail. Let the target say Connection: close before it closes, or keep idle connections longer than its clients do; load.resend: never counts them as failures.',
    steps: often.map((step) => step.name),
  };
};

function describeFailures(step: StepResult): string {
  const { failed, timedOut, dropped } = step.load;
  const kinds = Object.entries(step.errors)
    .slice(0, 3)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  const parts = [
    `${formatCount(failed)} failed`,
    `${formatCount(timedOut)} timed out`,
    `${formatCount(dropped)} dropped`,
  ];
  return `${step.name}: ${parts.join(', ')}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`;
}
