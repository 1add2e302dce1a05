/** Requests of execution traces to what is said of them: how long they took, and where typical and slow ones spent their time. */
import type { InspectedPart, InspectedRoute, RequestCohort } from '../../model/inspected-trace.ts';
import { procUses } from './proc-time.ts';
import type { TracedRequest } from './request-finder.ts';
import type { RequestPart } from './request-parts.ts';

/** With fewer slow requests than these each of them is shown, and no mean. */
export const leastSlow = 20;
/** Parts below this share of the whole are left out. */
const leastPart = 0.001;

/** How long a request took, nanoseconds. */
const nsOf = ({ beginNs, endNs }: TracedRequest) => endNs - beginNs;

/** Microseconds of nanoseconds, to a hundredth. */
export function usOf(ns: number): number {
  return Math.round(ns / 10) / 100;
}

/** One request by itself. */
export function slowRequest(request: TracedRequest) {
  const { beginNs, goroutine, route, parts } = request;
  const total = nsOf(request);
  return {
    atS: Math.round(beginNs / 1e3) / 1e6,
    us: usOf(total),
    goroutine,
    ...(route === undefined ? {} : { route }),
    parts: shownParts(parts, total),
  };
}

/** Parts as they are told, the greatest first; without those that are hardly anything of the whole. */
export function shownParts(parts: readonly RequestPart[], totalNs: number): InspectedPart[] {
  return parts
    .filter(({ ns }) => ns >= leastPart * totalNs)
    .toSorted((a, b) => b.ns - a.ns)
    .map(({ kind, site, ns }) => ({ what: kind, site, us: usOf(ns) }));
}

/** The requests of each route, most requests first. */
export function byRoute(requests: readonly TracedRequest[]): InspectedRoute[] {
  const routes = new Map<string | undefined, TracedRequest[]>();
  for (const request of requests) {
    const own = routes.get(request.route);
    if (own) own.push(request);
    else routes.set(request.route, [request]);
  }
  return [...routes]
    .map(([route, own]) => ({ ...(route === undefined ? {} : { route }), ...routeOf(own) }))
    .sort((a, b) => b.count - a.count);
}

/** What there is to say of some requests, at least one: nearest-rank percentiles, and where typical and slow ones spent their time. */
export function routeOf(requests: readonly TracedRequest[]): InspectedRoute {
  const sorted = requests.toSorted((a, b) => nsOf(a) - nsOf(b));
  const count = sorted.length;
  const at = (share: number) => usOf(nsOf(sorted[Math.min(count - 1, Math.floor(share * count))] as TracedRequest));
  const slow = sorted.slice(Math.floor(0.99 * count));
  return {
    count,
    p50Us: at(0.5),
    p90Us: at(0.9),
    p99Us: at(0.99),
    maxUs: at(1),
    typical: cohortOf(sorted.slice(Math.floor(0.4 * count), Math.max(1, Math.ceil(0.6 * count)))),
    ...(slow.length >= leastSlow ? { slow: cohortOf(slow) } : {}),
  };
}

function cohortOf(requests: readonly TracedRequest[]): RequestCohort {
  const count = requests.length;
  const mean = requests.reduce((sum, request) => sum + nsOf(request), 0) / count;
  const parts = new Map<string, RequestPart>();
  for (const { kind, site, ns } of requests.flatMap((request) => request.parts)) {
    const key = `${kind} ${site}`;
    parts.set(key, { kind, site, ns: (parts.get(key)?.ns ?? 0) + ns / count });
  }
  const ranInstead = procUses
    .map((use, index) => ({
      use,
      us: usOf(requests.reduce((sum, request) => sum + (request.ranInstead[index] ?? 0), 0) / count),
    }))
    .filter(({ us }) => us > 0);
  return { count, meanUs: usOf(mean), parts: shownParts([...parts.values()], mean), ranInstead };
}
