/** Services that run the same program, which a compose file may name one by one where others have replicas. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { largestShare } from '../run/replicas.ts';
import type { WaitSite } from '../waits/wait-sites.ts';
import type { RunEvidence } from './rule.ts';

/** What to add to the evidence and to the advice of a wait. */
interface Spread {
  readonly evidence: string;
  readonly advice: string;
}

/**
 * Of a service that runs the same program as others and gets many times what each of those does; undefined where it does not, or where
 * that is not known. It is no finding of its own: one program may be several services by its arguments.
 */
export function unevenSpread(
  { service, targets }: Pick<WaitSite, 'service' | 'targets'>,
  step: StepResult,
  all: RunEvidence['targets'],
): Spread | undefined {
  const path = all.find((target) => target.service === service)?.go?.path;
  const twins = all.filter((target) => target.service !== service && target.go?.path === path).map(({ id }) => id);
  if (path === undefined || twins.length === 0) return undefined;
  const share = largestShare(step, { service, targets: [...targets, ...twins] });
  if (!share || !targets.includes(share.odd.target)) return undefined;
  const { odd, by } = share;
  if (odd.value < by.leastValue || odd.value < by.leastFactor * odd.others) return undefined;
  const times = formatNumber(odd.value / Math.max(odd.others, 1e-9));
  const fact = `${odd.target} ${by.words[0]} ${times} times ${by.words[1]} ${twins.join(' and ')}, which ${twins.length === 1 ? 'runs' : 'run'} the same program`;
  return {
    evidence: `${step.name}: ${fact} (${path})`,
    advice: `${fact}: if they are to share the load, look first at who chooses among them.`,
  };
}
