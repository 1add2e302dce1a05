/** Joins the exchanges of the client with the requests of one process; what is in doubt is counted, and joined with nothing. */
import { connectionPairs, joinByPairs } from './connection-pairs.ts';
import { groupedExchanges } from './exchange-groups.ts';
import { type ClientExchange, isWhole, type JoinedExchange, type JoinWindow } from './joined-exchange.ts';
import { linesElsewhere, loneRequests } from './lone-requests.ts';

/** What became of the exchanges that the traces cover. */
export interface Joining {
  readonly joined: readonly JoinedExchange[];
  readonly ambiguous: readonly ClientExchange[];
  readonly alone: readonly ClientExchange[];
  /** Requests that the process saw. */
  readonly spans: number;
}

/** Where fewer of the exchanges can have their request in the traces, some went elsewhere, and one may not be told by its time. */
const leastReceived = 0.97;
/** Where others ask for more than this beside each exchange, their requests may make up for those that went elsewhere. */
const mostOfOthers = 0.5;

/** Over the windows of one process; `errorUs` is how far its clock may be from ours. */
export function joinExchanges(windows: readonly JoinWindow[], errorUs: number, isOneStreamEach: boolean): Joining {
  const pairs = isOneStreamEach ? new Map<number, string>() : connectionPairs(windows, errorUs);
  const spans = windows.reduce((sum, window) => sum + window.spans.length, 0);
  const whole = windows.reduce((sum, window) => sum + wholeOf(window, errorUs).length, 0);
  const all = windows.reduce((sum, window) => sum + window.exchanges.length, 0);
  const mayJoin = spans >= leastReceived * whole && spans - all <= mostOfOthers * whole;
  const elsewhere = mayJoin ? linesElsewhere(windows, errorUs) : new Set<string>();
  const parts = windows.map((window) => {
    const byPairs = joinByPairs(window, pairs, errorUs);
    const left = leftOf(window, byPairs, errorUs);
    const ofPairs = loneRequests(onlyOf(left, pairs, true), errorUs, false);
    const unpaired = onlyOf(left, pairs, false);
    const here = unpaired.exchanges.filter(({ line }) => !elsewhere.has(line));
    const away = unpaired.exchanges.filter(({ line }) => elsewhere.has(line));
    const others = loneRequests({ spans: unpaired.spans, exchanges: here }, errorUs, mayJoin);
    const edges = { spans: [], exchanges: window.exchanges.filter((exchange) => !isWhole(exchange, window, errorUs)) };
    const atEdges = onlyOf(edges, pairs, false).exchanges;
    const unsure = { spans: others.spans, exchanges: others.ambiguous, atEdges };
    const grouped = mayJoin ? groupedExchanges(unsure, errorUs) : [];
    const inGroups = new Set(grouped.map(({ exchange }) => exchange));
    return {
      joined: [...byPairs.filter(({ exchange }) => isWhole(exchange, window, errorUs)), ...others.joined, ...grouped],
      ambiguous: [...ofPairs.ambiguous, ...others.ambiguous.filter((exchange) => !inGroups.has(exchange))],
      alone: [...ofPairs.alone, ...others.alone, ...away],
    };
  });
  return {
    joined: parts.flatMap((part) => part.joined),
    ambiguous: parts.flatMap((part) => part.ambiguous),
    alone: parts.flatMap((part) => part.alone),
    spans,
  };
}

type Left = Pick<JoinWindow, 'spans' | 'exchanges'>;

function leftOf(window: JoinWindow, joined: readonly JoinedExchange[], errorUs: number): Left {
  const had = new Set<unknown>(joined.flatMap(({ exchange, span }) => [exchange, span]));
  return {
    spans: window.spans.filter((span) => !had.has(span)),
    exchanges: wholeOf(window, errorUs).filter((exchange) => !had.has(exchange)),
  };
}

/** Those that belong to some pair can be nobody else's. */
function onlyOf({ spans, exchanges }: Left, pairs: ReadonlyMap<number, string>, isPaired: boolean): Left {
  const lines = new Set(pairs.values());
  return {
    spans: spans.filter(({ goroutine }) => pairs.has(goroutine) === isPaired),
    exchanges: exchanges.filter(({ line }) => lines.has(line) === isPaired),
  };
}

function wholeOf(window: JoinWindow, errorUs: number): ClientExchange[] {
  return window.exchanges.filter((exchange) => isWhole(exchange, window, errorUs));
}
