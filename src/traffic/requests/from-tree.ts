/** The kinds of requests that a log came to, as requests of a scenario: places for their values, and what they answered. */
import { createNames, feederName, type ImportedFeeder, type ImportedRequest, plain } from './imported-request.ts';
import { type Kind, partsOf, type RequestTree } from './request-tree.ts';
import { columnFor } from './segments.ts';

/** A kind of request with what became of it. */
export interface KindRequest {
  readonly id: number;
  readonly count: number;
  readonly request: ImportedRequest;
}

/** What each request of the log is, for its order: when it arrived, as a place among all. */
export type RankOf = (nth: number) => number;

/** The method and host of a root, apart. */
export function rootOf(method: string, host: string): string {
  return `${method} ${host}`;
}

/** The kinds, those that came most often first, with a `Host` of their own where there are several. */
export function requestsOf(tree: RequestTree, rankOf: RankOf): KindRequest[] {
  const all = tree.kinds().flatMap(({ root, kinds }) => kinds.map((kind) => ({ ...split(root), kind })));
  const hosts = new Set(all.map(({ host }) => host));
  const nameFor = createNames();
  // Values from outside are called so.
  const taken = new Set(['env', 'file']);
  return all
    .sort((a, b) => b.kind.leaf.count - a.kind.leaf.count || a.kind.leaf.id - b.kind.leaf.id)
    .map(({ method, host, kind }) => {
      const isOfSeveral = hosts.size > 1 && host !== '';
      const { path, shown, feeder } = placed(kind, rankOf, taken);
      const name = nameFor(`${method} ${shown}${isOfSeveral ? ` ${host}` : ''}`);
      const { id, count, statuses } = kind.leaf;
      const request: ImportedRequest = {
        name,
        method,
        path,
        weight: count,
        ...(isOfSeveral ? { headers: { Host: plain(host) } } : {}),
        ...expected(statuses),
        ...(feeder ? { feeder } : {}),
      };
      return { id, count, request };
    });
}

function split(root: string): { readonly method: string; readonly host: string } {
  const blank = root.indexOf(' ');
  return { method: root.slice(0, blank), host: root.slice(blank + 1) };
}

interface Placed {
  readonly path: string;
  /** As people read it, such as `/users/{id}`. */
  readonly shown: string;
  readonly feeder?: ImportedFeeder;
}

interface Column {
  readonly name: string;
  readonly values: readonly string[];
}

function placed({ parts, leaf }: Kind, rankOf: RankOf, taken: Set<string>): Placed {
  const order = leaf.at.map((nth, index) => ({ rank: rankOf(nth), target: leaf.targets[index] ?? '' }));
  const targets = order.sort((a, b) => a.rank - b.rank).map(({ target }) => target);
  const queries = targets.map((target) => (target.includes('?') ? target.slice(target.indexOf('?')) : ''));
  const takenApart = targets.map(partsOf);
  const values = parts.map((part, index) =>
    part === undefined ? takenApart.map((each) => each[index] ?? '') : [part],
  );
  const columns: Column[] = [];
  const columnOf = (all: readonly string[], wanted: string): Column | undefined => {
    if (all.every((value) => value === all[0])) return undefined;
    const twins = columns.filter(({ name }) => name.replace(/\d+$/, '') === wanted).length;
    const column = { name: twins === 0 ? wanted : `${wanted}${twins + 1}`, values: all };
    columns.push(column);
    return column;
  };
  const pieces = values.map((all) => ({ all, column: columnOf(all, columnFor(all.slice(0, 100))) }));
  const query = { all: queries, column: columnOf(queries, 'query') };
  const shownPath = `/${pieces.map(({ all, column }) => (column ? `{${column.name}}` : (all[0] ?? ''))).join('/')}`;
  const shown = shownPath + (query.column ? '' : (query.all[0] ?? ''));
  const [first] = columns;
  if (!first) return { path: plain(shown), shown };
  const feeder = feederName(shownPath, taken);
  const written = ({ all, column }: (typeof pieces)[number]) =>
    column ? `\${${feeder}.${column.name}}` : plain(all[0] ?? '');
  const rows = targets.map((_, index) => columns.map((column) => column.values[index] ?? ''));
  return {
    path: `/${pieces.map(written).join('/')}${written(query)}`,
    shown,
    feeder: { name: feeder, columns: columns.map(({ name }) => name), rows },
  };
}

/** Answers that say more of the moment than of the request: a client that left, a limit, a fault. */
const passing = [408, 429, 499];

/** Where some were answered with what the request itself brought about, such as 404, they will be again; 304 was to a question that is not asked. */
function expected(statuses: ReadonlyMap<number, number>): Pick<ImportedRequest, 'statuses'> {
  const all = [...statuses.keys()].filter((status) => status >= 200 && status < 500 && !passing.includes(status));
  if (all.every((status) => status < 400)) return {};
  const asked = all.includes(304) ? [...all.filter((status) => status !== 304), 200] : all;
  return { statuses: [...new Set(asked)].sort((a, b) => a - b) };
}
