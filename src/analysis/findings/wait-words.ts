/** How a wait is told: what for, how long, and what else it might have been. */
import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import { isAbandoned, type TellingSite } from '../waits/telling.ts';
import { endedRps, type StepWaits, underWay, type WaitSite } from '../waits/wait-sites.ts';
import type { RunEvidence } from './rule.ts';

const nearlyAll = 0.9;

/**
 * `310 ms`, of all its requests together where an arrival has several, or that nothing came through; with the step where that is not the
 * one that broke.
 */
export function waitText({ waitUs }: Pick<WaitSite, 'waitUs'>, { step, broken, breaks }: StepWaits): string {
  const at = broken && !breaks ? ` at ${stepText(step)}` : '';
  if (waitUs === undefined) return `without end${at}`;
  return `${formatLatencyUs(waitUs)}${hasSeveral(step) ? ' per arrival' : ''}${at}`;
}

function hasSeveral({ load }: Pick<StepResult, 'load'>): boolean {
  return (load.requests ?? 0) > load.planned;
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
  const all = underWay(step);
  return [
    `${step.name}, ${site.targets.join(', ')}: ${formatNumber(site.mean)} goroutines on average wait in ${site.site}${through}, ${site.mean > all ? 'with' : 'of'} ${formatNumber(all)} requests under way`,
    ...(site.waitUs === undefined ? [] : [`${waitedText(site, step)}${usual}`]),
    ...abandoned(site, step),
    ...upstream
      .slice(0, 3)
      .map(
        (place) =>
          `${place.service} waits for it: ${formatNumber(place.mean)} in ${place.innermost}${place.innermost === place.site ? '' : `, called by ${place.site}`}`,
      ),
  ];
}

/** By Little's law, as long as that is no longer than the answers took. */
function waitedText(site: WaitSite, step: StepResult): string {
  const [ended, one] = hasSeveral(step) ? ['arrivals', 'an arrival'] : ['answers', 'a request'];
  const over = `over ${formatNumber(endedRps(step))} ${ended} per second that is`;
  const share = formatShare(Math.min(1, site.excess / underWay(step)));
  const byCount = (site.mean / endedRps(step)) * 1e6;
  return (site.waitUs ?? 0) < byCount && site.request
    ? `${over} all of the ${formatLatencyUs(site.waitUs ?? 0)} that ${one} takes`
    : `${over} ${formatLatencyUs(site.waitUs ?? 0)} each, ${share} of the time ${one} takes`;
}

function abandoned(site: WaitSite, step: StepResult): string[] {
  const { planned, failed, timedOut } = step.load;
  if (!isAbandoned(site, step)) return [];
  return [
    `${site.service}: most of them wait for nobody, as whoever asked has given up: ${formatShare((failed + timedOut) / planned)} of the requests failed or timed out`,
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
