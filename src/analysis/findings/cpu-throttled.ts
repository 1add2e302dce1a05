/** The finding about a CPU quota that is used up. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { type Observation, observe, valueIn, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

/** Steps in which the kernel withheld CPU from a container because of its limit. */
export const throttling: FindingRule = {
  id: 'cpu-throttled',
  role: 'limit',
  explains: ['run-queue-backlog'],
  find({ steps }) {
    const seen = observe(steps, 'container.throttled_ms', 'mean').filter((at) => at.value > 1);
    const advice =
      'The container uses up its CPU quota within 100 ms periods and then stands still. Raise the limit, or set GOMAXPROCS to it.';
    const about = {
      series: 'container.throttled_ms',
      severity: 'critical',
      title: 'The CPU limit stops a container again and again',
      advice,
    } as const;
    return worstOf(
      seen,
      about,
      (at) => `${at.step}, ${at.target}: ${formatNumber(at.value)} ms throttled in each sample${limitWords(steps, at)}`,
    );
  },
};

/** Its limit and how many Ps share it, where both are known. */
function limitWords(steps: readonly StepResult[], at: Observation): string {
  const limit = valueIn(steps, at, 'container.cpu_limit_cores', 'last');
  const procs = valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? valueIn(steps, at, 'go.gomaxprocs', 'last');
  return limit === undefined || procs === undefined
    ? ''
    : `; ${formatNumber(limit)} cores allowed, GOMAXPROCS ${formatNumber(procs)}`;
}
