/** The finding about requests that sleep: a back-off, a poll, a pause in the code. */
import { shortFunction } from '../../model/function-name.ts';
import { type TellingSite, tellingSites } from '../waits/telling.ts';
import type { FindingRule } from './rule.ts';
import { aboutWait, severityOf, waitText } from './wait-words.ts';

const manyFailed = 0.02;

/** Requests that sleep longer than they used to. */
export const requestSleeps: FindingRule = {
  id: 'request-sleeps',
  role: 'cause',
  explains: ['goroutine-pile-up', 'throughput-ceiling', 'latency-knee', 'response-leaves-service'],
  find: ({ waits, scenario }) =>
    tellingSites(waits, scenario, ['sleep']).map((telling) => ({
      ...aboutWait(telling),
      ...(hasFailures(telling) ? { role: 'symptom' as const } : {}),
      severity: severityOf(telling),
      title: `Requests sleep ${waitText(telling.site, telling.waits)}, in ${shortFunction(telling.site.site)} of ${telling.site.service}`,
      advice:
        'Look at why it sleeps: a back-off between attempts grows with the failures of what it calls; a loop that polls is late by half of its pause. Wait for the event itself, or give up earlier.',
      charts: telling.site.targets.slice(0, 4).map((target) => ({ target, series: 'goroutines.waiting.sleep' })),
    })),
};

/** Requests that sleep where many fail sleep between attempts. */
function hasFailures({ waits: { step } }: TellingSite): boolean {
  const { failed, timedOut, planned } = step.load;
  return failed + timedOut > manyFailed * planned;
}
