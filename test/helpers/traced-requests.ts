/** Requests of a recorded trace, each with what its program measured of its own wait and noted in the trace as a log message `truth`. */
import { type FinderCounts, RequestFinder, type TracedRequest } from '../../src/analysis/traces/request-finder.ts';
import type { PartKind } from '../../src/analysis/traces/request-parts.ts';
import { TraceReader } from '../../src/goruntime/trace/trace-reader.ts';

/** The wait that a handler measured: nanoseconds of one kind. */
interface Measured {
  readonly handler: string;
  readonly kind: PartKind;
  readonly ns: number;
}

/** One request; without `measured` where its handler noted nothing. */
export interface MeasuredRequest extends TracedRequest {
  readonly measured: Measured | undefined;
}

/** All that is found in one trace. */
export function requestsOf(bytes: Uint8Array): { requests: MeasuredRequest[]; counts: FinderCounts } {
  const requests: MeasuredRequest[] = [];
  const noted = new Map<number, Measured>();
  const finder = new RequestFinder((request) => {
    requests.push({ ...request, measured: noted.get(request.goroutine) });
    noted.delete(request.goroutine);
  });
  const reader = new TraceReader((event, generation) => {
    if (event.kind === 'log' && event.text === 'truth') {
      const [handler = '', kind, ns] = event.value.split(' ');
      noted.set(event.goroutine, { handler, kind: kind as PartKind, ns: Number(ns) });
    }
    finder.take(event, generation);
  });
  reader.push(bytes);
  reader.end();
  finder.end();
  return { requests, counts: finder.counts };
}

/** Nanoseconds of these kinds in a request. */
export function spentOn({ parts }: TracedRequest, kinds: readonly PartKind[]): number {
  return parts.reduce((sum, { kind, ns }) => sum + (kinds.includes(kind) ? ns : 0), 0);
}

/** What a program cannot tell from its wait: to be woken is not yet to run, and who asks another service may have to connect first. */
const alsoSeen: readonly PartKind[] = ['runnable', 'stw', 'gc', 'gc-assist', 'running', 'syscall', 'pool'];

/** The share of a handler's measured requests whose split has the wait that was measured, within 5 % or 0.2 ms. */
export function agreementOf(requests: readonly MeasuredRequest[], handler: string): { count: number; share: number } {
  const own = requests.filter(({ measured }) => measured?.handler === handler);
  const agreed = own.filter((request) => {
    const { kind, ns } = request.measured as Measured;
    const slackNs = Math.max(0.05 * ns, 200_000);
    const found = spentOn(request, [kind]);
    return found <= ns + slackNs && spentOn(request, [...new Set([kind, ...alsoSeen])]) >= ns - slackNs;
  });
  return { count: own.length, share: agreed.length / own.length };
}
