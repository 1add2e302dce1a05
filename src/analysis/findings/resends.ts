/** The finding about requests that had to be sent twice. */
import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import type { FindingRule } from './rule.ts';

/** So many of a step's requests sent twice are no longer the odd idle connection that was closed at the wrong moment. */
const manyResent = 0.01;

/** Steps in which more than a few requests had to be sent twice: to clients that do not send again they are failures. */
export const resends: FindingRule = {
  id: 'resent',
  role: 'symptom',
  find({ steps }) {
    const often = steps.filter((step) => count(step) > manyResent * requestsOf(step));
    if (often.length === 0) return [];
    const total = often.reduce((sum, step) => sum + count(step), 0);
    const all = often.reduce((sum, step) => sum + requestsOf(step), 0);
    return [
      {
        severity: 'warning',
        title: `${formatCount(total)} of ${formatCount(all)} requests were sent twice: the target had closed their connection, or refused them`,
        evidence: often.slice(0, 4).map((step) => {
          const share = formatNumber((100 * count(step)) / requestsOf(step));
          return `${step.name}: ${formatCount(count(step))} of ${formatCount(requestsOf(step))} sent once more, ${share} %`;
        }),
        advice:
          'A client that does not send again, or sends with POST, sees each of them fail. Let the target say Connection: close before it closes, or keep idle connections longer than its clients do; load.resend: never counts them as failures.',
        steps: often.map((step) => step.name),
      },
    ];
  },
};

function count({ load }: StepResult): number {
  return load.resent ?? 0;
}

/** All of the step, of which an arrival may have several. */
function requestsOf({ load }: StepResult): number {
  return load.requests ?? load.planned;
}
