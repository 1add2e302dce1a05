/** The diagnosis of a run: at which rate it broke, what gave way first, what to try; or that it cannot be told. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { RunEvidence } from '../findings/rule.ts';
import { breakOf } from '../run/break-step.ts';
import { capacityOf } from './capacity-sentence.ts';
import { namesCause } from './order.ts';

/** From findings in order of cause, see `byCause`. */
export function diagnose({ steps, series }: RunEvidence, ordered: readonly Finding[]): Diagnosis {
  const broken = breakOf(steps, series);
  const capacity = capacityOf(broken);
  const cause = ordered.find(namesCause);
  const about = { capacity, chain: chainOf(cause, ordered, capacity), movers: [] };
  if (cause) return { outcome: 'cause', sentence: cause.title, advice: cause.advice, cause: cause.id, ...about };
  if (broken.breaks) return { outcome: 'cannot-tell', ...unexplained, ...about };
  return {
    outcome: 'healthy',
    sentence: 'Nothing gave way',
    advice: 'Send more to find the rate at which it breaks',
    ...about,
  };
}

const unexplained = {
  sentence: 'Nothing that was looked at tells why',
  advice:
    'Look at more: goroutine profiles and metrics say where requests wait, profiles what they do; see what could not be looked at',
};

function chainOf(
  cause: Finding | undefined,
  ordered: readonly Finding[],
  { breaksStep, sentence }: Diagnosis['capacity'],
): Diagnosis['chain'] {
  const followed = ordered.filter(({ id }) => cause?.explains?.includes(id));
  const links = [...(cause ? [cause] : []), ...followed].map(({ id, title }) => ({ text: title, finding: id }));
  return breaksStep === undefined ? links : [...links, { text: sentence }];
}
