/** Findings about the Go runtime and its container: what grew, filled up or was held back while the load rose. */
import type { Finding, StepResult } from '../model/run-result.ts';
import { formatNumber } from '../model/units.ts';
import type { FindingRule } from './load-findings.ts';

type Stat = 'mean' | 'max' | 'last';

interface Observation {
  readonly step: string;
  readonly target: string;
  readonly value: number;
}

const backlogPerProc = 1;
const gcCpuPercent = 10;
const pileUpFactor = 5;
const pileUpFloor = 100;
const threadFactor = 8;
const lockFloor = 10;

function observe(steps: readonly StepResult[], series: string, stat: Stat): Observation[] {
  return steps.flatMap((step) =>
    Object.entries(step.targets).flatMap(([target, table]) => {
      const value = table[series]?.[stat];
      return value === undefined ? [] : [{ step: step.name, target, value }];
    }),
  );
}

function valueIn(steps: readonly StepResult[], at: Observation, series: string, stat: Stat): number | undefined {
  return steps.find((step) => step.name === at.step)?.targets[at.target]?.[series]?.[stat];
}

function finding(
  id: string,
  severity: Finding['severity'],
  title: string,
  advice: string,
  seen: readonly Observation[],
  words: (at: Observation) => string,
): Finding {
  const worstFirst = [...seen].sort((a, b) => b.value - a.value);
  return {
    id,
    severity,
    title,
    advice,
    evidence: worstFirst.slice(0, 4).map(words),
    steps: [...new Set(seen.map((at) => at.step))],
  };
}

/** Steps in which runnable goroutines queued for a P: the service wants more CPU than GOMAXPROCS gives it. */
export const runQueueBacklog: FindingRule = (steps) => {
  const backlog = observe(steps, 'sched.runqueue', 'mean').map((at) => ({
    ...at,
    value: at.value + (valueIn(steps, at, 'sched.local_runqueue_total', 'mean') ?? 0),
  }));
  const seen = backlog.filter(
    (at) => at.value > backlogPerProc * (valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? 1),
  );
  if (seen.length === 0) return undefined;
  const advice =
    'More Ps (GOMAXPROCS) help only if idle Ps are near 0 and the machine or the container limit has CPU left; else the work per request must shrink.';
  return finding('run-queue-backlog', 'warning', 'Runnable goroutines wait for a P', advice, seen, (at) => {
    const idle = valueIn(steps, at, 'sched.idleprocs', 'mean');
    return `${at.step}, ${at.target}: ${formatNumber(at.value)} runnable on average, ${formatNumber(idle ?? 0)} of ${valueIn(steps, at, 'sched.gomaxprocs', 'last')} Ps idle`;
  });
};

/** The wait reason whose goroutines grew most from the first measured step. */
export const goroutinePileUp: FindingRule = (steps) => {
  const base = steps[0];
  if (!base) return undefined;
  const reasons = new Set(
    steps.flatMap((step) =>
      Object.values(step.targets).flatMap((table) =>
        Object.keys(table).filter((name) => name.startsWith('goroutines.waiting.')),
      ),
    ),
  );
  const seen = [...reasons].flatMap((series) =>
    observe(steps.slice(1), series, 'max')
      .filter(
        (at) =>
          at.value > pileUpFloor && at.value > pileUpFactor * Math.max(1, base.targets[at.target]?.[series]?.max ?? 0),
      )
      .map((at) => ({ ...at, series })),
  );
  const worst = [...seen].sort((a, b) => b.value - a.value)[0];
  if (!worst) return undefined;
  const reason = worst.series.replace('goroutines.waiting.', '');
  const site = steps
    .find((step) => step.name === worst.step)
    ?.goroutines.find((group) => group.target === worst.target && group.reason === reason);
  const where = site ? `, most of them in ${site.site}` : '';
  const advice =
    'Goroutines that wait are requests that wait. The site says for what: an upstream, a lock, a channel, a connection of a pool.';
  const same = seen.filter((at) => at.series === worst.series);
  return finding('goroutine-pile-up', 'warning', `Goroutines pile up in ${reason}${where}`, advice, same, (at) => {
    const before = base.targets[at.target]?.[worst.series]?.max ?? 0;
    return `${at.step}, ${at.target}: ${formatNumber(at.value)} in ${reason}, ${formatNumber(before)} in ${base.name}`;
  });
};

