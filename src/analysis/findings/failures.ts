/** The finding about arrivals that were not answered well. */
import type { StepResult } from '../../model/run-result.ts';
import { formatCount } from '../../model/units.ts';
import type { FindingRule } from './rule.ts';

/** Steps in which arrivals failed, timed out or were dropped, with the kinds. */
export const failures: FindingRule = {
  id: 'failures',
  role: 'symptom',
  find({ steps }) {
    const lost = (step: StepResult) => step.load.failed + step.load.timedOut + step.load.dropped;
    const bad = steps.filter((step) => lost(step) > 0);
    if (bad.length === 0) return [];
    const total = bad.reduce((sum, step) => sum + lost(step), 0);
    const planned = steps.reduce((sum, step) => sum + step.load.planned, 0);
    return [
      {
        severity: total / planned > 0.01 ? 'critical' : 'warning',
        title: `${formatCount(total)} of ${formatCount(planned)} measured arrivals failed, timed out or were dropped`,
        evidence: bad.slice(0, 4).map(describeFailures),
        advice:
          'They stand in the response latencies with the time that had passed; a fast failure makes percentiles look better than they are.',
        steps: bad.map((step) => step.name),
      },
    ];
  },
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
