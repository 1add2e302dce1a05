/** The finding about more Ps than the CPU limit has cores: they use up a period's quota at once, and then stand still together. */
import { formatNumber } from '../../model/units.ts';
import { throttledPlaces, usesLimitUp } from './cpu-throttled.ts';
import { harmedSteps, hasLongTail, severityWhere, whatUsersSee } from './harm.ts';
import { foundAt, nameOf, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';
import { limitCores, procsOf, usedCores } from './vitals.ts';

/**
 * Services whose GOMAXPROCS is above their limit, rounded up. It is the cause where the kernel throttles a container that uses less than
 * its limit on average; where it uses it up, the limit is.
 */
export const gomaxprocsAboveLimit: FindingRule = {
  id: 'gomaxprocs-above-limit',
  role: 'cause',
  explains: ['cpu-throttled', 'run-queue-backlog', 'hot-function', ...whatUsersSee],
  find(run) {
    const above = placesOf(run, ({ table }) => {
      const [procs, limit] = [procsOf(table), limitCores(table)];
      return procs !== undefined && limit !== undefined && procs > Math.ceil(limit) ? procs / limit : undefined;
    });
    const worst = above[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const inBursts = throttledPlaces(run).filter(({ table }) => !usesLimitUp(table));
    const paid = above.filter(
      (at) =>
        inBursts.some(({ step, target }) => step === at.step && target === at.target) &&
        (harmed.has(at.step.name) || hasLongTail(at.step)),
    );
    const [procs = 0, limit = 0] = [procsOf(worst.table), limitCores(worst.table)];
    const names = above.map(({ target }) => target);
    return [
      foundAt(
        run,
        [...paid, ...above.filter((at) => !paid.includes(at))],
        ['container.throttled_percent', 'sched.gomaxprocs', 'go.gomaxprocs'],
        ({ table }) => {
          const [used, throttled] = [usedCores(table), table['container.throttled_percent']?.mean];
          const more = [
            ...(used === undefined ? [] : [`, ${formatNumber(used)} used on average`]),
            ...(throttled === undefined ? [] : [`, throttled in ${formatNumber(throttled)} % of the periods`]),
          ];
          return `GOMAXPROCS ${formatNumber(procsOf(table) ?? 0)}, CPU limit ${formatNumber(limitCores(table) ?? 0)}${more.join('')}`;
        },
        {
          severity: severityWhere(() => paid.length > 0, run.steps),
          title: `${nameOf(run, names)} runs ${formatNumber(procs)} Ps in a CPU limit of ${formatNumber(limit)}`,
          advice: `Set GOMAXPROCS=${Math.ceil(limit)}, or build with Go 1.25 and a go.mod that says so, which takes it from the limit (never below 2).`,
        },
      ),
    ];
  },
};
