/** The finding about Ps that are all busy while the machine, or the quota, has CPU left. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { harmedSteps, severityWhere, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { fullProcs } from './run-queue-backlog.ts';
import { hostTarget, idleCores, limitCores, procsOf, usedCores } from './vitals.ts';

/** So much of a core has to lie idle before one more P has somewhere to run. */
const worthwhile = 0.3;
const usesThem = 0.75;

/** Steps in which every P of a service was busy and cores were idle that it may use. */
export const gomaxprocsBelow: FindingRule = {
  id: 'gomaxprocs-below',
  role: 'cause',
  explains: ['run-queue-backlog', 'goroutine-pile-up', 'hot-function', ...whatUsersSee],
  find(run) {
    const places = placesOf(run, ({ step, table }) =>
      fullProcs(table) === undefined ? undefined : room(run, { step, table }),
    );
    const worst = places[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const procs = procsOf(worst.table) ?? 1;
    const wanted = Math.min(procs + Math.ceil(worst.value), mostCores(run, worst));
    return [
      foundAt(run, places, ['sched.idleprocs', 'container.cpu_percent', 'sched.runqueue'], (at) => words(run, at), {
        severity: severityWhere(
          ({ name }) => harmed.has(name),
          places.map(({ step }) => step),
        ),
        title: `${nameOf(
          run,
          places.map(({ target }) => target),
        )} may use ${formatNumber(procs)} ${procs === 1 ? 'P' : 'Ps'} and has ${procs === 1 ? 'it' : 'all of them'} busy at ${stepText(worst.step)}, while ${formatNumber(worst.value)} cores lie idle`,
        advice: `Raise GOMAXPROCS from ${formatNumber(procs)} to ${formatNumber(wanted)}${envWords(run, worst.target)}.`,
        ruledOut: ruledOut(run, worst),
      }),
    ];
  },
};

/** Idle cores that a service may use and has no Ps for; undefined where there are none. */
function room(run: RunEvidence, { step, table }: Pick<Place, 'step' | 'table'>): number | undefined {
  const [procs, idle, limit] = [procsOf(table), idleCores(run, step), limitCores(table)];
  if (procs === undefined || idle === undefined) return undefined;
  // Ps that are busy without using their cores are stopped by a quota, or wait for a machine that others have.
  if ((usedCores(table) ?? procs) < usesThem * procs) return undefined;
  const allowed = limit === undefined ? mostCores(run, { step }) : Math.min(limit, mostCores(run, { step }));
  const free = Math.min(idle, allowed - procs);
  return free >= worthwhile ? free : undefined;
}

function mostCores({ cores }: RunEvidence, { step }: Pick<Place, 'step'>): number {
  return step.targets[hostTarget]?.['host.cores']?.last ?? cores;
}

function words(run: RunEvidence, { step, table }: Place): string {
  const [used, limit, idle] = [usedCores(table), limitCores(table), idleCores(run, step)];
  const parts = [
    fullProcs(table) ?? '',
    ...(used === undefined ? [] : [`${formatNumber(used)} cores used`]),
    ...(limit === undefined ? [] : [`CPU limit ${formatNumber(limit)}`]),
    `${formatNumber(idle ?? 0)} of ${formatNumber(mostCores(run, { step }))} cores of the machine idle`,
  ];
  return parts.join(', ');
}

function envWords({ targets }: RunEvidence, target: string): string {
  const set = targets.find(({ id }) => id === target)?.go?.environment?.['GOMAXPROCS'];
  return set === undefined ? '' : `: it was started with GOMAXPROCS=${set}`;
}

function ruledOut(run: RunEvidence, { step, table }: Place): string[] {
  const throttled = table['container.throttled_percent']?.mean;
  const idle = idleCores(run, step) ?? 0;
  return [
    `The machine: ${formatNumber(idle)} cores are idle in ${step.name}`,
    ...(throttled === undefined ? [] : [`The CPU limit: throttled in ${formatNumber(throttled)} % of the periods`]),
  ];
}
