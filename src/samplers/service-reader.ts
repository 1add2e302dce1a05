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

/** Its values, and what is doubtful about them, each of which goes on from the address of the page. */
export interface ServiceReading {
  readonly values: Readonly<Record<string, number>>;
  readonly doubts: readonly string[];
}

/** Takes the answers of one target in turn. */
export function createServiceReader(): (page: ServicePage) => ServiceReading {
  let first: RequestsLook | undefined;
  let last: RequestsLook | undefined;
  const poolSeries = createPoolSeries();
  return ({ atUs, exposition, path, isSame }) => {
    const look = { atUs, ...requestFamilies(exposition, path) };
    const { requests, doubt } = requestsInFlight(exposition.samples);
    const rates = last && first && isSame ? requestRates(look, last, first) : { values: {}, doubts: [] };
    const seconds = last && isSame ? (atUs - last.atUs) / 1e6 : undefined;
    const pools = poolSeries(poolsOf(exposition.samples), seconds);
    if (!isSame) first = look;
    last = look;
    return {
      values: {
        ...rates.values,
        ...pools.values,
        ...(requests === undefined ? {} : { 'app.requests_in_flight': requests }),
      },
      doubts: [...look.doubts, ...rates.doubts, ...[doubt, pools.doubt].filter((each) => each !== undefined)],
    };
  };
}
