/** The finding about Ps that are too few: runnable goroutines queue for one while none is idle. */
import { formatNumber } from '../../model/units.ts';
import { observe, valueIn, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

const backlogPerProc = 1;
/** Where so much of the Ps is idle, goroutines do not queue for want of one. */
const idleShare = 0.25;

/** Steps in which runnable goroutines queued for a P: the service wants more CPU than GOMAXPROCS gives it. */
export const runQueueBacklog: FindingRule = {
  id: 'run-queue-backlog',
  role: 'limit',
  find({ steps }) {
    const backlog = observe(steps, 'sched.runqueue', 'mean').map((at) => ({
      ...at,
      value: at.value + (valueIn(steps, at, 'sched.local_runqueue_total', 'mean') ?? 0),
    }));
    const seen = backlog.filter((at) => {
      const procs = valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? 1;
      return (
        at.value > backlogPerProc * procs && (valueIn(steps, at, 'sched.idleprocs', 'mean') ?? 0) < idleShare * procs
      );
    });
    const about = {
      series: 'sched.runqueue',
      severity: 'warning',
      title: 'Runnable goroutines wait for a P',
      advice:
        'More Ps (GOMAXPROCS) help only if the machine or the container limit has CPU left; else the work per request must shrink.',
    } as const;
    return worstOf(seen, about, (at) => {
      const idle = valueIn(steps, at, 'sched.idleprocs', 'mean');
      return `${at.step}, ${at.target}: ${formatNumber(at.value)} runnable on average, ${formatNumber(idle ?? 0)} of ${valueIn(steps, at, 'sched.gomaxprocs', 'last')} Ps idle`;
    });
  },
};
