/** What a service says of its own work, beyond the Go runtime: its requests and its connection pools, from one look to the next. */
import type { Exposition } from '../goruntime/metrics/exposition.ts';
import { requestsInFlight } from './in-flight.ts';
import { poolsOf } from './pool-metrics.ts';
import { createPoolSeries } from './pool-series.ts';
import { requestFamilies } from './request-families.ts';
import { type RequestsLook, requestRates } from './request-rates.ts';

/** One answer of one process. */
export interface ServicePage {
  readonly atUs: number;
  readonly exposition: Pick<Exposition, 'samples' | 'types'>;
  /** Of the page itself, which asks for no request of the service; undefined where it would be one of those. */
  readonly path: string | undefined;
  /** Whether it is of the process that gave the answer before. */
  readonly isSame: boolean;
}

/** Its values; `before` are those of the look before it that are known by this one. Each doubt goes on from the address of the page. */
export interface ServiceReading {
  readonly values: Readonly<Record<string, number>>;
  readonly before: { readonly atUs: number; readonly values: Readonly<Record<string, number>> } | undefined;
  readonly doubts: readonly string[];
}

/** Takes the answers of one target in turn. */
export function createServiceReader(): (page: ServicePage) => ServiceReading {
  let first: RequestsLook | undefined;
  let last: RequestsLook | undefined;
  let ratesAtUs: number | undefined;
  const ends = new Set<string>();
  const poolSeries = createPoolSeries();
  return ({ atUs, exposition, path, isSame }) => {
    const look = { atUs, ...requestFamilies(exposition, path) };
    const { requests, doubt } = requestsInFlight(exposition.samples);
    const rates = last && first && isSame ? requestRates(look, last, first) : { values: {}, doubts: [] };
    const seconds = last && isSame ? (atUs - last.atUs) / 1e6 : undefined;
    const pools = poolSeries(poolsOf(exposition.samples), seconds);
    if (!isSame) first = look;
    last = look;
    // Until it is first seen, no request had ended so.
    const fresh = Object.keys(rates.values).filter((name) => /_second\./.test(name) && !ends.has(name));
    for (const name of fresh) ends.add(name);
    const zeros = Object.fromEntries(fresh.map((name) => [name, 0]));
    const before = ratesAtUs === undefined || fresh.length === 0 ? undefined : { atUs: ratesAtUs, values: zeros };
    ratesAtUs = 'app.requests_per_second' in rates.values ? atUs : undefined;
    return {
      values: {
        ...rates.values,
        ...pools.values,
        ...(requests === undefined ? {} : { 'app.requests_in_flight': requests }),
      },
      before,
      doubts: [...look.doubts, ...rates.doubts, ...[doubt, pools.doubt].filter((each) => each !== undefined)],
    };
  };
}
