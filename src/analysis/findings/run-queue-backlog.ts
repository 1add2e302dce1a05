/** The finding about Ps that are too few: all are busy, and runnable goroutines queue for one. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { waitsForCpu } from './cpu-wait.ts';
import { harmedSteps, severityWhere, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';
import { procsOf, type Table, usedCores } from './vitals.ts';

const backlogPerProc = 1;
/** Where so much of the Ps is idle, goroutines do not queue for want of one. */
const idleShare = 0.25;
/** A process that uses so much of the cores its Ps could use has them all busy. */
const busyShare = 0.9;
/** So many of the goroutines that became runnable waited longer than 10 ms for a P. */
const lateShare = 10;

/** Steps in which runnable goroutines queued for a P: the service wants more CPU than it gets. */
export const runQueueBacklog: FindingRule = {
  id: 'run-queue-backlog',
  role: 'limit',
  explains: ['goroutine-pile-up', ...whatUsersSee],
  find(run) {
    const places = placesOf(run, ({ table }) => (fullProcs(table) === undefined ? undefined : (queueOf(table) ?? 0)));
    const worst = places[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const who = nameOf(
      run,
      places.map(({ target }) => target),
    );
    const procs = procsOf(worst.table) ?? 1;
    return [
      foundAt(
        run,
        places,
        ['sched.runqueue', 'sched.local_runqueue_total', 'goroutines.runnable', 'go.sched_latency_over_10ms_percent'],
        ({ table }) => fullProcs(table) ?? '',
        {
          severity: severityWhere(
            (step) => harmed.has(step.name) && waitsForCpu(step, run.waits),
            places.map(({ step }) => step),
          ),
          title: `Goroutines of ${who} wait for ${procs === 1 ? 'its only P' : `one of its ${formatNumber(procs)} Ps`} at ${stepText(worst.step)}`,
          advice:
            'More Ps (GOMAXPROCS) help only if the machine or the container limit has CPU left; else the work per request must shrink.',
          ...shareOf(worst),
        },
      ),
    ];
  },
};

/** What tells that all Ps of a service were busy and goroutines queued for them; undefined where nothing does. */
export function fullProcs(table: Table): string | undefined {
  const procs = procsOf(table);
  if (procs === undefined) return undefined;
  const idle = table['sched.idleprocs']?.mean;
  if (idle !== undefined && idle >= idleShare * procs) return undefined;
  const [queue, used] = [queueOf(table), usedCores(table)];
  const busy = used === undefined ? undefined : used / procs;
  const idleText = idle === undefined ? '' : `, ${formatNumber(idle)} of ${formatNumber(procs)} Ps idle`;
  if (table['sched.runqueue'] !== undefined)
    return queue !== undefined && queue > backlogPerProc * procs
      ? `${formatNumber(queue)} runnable on average${idleText}`
      : undefined;
  // Without the scheduler's own words two others have to agree: goroutines that had to wait, and a CPU that was used up.
  if (busy === undefined || busy < busyShare) return undefined;
  const late = table['go.sched_latency_over_10ms_percent']?.mean ?? 0;
  const cpu = `${formatNumber(used ?? 0)} cores used by ${formatNumber(procs)} Ps`;
  if (late >= lateShare) return `${formatNumber(late)} % of goroutines waited longer than 10 ms for a P, ${cpu}`;
  return queue !== undefined && queue > backlogPerProc * procs
    ? `${formatNumber(queue)} runnable on average, ${cpu}`
    : undefined;
}

/** Runnable goroutines that do not run: by the scheduler's trace, its counters, or what goroutine profiles have beyond the Ps. */
export function queueOf(table: Table): number | undefined {
  const global = table['sched.runqueue']?.mean;
  if (global !== undefined) return global + (table['sched.local_runqueue_total']?.mean ?? 0);
  const counted = table['go.goroutines_runnable']?.mean;
  if (counted !== undefined) return counted;
  const profiled = table['goroutines.runnable']?.mean;
  return profiled === undefined ? undefined : Math.max(0, profiled - (procsOf(table) ?? 0));
}

/** Little's law: goroutines that wait there over answers per second is the time an answer spends there. */
function shareOf({ step, value }: Place) {
  const { completedRps } = step.load;
  if (completedRps <= 0 || step.serviceUs.mean <= 0) return {};
  return { share: Math.min(1, ((value / completedRps) * 1e6) / step.serviceUs.mean) };
}
