/** The finding about throughput that stops following the load. */
import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { answeredText } from '../run/answered.ts';
import { fallsBehind } from '../run/break-step.ts';
import { steadyFailures } from '../run/steady-failures.ts';
import type { FindingRule } from './rule.ts';

/** The first step in which fewer answers came per second than arrivals fell due. */
export const throughputCeiling: FindingRule = {
  id: 'throughput-ceiling',
  role: 'symptom',
  find({ steps }) {
    const steady = steadyFailures(steps) !== undefined;
    const behind = steps.filter((step) => fallsBehind(steady ? withFailed(step) : step, steps[0]));
    const first = behind[0];
    if (!first) return [];
    const best = Math.max(...steps.map((step) => step.load.completedRps));
    return [
      {
        severity: 'critical',
        title: `Throughput stops following the load at ${stepText(first)}`,
        evidence: [
          `${first.name}: ${formatNumber(first.load.plannedRps)}/s planned, ${answeredText(first)}`,
          `best step: ${formatNumber(best)}/s answered`,
        ],
        advice:
          'Above this rate requests pile up; latencies there depend on how long the overload lasts. Judge latency on the steps below.',
        steps: behind.map((step) => step.name),
      },
    ];
  },
};

/** What fails at every rate alike was answered, too: it is no ceiling. */
function withFailed(step: StepResult): StepResult {
  const { load, durationUs } = step;
  return { ...step, load: { ...load, completedRps: load.completedRps + (load.failed / durationUs) * 1e6 } };
}
