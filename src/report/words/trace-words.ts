/** Words for where the time of a request went, the same in every rendering. */

import { shortFunction } from '../../model/function-name.ts';
import type { InspectedPart, InspectedRoute, RequestCohort, TraceInspection } from '../../model/inspected-trace.ts';
import { siteText } from '../../model/traced-time-text.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../model/units.ts';
import { counted, noValue } from './number-format.ts';

/** What a part of a request's time was spent with. */
export const partWords: Readonly<Record<InspectedPart['what'], string>> = {
  running: 'running',
  runnable: 'runnable, waits for a processor',
  'gc-assist': 'assists the garbage collector',
  gc: 'held up by the garbage collector',
  stw: 'world stopped',
  lock: 'waits for a lock',
  join: 'waits for its goroutines',
  channel: 'waits at a channel',
  select: 'waits in a select',
  condition: 'waits for a condition',
  pool: 'waits for a connection',
  downstream: 'waits for an answer',
  client: 'reads from or writes to its client',
  sleep: 'sleeps',
  syscall: 'system call',
  unknown: 'not told by the trace',
};

/** What a trace holds, in one line. */
export function traceText({ coveredS, procs, requests, events }: TraceInspection): string {
  return [
    `${formatNumber(coveredS)} s of ${counted(procs, 'P')}`,
    counted(requests.found, 'request'),
    counted(events, 'event'),
  ].join(', ');
}

/** What is to be known before the numbers are read. */
export function traceNotes(trace: TraceInspection): string[] {
  return [
    ...leftOutNotes(trace),
    ...(trace.drawn === undefined
      ? []
      : [
          `${formatCount(trace.drawn)} requests, drawn by lot, stand for all ${formatCount(trace.requests.found)}, which are more than are held in memory; the slowest are those of all.`,
        ]),
    ...(trace.requests.found > 0
      ? [
          'Times are as the server saw them: from the moment at which the request could be read to the end of the last write of its answer.',
        ]
      : []),
  ];
}

/** Which requests are not there, and why. */
export function leftOutNotes({ incomplete, requests }: Pick<TraceInspection, 'incomplete' | 'requests'>): string[] {
  const { found, censored, unanswered, ofTracer } = requests;
  return [
    ...(incomplete === undefined ? [] : [`Read no further: ${incomplete}.`]),
    ...(found === 0
      ? ['No request was found: none of net/http, HTTP/2 or gRPC began and ended within the trace.']
      : []),
    ...(censored > 0
      ? [
          `${counted(censored, 'request')} began before the trace or ended after it, and ${censored === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...(unanswered > 0
      ? [
          `Of ${counted(unanswered, 'request')} the connection ended, or was taken over, before the answer did: left out.`,
        ]
      : []),
    ...(ofTracer > 0 ? ['The recording itself is left out.'] : []),
  ];
}

/** A row for each part: what and where, then its time in ordinary and in slow requests. */
export function partRows(
  { typical, slow }: InspectedRoute,
  shown: number,
): readonly (readonly [string, string, string])[] {
  const keys = new Map<string, InspectedPart>();
  for (const part of [...(slow?.parts ?? []), ...(typical?.parts ?? [])]) keys.set(`${part.what} ${part.site}`, part);
  const usIn = (cohort: RequestCohort | undefined, { what, site }: InspectedPart) =>
    cohort?.parts.find((part) => part.what === what && part.site === site)?.us ?? 0;
  return [...keys.values()]
    .map((part) => ({ part, typicalUs: usIn(typical, part), slowUs: usIn(slow, part) }))
    .toSorted((a, b) => b.slowUs - a.slowUs || b.typicalUs - a.typicalUs)
    .slice(0, shown)
    .map(({ part, typicalUs, slowUs }) => [partText(part), timeText(typicalUs), slow ? timeText(slowUs) : '']);
}

/** The parts by what they were spent with, whatever their places; the greatest first. */
export function kindsOf(parts: readonly InspectedPart[]): Pick<InspectedPart, 'what' | 'us'>[] {
  const kinds = new Map<InspectedPart['what'], number>();
  for (const { what, us } of parts) kinds.set(what, (kinds.get(what) ?? 0) + us);
  return [...kinds].map(([what, us]) => ({ what, us })).sort((a, b) => b.us - a.us);
}

function timeText(us: number): string {
  return us === 0 ? noValue : formatLatencyUs(us);
}

/** One part: `waits for a lock at sync.(*Mutex).Lock in main.handler`; without paths of packages, which leave no room for functions. */
export function partText({ what, site }: Pick<InspectedPart, 'what' | 'site'>): string {
  return site === '' ? partWords[what] : `${partWords[what]} at ${siteText(site)}`;
}

/** What a route is called, without the path of its package, or where nothing names it. */
export function routeName({ route = 'route not seen' }: { readonly route?: string | undefined }): string {
  // A path begins with a host; a task may have slashes in its name as well.
  return /^[\w-]+(?:\.[\w-]+)+\/\S+$/.test(route) ? shortFunction(route) : route;
}

/** Its requests and percentiles, as cells. */
export function routeCells({ count, p50Us, p90Us, p99Us, maxUs }: InspectedRoute): readonly string[] {
  return [formatCount(count), ...[p50Us, p90Us, p99Us, maxUs].map(formatLatencyUs)];
}

/** The heads of these cells. */
export const routeHeads = ['requests', 'p50', 'p90', 'p99', 'max'] as const;