/**
 * Steps in which garbage collection took a large share of the CPU that GOMAXPROCS allows, by the runtime's own estimate
 * (runtime/metrics /cpu/classes/gc/total: it counts wall time of workers, so it is too high where cores are short).
 */
export const gcPressure: FindingRule = (steps) => {
  const seen = observe(steps, 'go.cpu_gc_percent', 'mean').filter((at) => at.value >= gcCpuPercent);
  if (seen.length === 0) return undefined;
  const advice =
    'Allocate less per request, or give the collector room: a higher GOGC, or GOMEMLIMIT with GOGC=off where memory is bounded.';
  return finding('gc-pressure', 'warning', 'Garbage collection takes CPU from requests', advice, seen, (at) => {
    const goal = valueIn(steps, at, 'gc.heap_goal_mib', 'max');
    const cycles = valueIn(steps, at, 'go.gc_cycles_per_second', 'mean');
    const more = [
      cycles === undefined ? '' : `, ${formatNumber(cycles)} cycles per second`,
      goal === undefined ? '' : `, heap goal up to ${formatNumber(goal)} MiB`,
    ];
    return `${at.step}, ${at.target}: ${formatNumber(at.value)} % of the CPU that GOMAXPROCS allows, as the runtime estimates${more.join('')}`;
  });
};

/** Steps in which a service held many more threads than Ps: goroutines block in system calls or cgo. */
export const threadGrowth: FindingRule = (steps) => {
  const seen = observe(steps, 'sched.threads', 'max').filter(
    (at) => at.value > 16 + threadFactor * (valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? 1),
  );
  if (seen.length === 0) return undefined;
  const advice =
    'Each goroutine in a blocking system call or cgo keeps a thread. Bound them with a semaphore, or use calls that the network poller can wait for.';
  return finding(
    'thread-growth',
    'warning',
    'System calls hold many threads',
    advice,
    seen,
    (at) =>
      `${at.step}, ${at.target}: ${formatNumber(at.value)} threads, GOMAXPROCS ${valueIn(steps, at, 'sched.gomaxprocs', 'last')}`,
  );
};

/** Steps in which goroutines queued for a mutex. */
export const lockWaits: FindingRule = (steps) => {
  const reasons = ['sync.Mutex.Lock', 'sync.RWMutex.Lock', 'sync.RWMutex.RLock', 'semacquire'];
  const seen = reasons
    .flatMap((reason) => observe(steps, `goroutines.waiting.${reason}`, 'mean'))
    .filter((at) => at.value >= lockFloor);
  if (seen.length === 0) return undefined;
  const advice =
    'Hold the lock for less, split it, or take the work out of it; the mutex profile (MUTEX_PROFILE_FRACTION) names the holder.';
  return finding(
    'lock-waits',
    'warning',
    'Goroutines wait for a lock',
    advice,
    seen,
    (at) => `${at.step}, ${at.target}: ${formatNumber(at.value)} waiting on average`,
  );
};

/** Steps in which the kernel withheld CPU from a container because of its limit. */
export const throttling: FindingRule = (steps) => {
  const seen = observe(steps, 'container.throttled_ms', 'mean').filter((at) => at.value > 1);
  if (seen.length === 0) return undefined;
  const advice =
    'The container uses up its CPU quota within 100 ms periods and then stands still. Raise the limit, or set GOMAXPROCS to it.';
  return finding(
    'cpu-throttled',
    'critical',
    'The CPU limit stops a container again and again',
    advice,
    seen,
    (at) => `${at.step}, ${at.target}: ${formatNumber(at.value)} ms throttled in each sample`,
  );
};
