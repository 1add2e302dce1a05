/** The finding about a collector that runs for GOMEMLIMIT's sake: the limit, not GOGC, decides how often. */
import { formatNumber } from '../../model/units.ts';
import { gcCpuPercent } from './gc-pressure.ts';
import { observe, valueIn, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

const mib = 1024 ** 2;
/** A goal this far below the one of GOGC is the work of the limit; stacks and globals only raise the latter. */
const wellBelow = 0.9;

/** Steps in which the heap goal stayed below what GOGC alone would make it, and garbage collection took a large share of the CPU. */
export const memoryLimitPressure: FindingRule = {
  id: 'memory-limit',
  role: 'cause',
  explains: ['gc-pressure', 'run-queue-backlog'],
  find({ steps }) {
    const seen = observe(steps, 'go.cpu_gc_percent', 'mean').filter((at) => {
      const [limit, goal, live, gogc] = [
        valueIn(steps, at, 'go.memory_limit_bytes', 'last'),
        valueIn(steps, at, 'go.heap_goal_bytes', 'mean'),
        valueIn(steps, at, 'go.heap_live_bytes', 'mean'),
        valueIn(steps, at, 'go.gogc_percent', 'last'),
      ];
      if (
        at.value < gcCpuPercent ||
        limit === undefined ||
        goal === undefined ||
        live === undefined ||
        gogc === undefined
      )
        return false;
      return gogc < 0 || goal < wellBelow * live * (1 + gogc / 100);
    });
    const advice =
      'GOGC changes nothing here. Raise GOMEMLIMIT if the container has the memory, else keep less alive; a limit this near is paid for in CPU by every request.';
    const about = {
      series: 'go.heap_goal_bytes',
      severity: 'warning',
      title: 'GOMEMLIMIT keeps the garbage collector busy',
      advice,
    } as const;
    return worstOf(seen, about, (at) => {
      const size = (series: string, stat: 'mean' | 'last') =>
        `${formatNumber((valueIn(steps, at, series, stat) ?? 0) / mib)} MiB`;
      const limiter = (valueIn(steps, at, 'go.gc_limiter_last_cycle', 'max') ?? 0) > 0;
      const held = limiter ? '; the runtime had to hold it to half of the CPU' : '';
      return `${at.step}, ${at.target}: ${formatNumber(at.value)} % of the CPU that GOMAXPROCS allows, ${size('go.heap_live_bytes', 'mean')} live, goal ${size('go.heap_goal_bytes', 'mean')}, limit ${size('go.memory_limit_bytes', 'last')}${held}`;
    });
  },
};
