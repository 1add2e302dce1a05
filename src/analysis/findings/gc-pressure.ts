/** The finding about garbage collection that takes CPU from requests. */
import { formatNumber } from '../../model/units.ts';
import { observe, valueIn, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

/** Garbage collection is worth a word from this share of the CPU on. */
export const gcCpuPercent = 10;

/**
 * Steps in which garbage collection took a large share of the CPU that GOMAXPROCS allows, by the runtime's own estimate
 * (runtime/metrics /cpu/classes/gc/total: it counts wall time of workers, so it is too high where cores are short).
 */
export const gcPressure: FindingRule = {
  id: 'gc-pressure',
  role: 'cause',
  explains: ['run-queue-backlog'],
  find({ steps }) {
    const seen = observe(steps, 'go.cpu_gc_percent', 'mean').filter((at) => at.value >= gcCpuPercent);
    const advice =
      'Allocate less per request, or give the collector room: a higher GOGC, or GOMEMLIMIT with GOGC=off where memory is bounded; where GOMEMLIMIT is what bounds it, a higher one.';
    const about = {
      series: 'go.cpu_gc_percent',
      severity: 'warning',
      title: 'Garbage collection takes CPU from requests',
      advice,
    } as const;
    return worstOf(seen, about, (at) => {
      const goal = valueIn(steps, at, 'gc.heap_goal_mib', 'max');
      const cycles = valueIn(steps, at, 'go.gc_cycles_per_second', 'mean');
      const more = [
        cycles === undefined ? '' : `, ${formatNumber(cycles)} cycles per second`,
        goal === undefined ? '' : `, heap goal up to ${formatNumber(goal)} MiB`,
      ];
      return `${at.step}, ${at.target}: ${formatNumber(at.value)} % of the CPU that GOMAXPROCS allows, as the runtime estimates${more.join('')}`;
    });
  },
};
