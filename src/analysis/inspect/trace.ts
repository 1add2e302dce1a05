/** An execution trace to what it says: the requests in it, and where the slow ones spent their time. */
import type { Judgement } from '../../model/inspected-input.ts';
import type { InspectedRoute, RequestCohort, TraceInspection } from '../../model/inspected-trace.ts';
import { formatLatencyUs } from '../../model/units.ts';
import { byRoute, routeOf, slowRequest } from '../traces/cohorts.ts';
import { DrawnRequests } from '../traces/drawn-requests.ts';
import type { TracedRequest } from '../traces/request-finder.ts';
import type { PartKind } from '../traces/request-parts.ts';
import { SlowestRequests } from '../traces/slowest-requests.ts';
import { createTraceRequests } from '../traces/trace-requests.ts';
import { noCounts } from './log.ts';

const routesKept = 20;
const slowestKept = 10;
/** So many are held in memory, a little more than a kilobyte each. */
const mostHeld = 200_000;

/** Takes a trace piece by piece; `onRecord` gets each request as it is found. */
export interface TraceInspector {
  /** Throws a TraceError where nothing of the trace can be read. */
  push(bytes: Uint8Array): void;
  /** What it says; throws a TraceError where nothing of it could be read. */
  end(file: string): TraceInspection;
}

/** An inspector of one trace, which holds at most so many of its requests. */
export function createTraceInspector(onRecord?: (record: object) => void, most: number = mostHeld): TraceInspector {
  const requests = new DrawnRequests(most);
  const slowest = new SlowestRequests(slowestKept);
  const reading = createTraceRequests((request, orderOf) => {
    requests.take(request);
    slowest.take(request, orderOf);
    onRecord?.(spanOf(request, reading.monotonicNs));
  });
  let bytes = 0;
  return {
    push: (chunk) => {
      bytes += chunk.length;
      reading.push(chunk);
    },
    end: (file) => {
      const { format, summary, counts, procs, error } = reading.end();
      const { found, kept } = requests;
      const told = slowest.told().map(({ request }) => request);
      // Of those that were drawn the slowest may not be one.
      const all = kept.length > 0 ? { ...routeOf(kept), maxUs: told[0]?.us ?? 0 } : undefined;
      const routes = byRoute(kept);
      return {
        kind: 'trace',
        file,
        bytes,
        counts: noCounts,
        judgements: judge(all),
        format: `go 1.${format}`,
        coveredS: summary.coveredNs / 1e9,
        generations: summary.generations,
        events: summary.events,
        procs,
        ...(error ? { incomplete: error.message } : {}),
        requests: { found, ...counts },
        ...(kept.length < found ? { drawn: kept.length } : {}),
        ...(all ? { all } : {}),
        routes: routes.slice(0, routesKept),
        routesLeftOut: Math.max(0, routes.length - routesKept),
        slowest: told,
      };
    },
  };
}

/** Lists the requests of a trace as they are found, and holds none of them. */
export interface SpanLister {
  /** Throws a TraceError where nothing of the trace can be read. */
  push(bytes: Uint8Array): void;
  /** How many there were, and why it was read no further; throws as `push` does. */
  end(): Pick<TraceInspection, 'requests' | 'incomplete'>;
}

/** A lister of one trace. */
export function createSpanLister(onSpan: (span: object) => void): SpanLister {
  let found = 0;
  const reading = createTraceRequests((request) => {
    found += 1;
    onSpan(spanOf(request, reading.monotonicNs));
  });
  return {
    push: reading.push,
    end: () => {
      const { counts, error } = reading.end();
      return { requests: { found, ...counts }, ...(error ? { incomplete: error.message } : {}) };
    },
  };
}

/** A request as a record; `monotonicNs` is CLOCK_MONOTONIC at its begin. */
function spanOf(request: TracedRequest, originNs: number | undefined): object {
  const clock = originNs === undefined ? {} : { monotonicNs: Math.round(originNs + request.beginNs) };
  return { kind: 'request', ...slowRequest(request), ...clock };
}

/** How much longer a part is in slow requests, as a share of how much longer they are, so that it calls for attention. */
const leastShare = 0.3;

/** What slow requests have more of than ordinary ones. */
function judge(all: InspectedRoute | undefined): Judgement[] {
  const { typical, slow } = all ?? {};
  if (!all || !typical || !slow || slow.meanUs < 2 * typical.meanUs) return [];
  const total = slow.meanUs - typical.meanUs;
  const kinds = [...new Set(slow.parts.map(({ what }) => what))];
  const more = kinds
    .map((kind) => ({ kind, us: ofKind(slow, kind), before: ofKind(typical, kind) }))
    .filter(({ us, before }) => (us - before) / total >= leastShare)
    .sort((a, b) => b.us - b.before - (a.us - a.before));
  return more.map(({ kind, us, before }) => ({
    severity: 'info',
    certainty: 'certain',
    title: `The slowest 1 % of requests ${doing[kind]} for ${formatLatencyUs(us)} of their ${formatLatencyUs(slow.meanUs)}, ordinary ones for ${formatLatencyUs(before)} of ${formatLatencyUs(typical.meanUs)}`,
    evidence: evidenceOf(slow, kind),
  }));
}

function ofKind({ parts }: RequestCohort, kind: PartKind): number {
  return parts.reduce((sum, { what, us }) => sum + (what === kind ? us : 0), 0);
}

function evidenceOf({ parts, ranInstead }: RequestCohort, kind: PartKind): string[] {
  if (kind === 'runnable')
    return ranInstead
      .toSorted((a, b) => b.us - a.us)
      .map(({ use, us }) => `meanwhile processors: ${uses[use]} ${formatLatencyUs(us)}`)
      .slice(0, 4);
  return parts
    .filter(({ what, site }) => what === kind && site !== '')
    .slice(0, 3)
    .map(({ site, us }) => `${formatLatencyUs(us)} at ${site}`);
}

const uses: Readonly<Record<string, string>> = {
  requests: 'other requests',
  collector: "the collector's workers",
  runtime: 'goroutines of the runtime',
  others: 'other goroutines',
  syscalls: 'system calls',
  scheduling: 'handing over',
  free: 'nothing',
};

const doing: Readonly<Record<PartKind, string>> = {
  running: 'run',
  runnable: 'wait for a processor',
  'gc-assist': 'assist the garbage collector',
  gc: 'are held up by the garbage collector',
  stw: 'wait because the world is stopped',
  lock: 'wait for a lock',
  join: 'wait for goroutines that they started',
  channel: 'wait at a channel',
  select: 'wait in a select',
  condition: 'wait for a condition',
  pool: 'wait for a connection',
  downstream: 'wait for an answer',
  client: 'read from or write to their client',
  sleep: 'sleep',
  syscall: 'are in system calls',
  unknown: 'do what the trace does not tell',
};
