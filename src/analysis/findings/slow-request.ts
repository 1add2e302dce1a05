/** Which of several requests a slow step waited for. */
import type { StepResult } from '../../model/run-result.ts';
import { formatLatencyUs } from '../../model/units.ts';

/** A request that takes less of what is more is none to name alone. */
const leastShare = 0.5;

type RequestResult = NonNullable<StepResult['requests']>[number];

/**
 * A sentence on the request that a step waited for most beyond what it waited in another one, if it is at least half of that: time waited is
 * the number of its responses times their mean, by arrival of the step. Undefined where there is only one request, or no such.
 */
export function slowRequestText(step: StepResult, base: StepResult): string | undefined {
  const { requests = [] } = step;
  if (requests.length < 2) return undefined;
  const grown = requests.map((request) => {
    const before = base.requests?.find(({ name }) => name === request.name);
    return { request, before, us: waited(request, step) - (before ? waited(before, base) : 0) };
  });
  const total = grown.reduce((sum, { us }) => sum + Math.max(0, us), 0);
  const most = grown.reduce((high, each) => (each.us > high.us ? each : high));
  if (most.us <= 0 || most.us < leastShare * total) return undefined;
  const { request, before } = most;
  const was =
    before && before.responseUs.count > 0 ? `, ${formatLatencyUs(before.responseUs.p99)} at ${base.name}` : '';
  return `${step.name}: ${Math.round((100 * most.us) / total)} % of what is waited longer is for ${request.name}, response p99 ${formatLatencyUs(request.responseUs.p99)}${was}`;
}

function waited({ responseUs }: RequestResult, { load }: StepResult): number {
  return load.planned > 0 ? (responseUs.count * responseUs.mean) / load.planned : 0;
}
