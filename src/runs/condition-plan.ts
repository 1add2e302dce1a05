/** The conditions and roles of a scenario, as a session looks at them. */
import { Watch } from '../conditions/watch.ts';
import type { Scenario } from '../model/scenario.ts';
import type { ConditionPlan } from '../session/standing.ts';

/** Undefined where it has none. */
export function conditionPlan({ conditions = {}, roles = {}, topology }: Scenario): ConditionPlan | undefined {
  if (Object.keys({ ...conditions, ...roles }).length === 0) return undefined;
  return {
    open: (clock) => new Watch({ conditions, roles }, clock),
    ready: topology.readyWhen ?? [],
    withinMs: topology.readyTimeoutMs,
  };
}
