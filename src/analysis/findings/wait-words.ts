/** How a wait is told: what for, how long, and what else it might have been. */
import type { StepResult } from '../../model/run-result.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import type { TellingSite } from '../waits/telling.ts';
import { endedRps, underWay, type WaitSite } from '../waits/wait-sites.ts';
import type { RunEvidence } from './rule.ts';

const nearlyAll = 0.9;
const manyMore = 2;
const manyFailed = 0.2;

/** `310 ms`, or that nothing came through. */
export function waitText({ waitUs }: Pick<WaitSite, 'waitUs'>): string {
  return waitUs === undefined ? 'without end' : formatLatencyUs(waitUs);
}

/** A function without the path of its package: `orders.(*Store).Find` of `example.com/shop/orders.(*Store).Find`. */
export function shortName(site: string): string {
  return site.slice(site.lastIndexOf('/', site.includes('[') ? site.indexOf('[') : undefined) + 1);
}

/** Of several replicas at which the same may wait, the one at which nearly all do. */
export function onlyReplica(
  { service, targets, means, mean }: WaitSite,
  all: RunEvidence['targets'],
): string | undefined {
  const [most = ''] = targets;
  const replicas = all.filter((target) => target.service === service).length;
  return replicas > 1 && (means[most] ?? 0) >= nearlyAll * mean ? most : undefined;
}

/** `of api`, or the one replica of it that is meant. */
export function ofService(site: WaitSite, all: RunEvidence['targets']): string {
  const only = onlyReplica(site, all);
  return `of ${only === undefined ? site.service : `${only}, and hardly in its other replicas`}`;
}

/** How many wait where, and by Little's law how long; then who waits for those. */
function waitEvidence({ site, waits, upstream }: TellingSite): string[] {
  const { step, base } = waits;
  const through = site.innermost === site.site ? '' : ` (in ${site.innermost})`;
  const usual = site.usualWaitUs === undefined || !base ? '' : `; ${formatLatencyUs(site.usualWaitUs)} in ${base.name}`;
  return [
    `${step.name}, ${site.targets.join(', ')}: ${formatNumber(site.mean)} goroutines on average wait in ${site.site}${through}, of ${formatNumber(underWay(step))} requests under way`,
    ...(site.waitUs === undefined
      ? []
      : [
          `over ${formatNumber(endedRps(step))} answers per second that is ${waitText(site)} each, ${formatShare(Math.min(1, site.excess / underWay(step)))} of the time a request takes${usual}`,
        ]),
    ...abandoned(site, step),
    ...upstream
      .slice(0, 3)
      .map(
        (place) =>
          `${place.service} waits for it: ${formatNumber(place.mean)} in ${place.innermost}${place.innermost === place.site ? '' : `, called by ${place.site}`}`,
      ),
  ];
}

/** More than are under way while requests fail: those in front stopped waiting, and these did not learn of it. */
function abandoned({ service, request, mean }: WaitSite, step: StepResult): string[] {
  const { planned, failed, timedOut } = step.load;
  if (!request || mean < manyMore * underWay(step) || failed + timedOut < manyFailed * planned) return [];
  return [
    `${service}: most of them wait for nobody, as whoever asked has given up: ${formatShare((failed + timedOut) / planned)} of the requests failed or timed out`,
  ];
}

/** What speaks against the processor and the garbage collector, where they were looked at. */
function ruledOut(step: StepResult, targets: readonly string[]): string[] {
  return targets.slice(0, 2).flatMap((target) => {
    const table = step.targets[target] ?? {};
    const procs = table['sched.gomaxprocs']?.last;
    const idle = table['sched.idleprocs']?.mean;
    const gc = table['go.cpu_gc_percent']?.mean;
    return [
      ...(procs !== undefined && idle !== undefined && idle >= procs / 4
        ? [`the processor: ${formatNumber(idle)} of ${formatNumber(procs)} Ps of ${target} idle on average`]
        : []),
      ...(gc !== undefined && gc < 10
        ? [`the garbage collector: ${formatNumber(gc)} % of the CPU that GOMAXPROCS allows ${target}`]
        : []),
    ];
  });
}

/** What every finding about a wait has in common. */
export function aboutWait(telling: TellingSite) {
  const { site, waits, steps } = telling;
  const against = ruledOut(waits.step, site.targets);
  return {
    evidence: waitEvidence(telling),
    ...(against.length > 0 ? { ruledOut: against } : {}),
    steps: [...steps],
    targets: [...site.targets],
    site: site.site,
    share: Number(site.share.toFixed(3)),
    ...(site.sinceUs === undefined ? {} : { sinceUs: Math.round(site.sinceUs) }),
  };
}

/** Critical where the load was not held and most of the time goes there. */
export function severityOf({ site, waits }: TellingSite): 'critical' | 'warning' | 'note' {
  if (waits.broken) return site.share >= 0.5 ? 'critical' : 'warning';
  return site.share >= 0.5 ? 'warning' : 'note';
}
