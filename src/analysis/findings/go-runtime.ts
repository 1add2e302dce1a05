/** Findings about the Go runtime and its container: what grew, filled up or was held back while the load rose. */
import type { Finding, StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import type { FindingRule } from './rule.ts';

type Stat = 'mean' | 'max' | 'last';

interface Observation {
  readonly step: string;
  readonly target: string;
  readonly value: number;
}

const waitingPrefix = 'goroutines.waiting.';
const backlogPerProc = 1;
/** Garbage collection is worth a word from this share of the CPU on. */
export const gcCpuPercent = 10;
const pileUpFactor = 5;
const pileUpFloor = 100;
const threadFactor = 8;
const lockFloor = 10;

/** A statistic of a series in every step and of every target that has it. */
export function observe(steps: readonly StepResult[], series: string, stat: Stat): Observation[] {
  return steps.flatMap((step) =>
    Object.entries(step.targets).flatMap(([target, table]) => {
      const value = table[series]?.[stat];
      return value === undefined ? [] : [{ step: step.name, target, value }];
    }),
  );
}

/** Another statistic of the same step and target. */
export function valueIn(steps: readonly StepResult[], at: Observation, series: string, stat: Stat): number | undefined {
  return steps.find((step) => step.name === at.step)?.targets[at.target]?.[series]?.[stat];
}

/** A finding with the worst of what was seen as its evidence. */
export function finding(
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

/** The wait reasons whose goroutines grew most from the first measured step, each with the step and the place where it was worst. */
export const goroutinePileUp: FindingRule = (steps) => {
  const [base, ...later] = steps;
  if (!base) return undefined;
  const seen = waitReasons(steps).flatMap((reason) => {
    const grown = observe(later, waitingPrefix + reason, 'max').filter((at) => {
      const before = valueIn([base], { ...at, step: base.name }, waitingPrefix + reason, 'max') ?? 0;
      return at.value > pileUpFloor && at.value > pileUpFactor * Math.max(1, before);
    });
    const worst = grown.sort((a, b) => b.value - a.value)[0];
    return worst ? [{ ...worst, reason, steps: grown.map((at) => at.step) }] : [];
  });
  if (seen.length === 0) return undefined;
  const worstFirst = seen.sort((a, b) => b.value - a.value);
  return {
    id: 'goroutine-pile-up',
    severity: 'warning',
    title: `Goroutines pile up in ${worstFirst
      .slice(0, 3)
      .map((at) => at.reason)
      .join(', ')}`,
    evidence: worstFirst.slice(0, 4).map((at) => {
      const before = valueIn([base], { ...at, step: base.name }, waitingPrefix + at.reason, 'max') ?? 0;
      return `${at.step}, ${at.target}: ${formatNumber(at.value)} in ${at.reason}${siteOf(steps, at)}; ${formatNumber(before)} in ${base.name}`;
    }),
    advice:
      'Goroutines that wait are requests that wait. The place says for what: an upstream, a lock, a channel, a connection of a pool.',
    steps: steps.map((step) => step.name).filter((name) => worstFirst.some((at) => at.steps.includes(name))),
  };
};

function waitReasons(steps: readonly StepResult[]): string[] {
  const names = steps.flatMap((step) => Object.values(step.targets).flatMap((table) => Object.keys(table)));
  return [...new Set(names.filter((name) => name.startsWith(waitingPrefix)))].map((name) =>
    name.slice(waitingPrefix.length),
  );
}

/** Where most of them wait; the idle companion that net/http keeps for each pooled connection says nothing. */
function siteOf(steps: readonly StepResult[], at: Observation & { reason: string }): string {
  const groups = steps.find((step) => step.name === at.step)?.goroutines ?? [];
  const telling = groups.find(
    ({ target, reason, site }) =>
      target === at.target && reason === at.reason && !site.endsWith('(*persistConn).writeLoop'),
  );
  return telling ? `, most in ${telling.site}` : '';
}

/**
 * Steps in which garbage collection took a large share of the CPU that GOMAXPROCS allows, by the runtime's own estimate
 * (runtime/metrics /cpu/classes/gc/total: it counts wall time of workers, so it is too high where cores are short).
 */
export const gcPressure: FindingRule = (steps) => {
  const seen = observe(steps, 'go.cpu_gc_percent', 'mean').filter((at) => at.value >= gcCpuPercent);
  if (seen.length === 0) return undefined;
  const advice =
    'Allocate less per request, or give the collector room: a higher GOGC, or GOMEMLIMIT with GOGC=off where memory is bounded; where GOMEMLIMIT is what bounds it, a higher one.';
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

/** Steps in which goroutines queued for a mutex, by the names that Go has given these waits since 1.20. */
export const lockWaits: FindingRule = (steps) => {
  const reasons = ['sync.Mutex.Lock', 'sync.RWMutex.Lock', 'sync.RWMutex.RLock'];
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
    (at) => `${at.step}, ${at.target}: ${formatNumber(at.value)} ms throttled in each sample${limitWords(steps, at)}`,
  );
};

/** Its limit and how many Ps share it, where both are known. */
function limitWords(steps: readonly StepResult[], at: Observation): string {
  const limit = valueIn(steps, at, 'container.cpu_limit_cores', 'last');
  const procs = valueIn(steps, at, 'sched.gomaxprocs', 'last') ?? valueIn(steps, at, 'go.gomaxprocs', 'last');
  return limit === undefined || procs === undefined
    ? ''
    : `; ${formatNumber(limit)} cores allowed, GOMAXPROCS ${formatNumber(procs)}`;
}
