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
    const often = steps.filter(({ load: { resent = 0, planned } }) => resent > manyResent * planned);
    if (often.length === 0) return [];
    const count = (step: StepResult) => step.load.resent ?? 0;
    const total = often.reduce((sum, step) => sum + count(step), 0);
    const planned = often.reduce((sum, step) => sum + step.load.planned, 0);
    return [
      {
        severity: 'warning',
        title: `${formatCount(total)} of ${formatCount(planned)} requests were sent twice: the target had closed their connection, or refused them`,
        evidence: often.slice(0, 4).map((step) => {
          const share = formatNumber((100 * count(step)) / step.load.planned);
          return `${step.name}: ${formatCount(count(step))} of ${formatCount(step.load.planned)} sent once more, ${share} %`;
        }),
        advice:
          'A client that does not send again, or sends with POST, sees each of them fail. Let the target say Connection: close before it closes, or keep idle connections longer than its clients do; load.resend: never counts them as failures.',
        steps: often.map((step) => step.name),
      },
    ];
  },
};
