/** The finding about a CPU quota that is used up. */
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { harmedSteps, hasLongTail, severityWhere, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, type Place, placesOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { limitCores, procsOf, type Table, usedCores } from './vitals.ts';

/** Milliseconds in a look below which a quota stopped nobody that could be felt. */
const hardlyMs = 1;
const hardlyPercent = 2;
/** From this share of its limit on, a container wants more than the limit gives, however it spreads its work. */
const usedUp = 0.7;

/** Steps in which the kernel withheld CPU from a container because of its limit. */
export const throttling: FindingRule = {
  id: 'cpu-throttled',
  role: 'limit',
  explains: ['run-queue-backlog', 'goroutine-pile-up', 'hot-function', ...whatUsersSee],
  find(run) {
    const seen = throttledPlaces(run);
    return seen.length === 0 ? [] : [throttlingOf(run, seen)];
  },
};

/** Where the kernel stopped a container, by the milliseconds that it did in each look. */
export function throttledPlaces(run: RunEvidence): readonly Place[] {
  return placesOf(run, ({ table }) => {
    const ms = table['container.throttled_ms']?.mean ?? 0;
    const percent = table['container.throttled_percent']?.mean ?? 100;
    return ms > hardlyMs && percent > hardlyPercent ? ms : undefined;
  });
}

/** Whether a container used its limit up on average, and not only in bursts. */
export function usesLimitUp(table: Table): boolean {
  const limit = limitCores(table);
  const used = usedCores(table);
  return limit !== undefined && used !== undefined && used >= usedUp * limit;
}

function throttlingOf(run: RunEvidence, seen: readonly Place[]): Found {
  const harmed = harmedSteps(run);
  const isPaid = (at: Place) => harmed.has(at.step.name) || hasLongTail(at.step);
  const worst = seen.find(isPaid) ?? seen[0];
  const places = worst ? [worst, ...seen.filter((at) => at !== worst)] : seen;
  const severity = severityWhere(
    (step) => harmed.has(step.name) || hasLongTail(step),
    seen.map(({ step }) => step),
    'critical',
  );
  const who = nameOf(
    run,
    places.map(({ target }) => target),
  );
  return foundAt(
    run,
    places,
    ['container.throttled_percent', 'container.throttled_ms', 'container.cpu_percent'],
    words,
    {
      severity,
      title: worst ? `The CPU limit${limitWords(worst.table)} stops ${who} ${oftenWords(worst)}` : '',
      advice: worst ? adviceFor(worst.table) : '',
      ...(worst ? ruledOut(worst, run) : {}),
      ...shareOf(worst),
    },
  );
}

function limitWords(table: Table): string {
  const limit = limitCores(table);
  return limit === undefined ? '' : ` of ${formatNumber(limit)} ${limit === 1 ? 'core' : 'cores'}`;
}

function oftenWords({ step, table }: Place): string {
  const percent = table['container.throttled_percent']?.mean;
  return percent === undefined
    ? `again and again at ${stepText(step)}`
    : `in ${formatNumber(percent)} % of its 100 ms periods at ${stepText(step)}`;
}

function words({ table, value }: Place): string {
  const percent = table['container.throttled_percent']?.mean;
  const [used, limit, procs] = [usedCores(table), limitCores(table), procsOf(table)];
  const parts = [
    `${formatNumber(value)} ms throttled in each sample`,
    ...(percent === undefined ? [] : [`${formatNumber(percent)} % of the periods in which it ran`]),
    ...(used === undefined || limit === undefined
      ? []
      : [`${formatNumber(used)} of ${formatNumber(limit)} cores used on average`]),
  ];
  const share =
    limit === undefined || procs === undefined
      ? ''
      : `; GOMAXPROCS ${formatNumber(procs)} shares ${formatNumber(limit)} cores`;
  return parts.join(', ') + share;
}

/** A quota that is used up wants to be larger; one that is used in bursts wants fewer Ps. */
function adviceFor(table: Table): string {
  const [limit, procs] = [limitCores(table), procsOf(table)];
  const fewer =
    limit !== undefined && procs !== undefined && procs > Math.ceil(limit)
      ? ` Set GOMAXPROCS=${Math.ceil(limit)}: ${procs} Ps use up the quota of a period in a part of it, and then all stand still at once.`
      : '';
  if (limit === undefined) return 'Raise the CPU limit, or do less work per request.';
  return usesLimitUp(table)
    ? `The quota is used up whatever is done within it: raise the CPU limit to ${formatNumber(Math.max(1, Math.ceil(limit * 2)))} (cpus), or do less work per request.${fewer}`
    : `It uses less than its limit on average but too much at once.${fewer || ` Raise the CPU limit (cpus) above ${formatNumber(limit)}, or spread the work.`}`;
}

/** A request meets a period in which its container stands still as often as there are such periods. */
function shareOf(worst: Place | undefined): Pick<Found, 'share'> {
  const percent = worst?.table['container.throttled_percent']?.mean;
  return percent === undefined ? {} : { share: Math.min(1, percent / 100) };
}

function ruledOut({ step }: Place, { steps }: RunEvidence): Pick<Found, 'ruledOut'> {
  const idle = steps.find((one) => one === step)?.targets['host']?.['host.idle_percent']?.mean;
  return idle === undefined
    ? {}
    : { ruledOut: [`The machine: ${formatNumber(idle)} % of its CPU is idle in ${step.name}`] };
}
