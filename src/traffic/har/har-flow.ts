/** A recording of one user as a flow: its requests one after the other, with the pauses that the user made. */
import type { ImportedRequest } from '../requests/imported-request.ts';
import type { HarRequest } from './read-har.ts';

/** A request of a flow, and the pause before it. */
export interface FlowRequest {
  readonly request: ImportedRequest;
  readonly thinkMs: number;
}

/** Shorter than this it is the program that asks next, and no person. */
const shortestMs = 50;
const longestMs = 3_600_000;

/** The requests with names of their own; cookies are those that the answers of the flow set. */
export function flowOf(requests: readonly HarRequest[]): FlowRequest[] {
  const taken = new Set<string>();
  let endS = Number.POSITIVE_INFINITY;
  return requests.map(({ request, atS, tookS }) => {
    const pauseMs = Math.round((atS - endS) * 1000);
    endS = atS + tookS;
    const { weight: _, headers = {}, ...rest } = request;
    const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'cookie');
    return {
      request: { ...rest, name: ownName(request.name, taken), headers: Object.fromEntries(kept) },
      thinkMs: pauseMs >= shortestMs ? Math.min(pauseMs, longestMs) : 0,
    };
  });
}

function ownName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let nth = 2; taken.has(name); nth++) name = `${wanted.slice(0, 54)} (${nth})`;
  taken.add(name);
  return name;
}
