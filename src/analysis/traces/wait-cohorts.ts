/** Joined exchanges to what is said of them: where typical and slow answers were waited for. */
import type { ClientWait, ClientWaitCohort } from '../../model/client-wait.ts';
import { leastSlow, shownParts } from './cohorts.ts';
import type { JoinedExchange } from './joined-exchange.ts';
import type { RequestPart } from './request-parts.ts';

/** The stretches of one exchange, which add up to its response; microseconds. */
export interface WaitSplit {
  readonly responseUs: number;
  readonly beforeUs: number;
  readonly thereUs: number;
  readonly serviceUs: number;
  readonly backUs: number;
  readonly unsureUs: number;
  /** They add up to `serviceUs`. */
  readonly parts: readonly RequestPart[];
}

const usOf = (us: number) => Math.round(us * 100) / 100;

/**
 * What of the service's time is after the answer was read is the end of the write that sent it: nobody waited for that. With a clock that is
 * not exact all of it may be.
 */
export function waitSplit({ exchange, span, unsureUs }: JoinedExchange): WaitSplit {
  const { dueUs, writtenUs, endUs } = exchange;
  const fromUs = Math.min(Math.max(writtenUs, span.beginUs), endUs);
  const toUs = Math.min(Math.max(span.endUs, fromUs), endUs);
  const serviceUs = toUs - fromUs;
  return {
    responseUs: endUs - dueUs,
    beforeUs: writtenUs - dueUs,
    thereUs: fromUs - writtenUs,
    serviceUs,
    backUs: endUs - toUs,
    unsureUs,
    parts: cutTo(serviceUs * 1000, span.request.parts),
  };
}

/** The surplus is taken off system calls, then off the greatest. */
function cutTo(ns: number, parts: readonly RequestPart[]): RequestPart[] {
  let surplus = parts.reduce((sum, part) => sum + part.ns, 0) - ns;
  const order = parts.toSorted((a, b) => Number(b.kind === 'syscall') - Number(a.kind === 'syscall') || b.ns - a.ns);
  return order.map((part) => {
    const cut = Math.min(Math.max(surplus, 0), part.ns);
    surplus -= cut;
    return { ...part, ns: part.ns - cut };
  });
}

/** Nearest-rank percentiles of the responses, and the cohorts; nothing of none. */
export function waitCohorts(
  splits: readonly WaitSplit[],
): Pick<ClientWait, 'p50Us' | 'p99Us' | 'maxUs' | 'typical' | 'slow'> {
  const sorted = splits.toSorted((a, b) => a.responseUs - b.responseUs);
  const count = sorted.length;
  const at = (share: number) => sorted[Math.min(count - 1, Math.floor(share * count))]?.responseUs ?? 0;
  if (count === 0) return {};
  const slow = sorted.slice(Math.floor(0.99 * count));
  return {
    p50Us: at(0.5),
    p99Us: at(0.99),
    maxUs: at(1),
    typical: cohortOf(sorted.slice(Math.floor(0.4 * count), Math.max(1, Math.ceil(0.6 * count)))),
    ...(slow.length >= leastSlow ? { slow: cohortOf(slow) } : {}),
  };
}

function cohortOf(splits: readonly WaitSplit[]): ClientWaitCohort {
  const count = splits.length;
  const mean = (pick: (split: WaitSplit) => number) => splits.reduce((sum, split) => sum + pick(split), 0) / count;
  const serviceUs = mean((split) => split.serviceUs);
  const parts = new Map<string, RequestPart>();
  for (const { kind, site, ns } of splits.flatMap((split) => split.parts)) {
    const key = `${kind} ${site}`;
    parts.set(key, { kind, site, ns: (parts.get(key)?.ns ?? 0) + ns / count });
  }
  return {
    count,
    meanUs: usOf(mean((split) => split.responseUs)),
    beforeUs: usOf(mean((split) => split.beforeUs)),
    thereUs: usOf(mean((split) => split.thereUs)),
    serviceUs: usOf(serviceUs),
    backUs: usOf(mean((split) => split.backUs)),
    unsureUs: usOf(mean((split) => split.unsureUs)),
    parts: shownParts([...parts.values()], serviceUs * 1000),
  };
}

/** The stretches of one, as they are told. */
export function toldSplit({ responseUs, beforeUs, thereUs, serviceUs, backUs, unsureUs, parts }: WaitSplit) {
  return {
    us: usOf(responseUs),
    beforeUs: usOf(beforeUs),
    thereUs: usOf(thereUs),
    serviceUs: usOf(serviceUs),
    backUs: usOf(backUs),
    unsureUs: usOf(unsureUs),
    parts: shownParts(parts, serviceUs * 1000),
  };
}
