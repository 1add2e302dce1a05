/** Paths to who answers them; what profefe answers by accident is refused. */
import { posix } from 'node:path';
import { ApiError, badRequest, nothingFound } from './api-error.ts';
import type { Answer } from './ask.ts';
import { answerDifference, answerIds, answerMerge } from './binary-routes.ts';
import { badEscapeIn, percentDecoded } from './query-string.ts';
import { answerList, answerSeries, answerServices, answerTop, answerVersion } from './read-routes.ts';
import { answerStore } from './store-route.ts';

/** Who answers a path, by method; and whether `go tool pprof` asks there, which wants errors as text. */
export interface Route {
  readonly methods: Readonly<Record<string, Answer>>;
  readonly toPprof: boolean;
}

const get = (answer: Answer): Readonly<Record<string, Answer>> => ({ GET: answer, HEAD: answer });
const asked = (answer: Answer): Route => ({ methods: get(answer), toPprof: false });
const opened = (answer: Answer): Route => ({ methods: get(answer), toPprof: true });

const routes: Readonly<Record<string, Route>> = {
  '/api/0/profiles': { methods: { ...get(answerList), POST: answerStore }, toPprof: false },
  '/api/0/profiles/merge': opened(answerMerge),
  '/api/0/profiles/diff': opened(answerDifference),
  '/api/0/profiles/top': asked(answerTop),
  '/api/0/profiles/series': asked(answerSeries),
  '/api/0/services': asked(answerServices),
  '/api/0/version': asked(answerVersion),
};

/** pprof asks for the names of addresses where a profile of another language has none, and gives up where it gets no answer. */
const symbols: Answer = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('num_symbols: 0\n');
};

const noProfileHere: Answer = () => {
  throw new ApiError(
    404,
    'this is a store of profiles, not a program that is profiled: open /api/0/profiles/merge?service=NAME&type=cpu&from=2006-01-02T15:04:05&to=2006-01-02T15:04:05, or a profile by its id; GET /api/0/services lists the services',
  );
};

const nothing: Answer = () => {
  throw nothingFound();
};

/** Who answers this path, which is as it stands in the request; `pages` are those that people look at. */
export function routeOf(written: string, pages: Readonly<Record<string, Answer>>): Route {
  if (badEscapeIn(written) !== undefined) throw badRequest(`bad escape in the path ${JSON.stringify(written)}`);
  const decoded = percentDecoded(written);
  const path = posix.normalize(decoded);
  const known = own(routes, path.replace(/^(\/api\/0\/profiles(?:\/\w+)?)\/$/, '$1'));
  if (known) return known;
  const page = own(pages, path);
  if (page) return asked(page);
  if (path === '/api/0/profiles/symbolz') return { methods: { ...get(symbols), POST: symbols }, toPprof: true };
  if (path.startsWith('/debug/pprof/')) return opened(noProfileHere);
  const [, ids] = /^\/api\/0\/profiles\/([^/]+)$/.exec(path) ?? [];
  return ids === undefined ? asked(nothing) : opened((ask) => answerIds(ask, idsIn(ids)));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The ids of a path are decoded once more, as profefe does it; a plus is between two of them. */
function idsIn(text: string): readonly string[] {
  if (badEscapeIn(text) !== undefined) throw badRequest(`bad escape in the id ${JSON.stringify(text)}`);
  return percentDecoded(text).split('+');
}
