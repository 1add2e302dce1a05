/** The slowest of many requests, with the order of their states: of the others none is made. */
import type { SlowRequest } from '../../model/inspected-trace.ts';
import { slowRequest, usOf } from './cohorts.ts';
import type { TakeRequest, TracedRequest } from './request-finder.ts';
import type { RequestOrder } from './request-order.ts';

/** A request with the order of its states. */
interface Ordered {
  readonly request: TracedRequest;
  readonly order: RequestOrder;
}

/** Takes requests as they are found. */
export class SlowestRequests {
  private readonly most: number;
  /** Slowest first. */
  private readonly kept: Ordered[] = [];

  /** Keeps so many. */
  constructor(most: number) {
    this.most = most;
  }

  /** Of requests that took equally long the first ones are kept. */
  readonly take: TakeRequest = (request, orderOf) => {
    const ns = nsOf(request);
    const last = this.kept.at(-1);
    if (this.kept.length >= this.most && last && nsOf(last.request) >= ns) return;
    const place = this.kept.findIndex((each) => nsOf(each.request) < ns);
    this.kept.splice(place < 0 ? this.kept.length : place, 0, { request, order: orderOf() });
    if (this.kept.length > this.most) this.kept.pop();
  };

  /** Slowest first, each with the moment of its begin, nanoseconds since the begin of the trace. */
  told(): { readonly beginNs: number; readonly request: SlowRequest }[] {
    return this.kept.map(({ request, order }) => ({
      beginNs: request.beginNs,
      request: { ...slowRequest(request), ...orderTold(order) },
    }));
  }
}

function nsOf({ beginNs, endNs }: TracedRequest): number {
  return endNs - beginNs;
}

function orderTold({ stretches, merged, mergedNs }: RequestOrder): Pick<SlowRequest, 'order' | 'merged'> {
  return {
    order: stretches.map(({ kind, site, fromNs, ns }) => ({ what: kind, site, fromUs: usOf(fromNs), us: usOf(ns) })),
    ...(merged > 0 ? { merged: { count: merged, us: usOf(mergedNs) } } : {}),
  };
}
