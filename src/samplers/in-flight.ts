/** Requests in work, as services count them for themselves: there is no one name, and no one set of labels. */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import { plainName } from './go-metric-names.ts';
import { whyNoSum } from './label-sets.ts';

/** How many there are, if that can be told; `doubt` says why not and goes on from the address of the page. */
export interface InFlight {
  readonly requests: number | undefined;
  readonly doubt?: string;
}

const named =
  /(?:^|_)(?:requests?_(?:in_?flight|active|in_progress)|(?:in_?flight|active|in_progress)_requests?)(?:_total|_count)?$/;
/** Not the service's own: the endpoint of metrics counts our looks, and a client counts what the service asks of others. */
const ofOthers = /^promhttp_|(?:^|_)(?:client|outgoing|outbound|upstream|backend|admin)_/;

/** The sum over paths, methods and the like of the one gauge that a page of one process has. */
export function requestsInFlight(all: readonly MetricSample[]): InFlight {
  const found = all.filter(({ name, value }) => !Number.isNaN(value) && isInFlight(name));
  const names = [...new Set(found.map(({ name }) => name))];
  const name = names[0];
  if (name === undefined) return { requests: undefined };
  const leftOut = (why: string): InFlight => ({
    requests: undefined,
    doubt: `${why}; requests in flight are left out`,
  });
  if (names.length > 1)
    return leftOut(`counts requests in flight under several names (${names.slice(0, 3).join(', ')})`);
  const why = whyNoSum(all, name, found);
  if (why !== undefined) return leftOut(why);
  return { requests: found.reduce((sum, { value }) => sum + value, 0) };
}

function isInFlight(name: string): boolean {
  // Most names of a page are others, and a page may have 100,000.
  if (!/flight|active|progress/.test(name)) return false;
  const plain = plainName(name);
  return named.test(plain) && !ofOthers.test(plain);
}
