/** The places at which requests wait so much longer than usual that it tells why: the deepest ones, each at the step that broke, else at its worst. */

import { groupBy } from '../../model/group-by.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { WaitKind } from './stack-kind.ts';
import { beyondError, isSeen, type StepWaits, underWay, type WaitSite } from './wait-sites.ts';
import { waitingChain } from './waiting-chain.ts';

/** A place that tells, in the step that broke first; where it hardly tells there, in the one where its share is greatest. */
export interface TellingSite {
  /** Its share is what it accounts for: of the waiting in front of its service too. */
  readonly site: WaitSite;
  readonly waits: StepWaits;
  /** Names of the measured steps in which it tells. */
  readonly steps: readonly string[];
  /** What waits for its service, from the load on: the place of each service with most more than usual. */
  readonly upstream: readonly WaitSite[];
}

const leastShare = 0.2;
/** A wait that grew less may be what the rate makes of an ordinary one. */
const grew = 2;
/** Where a step broke as well: what takes as long as ever did not break it. */
const longer = 1.5;
/** From here on a pool or a lock tells although nothing broke. */
const mostOfAll = 0.5;
/** So many goroutines may a request have started that it waits for. */
const mostAtOnce = 20;
/** The step that broke is told of where a place accounts there for so much of what it does at its worst. */
const goodPart = 0.5;
const manyMore = 2;
const manyFailed = 0.2;
const unambiguous: ReadonlySet<WaitKind> = new Set(['pool', 'lock']);

/** Telling places of these kinds, greatest share first. */
export function tellingSites(
  waits: readonly StepWaits[],
  scenario: RecordedScenario,
  kinds: readonly WaitKind[],
): TellingSite[] {
  const seen = waits.flatMap((step) => {
    const { services, fillsQueues } = waitingChain(step, scenario);
    const upstream = new Set(fillsQueues ? services : services.slice(0, -1));
    return step.sites
      .filter((site) => kinds.includes(site.kind) && !upstream.has(site.service))
      .map((site) => ({ ...site, share: attributedShare(site, services, step) }))
      .filter((site) => tells(site, step))
      .map((site) => ({ ...site, waitUs: requestWaitUs(site, step) }))
      .map((site) => ({ site, waits: step, upstream: upstreamOf(site, services, step) }));
  });
  const byPlace = groupBy(seen, ({ site }) => [site.service, site.kind, site.what, site.site].join('\n'));
  return [...byPlace.values()]
    .flatMap((same) => {
      const told = toldOf(same);
      return told ? [{ ...told, steps: [...new Set(same.map((each) => each.waits.step.name))] }] : [];
    })
    .sort((a, b) => b.site.share - a.site.share);
}

/** Of the steps in which a place tells the one to tell of: that which broke, unless the place accounts for far more in another. */
export function toldOf<Seen extends Pick<TellingSite, 'waits'> & { readonly site: Pick<WaitSite, 'share'> }>(
  seen: readonly Seen[],
): Seen | undefined {
  const most = seen.toSorted((a, b) => b.site.share - a.site.share)[0];
  return seen.find(({ waits, site }) => waits.breaks && site.share >= goodPart * (most?.site.share ?? 0)) ?? most;
}

/** What a place accounts for: also of the waiting in front of its service, if that is where a chain of services ends. */
export function attributedShare(
  { service, excess, share }: Pick<WaitSite, 'service' | 'excess' | 'share'>,
  services: readonly string[],
  { step, sites }: StepWaits,
): number {
  if (services.at(-1) !== service || excess <= 0) return share;
  const excessOf = (name: string) =>
    sites.reduce((sum, site) => (site.service === name && site.request ? sum + site.excess : sum), 0);
  const most = Math.max(...services.map(excessOf));
  return Math.max(
    share,
    Math.min(1, excess / Math.max(excess, excessOf(service))) * Math.min(1, most / underWay(step)),
  );
}

function tells(site: WaitSite, { broken, base, step }: StepWaits): boolean {
  if (!isSeen(site) || site.share < leastShare || (base && !isSlower(step, base))) return false;
  // What a request leaves behind is not waited for.
  if (!site.request && (!broken || site.excess > mostAtOnce * underWay(step))) return false;
  if (base) return (site.waitUs ?? 0) >= beyondError(broken ? longer : grew, site.usualSeen) * (site.usualWaitUs ?? 0);
  // What a request does is no reason by itself, however much of its time that takes.
  return (broken && site.request && site.kind !== 'sleep') || (unambiguous.has(site.kind) && site.share >= mostOfAll);
}

/** Whether answers came later than in the step that held, on average or some of them by far: else nothing is waited for that was not. */
function isSlower({ responseUs: now }: StepResult, { responseUs: before }: StepResult): boolean {
  return now.count === 0 || before.count === 0 || now.mean > before.mean || now.p99 > grew * before.p99;
}

/**
 * A request that started several goroutines waits for them at once, and no longer than it waits for the last of them. None waits longer
 * than its answer takes: what a few looks and a growing backlog say beyond that is error, unless whoever asked has given up.
 */
export function requestWaitUs(site: WaitSite, { sites, step }: StepWaits): number | undefined {
  const { request, service, waitUs } = site;
  if (waitUs === undefined) return undefined;
  if (request)
    return isAbandoned(site, step) || step.responseUs.count === 0 ? waitUs : Math.min(waitUs, step.responseUs.mean);
  const joins = sites.filter((site) => site.service === service && site.kind === 'join' && site.request);
  const joinedUs = joins.reduce((sum, site) => sum + (site.waitUs ?? 0), 0);
  return Math.min(waitUs, joinedUs > 0 ? joinedUs : step.responseUs.mean);
}

/** More than are under way while requests fail: those in front stopped waiting, and these did not learn of it. */
export function isAbandoned({ request, mean }: Pick<WaitSite, 'request' | 'mean'>, step: StepResult): boolean {
  const { planned, failed, timedOut } = step.load;
  return request && mean >= manyMore * underWay(step) && failed + timedOut >= manyFailed * planned;
}

function upstreamOf({ service }: WaitSite, services: readonly string[], { sites }: StepWaits): WaitSite[] {
  return services
    .filter((each) => each !== service)
    .flatMap((each) => sites.find((site) => site.service === each && site.excess > 0) ?? []);
}
