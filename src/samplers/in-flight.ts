/** Requests in work, as services count them for themselves: there is no one name, and no one set of labels. */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import { plainName } from './go-metric-names.ts';

/** How many there are, if that can be told; `doubt` says why not and goes on from the address of the page. */
export interface InFlight {
  readonly requests: number | undefined;
  readonly doubt?: string;
}

const named = /(?:^|_)(?:requests_in_flight|in_flight_requests)$/;
/** Not the service's own: the endpoint of metrics counts our looks, and a client counts what the service asks of others. */
const ofOthers = /^promhttp_|(?:^|_)client_/;
/** The labels by which Prometheus tells its targets apart ("Jobs and instances" in its documentation). */
const ofTargets: readonly string[] = ['job', 'instance'];

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
  const apart = labelOfTargets(all, found);
  if (apart !== undefined) return leftOut(`has ${name} of several processes, which label ${apart} tells apart`);
  const keys = found.map(({ labels }) => JSON.stringify(Object.entries(labels).sort()));
  const hasTotal = keys.length > 1 && keys.includes('[]');
  if (hasTotal || new Set(keys).size < keys.length) return leftOut(`has ${name} as a whole and in parts, or twice`);
  return { requests: found.reduce((sum, { value }) => sum + value, 0) };
}

function isInFlight(name: string): boolean {
  // Most names of a page are others, and a page may have 100,000.
  if (!/flight/.test(name)) return false;
  const plain = plainName(name);
  return named.test(plain) && !ofOthers.test(plain);
}

/** A label that tells targets apart: one of Prometheus's own, or one that every sample of the page has, as those that scraping adds. */
function labelOfTargets(all: readonly MetricSample[], found: readonly MetricSample[]): string | undefined {
  const several = (label: string) => new Set(found.map(({ labels }) => labels[label])).size > 1;
  const known = ofTargets.find(several);
  if (known !== undefined) return known;
  if (found.length === all.length) return undefined;
  const labels = new Set(found.flatMap((sample) => Object.keys(sample.labels)));
  return [...labels].find((label) => several(label) && all.every((sample) => sample.labels[label] !== undefined));
}
