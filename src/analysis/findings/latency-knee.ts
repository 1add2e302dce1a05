/** The finding about a p99 that leaves its level. */

import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { leavesLevel } from '../run/break-step.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { pointsOf } from '../run/series-lookup.ts';
import type { FindingRule } from './rule.ts';
import { slowRequestText } from './slow-request.ts';

/** The first step whose response p99 is several times that of the first measured step, whatever of it is the generator's own. */
export const latencyKnee: FindingRule = {
  id: 'latency-knee',
  role: 'symptom',
  find({ steps, series }) {
    const p99s = pointsOf(series, generatorTarget, 'load.response_p99_us');
    const base = steps[0];
    if (!base || base.responseUs.count === 0) return [];
    const beyond = steps.filter((step) => leavesLevel(step, base, p99s));
    const first = beyond[0];
    if (!first) return [];
    return [
      {
        severity: 'warning',
        title: `Response p99 leaves its level of ${formatLatencyUs(base.responseUs.p99)} at ${stepText(first)}`,
        evidence: [
          `${base.name}: response p99 ${formatLatencyUs(base.responseUs.p99)}, service p99 ${formatLatencyUs(base.serviceUs.p99)}`,
          `${first.name}: response p99 ${formatLatencyUs(first.responseUs.p99)}, service p99 ${formatLatencyUs(first.serviceUs.p99)}`,
          ...[slowRequestText(first, base) ?? []].flat(),
        ],
        advice:
          'Look at what else changes in this step: run queues, goroutines by wait reason, GC, CPU and throttling share its time axis.',
        steps: beyond.map((step) => step.name),
      },
    ];
  },
};
