/** Where the mean response time of a step goes: a sum of parts, by Little's law (J. D. C. Little, Operations Research 9, 1961). */

import { isForeign } from '../../goruntime/package-names.ts';
import type { Diagnosis } from '../../model/finding.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import { generatorTarget } from '../run/generator-series.ts';
import type { WaitKind } from './stack-kind.ts';
import { endedRps, type StepWaits, type WaitSite } from './wait-sites.ts';
import { servicesInOrder } from './waiting-chain.ts';

type Decomposition = NonNullable<Diagnosis['decomposition']>;
type Part = Decomposition['parts'][number];

const words: Readonly<Record<Exclude<WaitKind, 'idle'>, (what: string) => string>> = {
  network: (what) => `waits for an answer (${what})`,
  client: () => 'reads from or writes to its client',
  pool: (what) => `waits for its turn (${what})`,
  lock: (what) => `waits for a lock (${what})`,
  queue: (what) => `waits in ${what}`,
  join: () => 'waits for goroutines it started',
  syscall: () => 'is in a system call',
  sleep: () => 'sleeps',
  gc: (what) => `works or waits for the garbage collector (${what})`,
  runnable: () => 'runs or waits for a processor',
};
/** Parts below this share of the mean are added up. */
const leastShare = 0.01;
const mostParts = 12;

/**
 * The parts of one step; undefined where no request was seen at work. What one service waits for another that is observed is told as what
 * that one does; only what is left of it, on the way or at something that is not observed, is a part of its own.
 */
export function timeParts(waits: StepWaits, scenario: RecordedScenario): Decomposition | undefined {
  const { step } = waits;
  const rps = endedRps(step);
  const atWork = waits.sites.filter(({ request }) => request);
  if (atWork.length === 0 || rps <= 0 || step.responseUs.count === 0) return undefined;
  const usOf = (goroutines: number) => (goroutines / rps) * 1e6;
  const mean = step.responseUs.mean;
  const own = beforeSent(waits);
  const seen = withoutAnswered(withoutJoins(waits.sites), servicesInOrder(waits, scenario));
  const seenUs = usOf(sum(seen));
  const leftUs = own.reduce((left, { us }) => left - us, mean);
  // Each answer was timed, and goroutines were looked at now and then: together they take no longer than what was timed.
  const part = seenUs > leftUs ? leftUs / seenUs : 1;
  const parts: Part[] = [
    ...own,
    ...seen.map((site) => ({
      ...(site.kind === 'idle' ? { what: site.what } : { what: words[site.kind](site.what), kind: site.kind }),
      target: site.targets.length === 1 ? (site.targets[0] ?? site.service) : site.service,
      site: site.site,
      us: usOf(site.mean) * part,
    })),
  ].sort((a, b) => b.us - a.us);
  const explained = parts.reduce((sum, { us }) => sum + us, 0);
  const told = parts.filter(({ us }) => us >= leastShare * mean).slice(0, mostParts);
  return {
    step: step.name,
    responseMeanUs: Math.round(mean),
    parts: told.map((part) => ({ ...part, us: Math.round(part.us) })),
    notExplainedUs: Math.round(mean - explained),
  };
}

/** Of the time before a request was written, what the generator itself was late although a connection was free, and what it waited for one. */
function beforeSent({ step }: StepWaits): Part[] {
  const us = Math.max(0, step.responseUs.mean - step.serviceUs.mean);
  const lateUs = Math.min(us, step.lagUs.mean);
  const parts: readonly Part[] = [
    { what: 'is late itself', kind: 'generator', target: generatorTarget, us: lateUs },
    { what: 'waits for a connection', kind: 'pool', target: generatorTarget, us: us - lateUs },
  ];
  return parts.filter((part) => part.us > 0);
}

/** What a request waits for goroutines that it started is shared out among what those wait for. */
function withoutJoins(sites: readonly WaitSite[]): WaitSite[] {
  const joins = sites.filter(({ kind, request }) => kind === 'join' && request);
  const started = sites.filter(
    ({ request, kind, excess, site }) => !request && kind !== 'idle' && excess > 0 && hasFunction(site),
  );
  return [...new Set(sites.map(({ service }) => service))].flatMap((service) => {
    const own = <Site extends WaitSite>(all: readonly Site[]) => all.filter((site) => site.service === service);
    const joined = sum(own(joins));
    const all = sum(own(started));
    const rest = own(sites).filter((site) => site.request && (site.kind !== 'join' || all === 0));
    return [...rest, ...own(started).map((site) => ({ ...site, mean: all > 0 ? (site.mean / all) * joined : 0 }))];
  });
}

/**
 * Services from the load on: those behind account for what those in front of them wait for answers, and for no more: what goes on behind for
 * callers that have given up is no part of a response.
 */
function withoutAnswered(sites: readonly WaitSite[], services: readonly string[]): WaitSite[] {
  let answered = sum(sites.filter(({ service }) => service !== services[0]));
  const left = services.flatMap((service) =>
    sites
      .filter((site) => site.service === service)
      .map((site) => {
        if (site.kind !== 'network') return site;
        const taken = Math.min(site.mean, answered);
        answered -= taken;
        return { ...site, mean: site.mean - taken };
      }),
  );
  const isFront = ({ service }: WaitSite) => service === services[0];
  const waited = sum(sites.filter((site) => isFront(site) && site.kind === 'network'));
  const behind = sum(left.filter((site) => !isFront(site)));
  const part = waited > 0 && behind > waited ? waited / behind : 1;
  return left
    .map((site) => (isFront(site) ? site : { ...site, mean: site.mean * part }))
    .filter(({ mean }) => mean > 0);
}

function sum(sites: readonly WaitSite[]): number {
  return sites.reduce((total, { mean }) => total + mean, 0);
}

/** Those that have not run yet have none, and those of the standard library serve connections. */
function hasFunction(site: string): boolean {
  return !isForeign(site);
}
