/** The finding about threads: goroutines that block in system calls or cgo keep one each. */
import { formatNumber } from '../../model/units.ts';
import { observe, valueIn, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

const threadFactor = 8;

/** Steps in which a service held many more threads than Ps: goroutines block in system calls or cgo. */
export const threadGrowth: FindingRule = {
  id: 'thread-growth',
  role: 'symptom',
  find({ steps }) {
    const seen = observe(steps, 'sched.threads', 'max').filter(
      (at) => at.value > 16 + threadFactor * (valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? 1),
    );
    const advice =
      'Each goroutine in a blocking system call or cgo keeps a thread. Bound them with a semaphore, or use calls that the network poller can wait for.';
    const about = {
      series: 'sched.threads',
      severity: 'warning',
      title: 'System calls hold many threads',
      advice,
    } as const;
    return worstOf(
      seen,
      about,
      (at) =>
        `${at.step}, ${at.target}: ${formatNumber(at.value)} threads, GOMAXPROCS ${valueIn(steps, at, 'sched.gomaxprocs', 'last')}`,
    );
  },
};
