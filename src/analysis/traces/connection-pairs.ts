/** Which goroutine serves which connection: with HTTP/1 one serves one as long as that is open, so all of its requests lie in exchanges of it. */
import { groupBy } from '../../model/group-by.ts';
import {
  type ClientExchange,
  firstBeyond,
  fits,
  isWhole,
  type JoinedExchange,
  type JoinWindow,
  type ServedSpan,
} from './joined-exchange.ts';

/** So many requests must lie in exchanges of a connection before that says anything. */
const leastVotes = 3;
/** Of a goroutine's requests, and of a connection's exchanges, so many must have found each other. */
const leastShare = 0.9;
/** Connections are looked for that so many of a goroutine's first requests may have come by. */
const sounded = 3;

/** One goroutine or connection over all windows: what it has in each. */
type InWindows<T> = ReadonlyMap<JoinWindow, readonly T[]>;

/** Pairs that leave no doubt: nobody else has a claim to either. What is in doubt stays out. */
export function connectionPairs(windows: readonly JoinWindow[], errorUs: number): ReadonlyMap<number, string> {
  const lines = byOwner(windows, ({ exchanges }) => groupBy(exchanges, ({ line }) => line));
  const goroutines = byOwner(windows, ({ spans }) => groupBy(spans, ({ goroutine }) => goroutine));
  const whole = new Map([...lines].map(([line, own]) => [line, wholeIn(own, errorUs)]));
  const near = nearLines(windows, goroutines, errorUs);
  const wanted = new Map<number, Set<string>>();
  for (const [goroutine, own] of goroutines) {
    const fitting = [...(near.get(goroutine) ?? [])].filter((line) => {
      const votes = votesOf(own, lines.get(line) ?? new Map(), errorUs);
      return votes >= leastVotes && votes >= leastShare * (whole.get(line) ?? 0);
    });
    if (fitting.length > 0) wanted.set(goroutine, new Set(fitting));
  }
  return settled(wanted);
}

/** What is joined by such pairs: the one request that began in the one exchange. */
export function joinByPairs(
  { spans, exchanges }: JoinWindow,
  pairs: ReadonlyMap<number, string>,
  errorUs: number,
): JoinedExchange[] {
  const byLine = groupBy(exchanges, ({ line }) => line);
  const found = spans.flatMap((span): JoinedExchange[] => {
    const line = pairs.get(span.goroutine);
    const own = line === undefined ? [] : (byLine.get(line) ?? []);
    const exchange = exchangeAt(own, span, errorUs);
    return exchange ? [{ exchange, span, unsureUs: 0 }] : [];
  });
  const counts = new Map<ClientExchange, number>();
  for (const { exchange } of found) counts.set(exchange, (counts.get(exchange) ?? 0) + 1);
  return found.filter(({ exchange }) => counts.get(exchange) === 1);
}

function byOwner<Owner, T>(
  windows: readonly JoinWindow[],
  groupsOf: (window: JoinWindow) => ReadonlyMap<Owner, readonly T[]>,
): Map<Owner, Map<JoinWindow, readonly T[]>> {
  const owners = new Map<Owner, Map<JoinWindow, readonly T[]>>();
  for (const window of windows)
    for (const [owner, own] of groupsOf(window)) {
      const known = owners.get(owner) ?? new Map<JoinWindow, readonly T[]>();
      owners.set(owner, known.set(window, own));
    }
  return owners;
}

function wholeIn(own: InWindows<ClientExchange>, errorUs: number): number {
  let count = 0;
  for (const [window, exchanges] of own)
    for (const exchange of exchanges) if (isWhole(exchange, window, errorUs)) count++;
  return count;
}

/** The exchange of one connection in which a request began; those of a connection follow each other. */
function exchangeAt(sorted: readonly ClientExchange[], span: ServedSpan, errorUs: number): ClientExchange | undefined {
  const place = firstBeyond(sorted, ({ writtenUs }) => writtenUs - errorUs > span.beginUs);
  const last = sorted[place - 1];
  const before = sorted[place - 2];
  // With a clock that is not exact it may as well have begun in the one before.
  if (!last || (before && fits(before, span, errorUs))) return undefined;
  return fits(last, span, errorUs) ? last : undefined;
}

/** How many of a goroutine's requests lie in exchanges of a connection; 0 as soon as too many do not. */
function votesOf(spans: InWindows<ServedSpan>, exchanges: InWindows<ClientExchange>, errorUs: number): number {
  const all = [...spans.values()].reduce((sum, own) => sum + own.length, 0);
  const mayMiss = Math.floor((1 - leastShare) * all);
  let missed = 0;
  const met = new Set<ClientExchange>();
  for (const [window, own] of spans) {
    const sorted = exchanges.get(window) ?? [];
    for (const span of own) {
      const exchange = exchangeAt(sorted, span, errorUs);
      if (exchange && !met.has(exchange)) met.add(exchange);
      else if (++missed > mayMiss) return 0;
    }
  }
  return met.size;
}

/** For each goroutine, the connections that its first requests may have come by, one of them missing at most. */
function nearLines(
  windows: readonly JoinWindow[],
  goroutines: ReadonlyMap<number, InWindows<ServedSpan>>,
  errorUs: number,
): Map<number, readonly string[]> {
  const first = new Map<number, readonly ServedSpan[]>();
  for (const [goroutine, own] of goroutines) first.set(goroutine, [...own.values()].flat().slice(0, sounded));
  const asked = new Set([...first.values()].flat());
  const seen = new Map<number, Map<string, number>>();
  for (const window of windows)
    for (const [span, lines] of underWayAt(window, asked, errorUs)) {
      const own = seen.get(span.goroutine) ?? new Map<string, number>();
      seen.set(span.goroutine, own);
      for (const line of lines) own.set(line, (own.get(line) ?? 0) + 1);
    }
  return new Map(
    [...seen].map(([goroutine, counts]) => {
      const least = Math.max(1, (first.get(goroutine)?.length ?? 0) - 1);
      return [goroutine, [...counts].flatMap(([line, count]) => (count >= least ? [line] : []))];
    }),
  );
}

/** The connections that were in an exchange as each of some requests began. */
function* underWayAt(
  { spans, exchanges }: JoinWindow,
  asked: ReadonlySet<ServedSpan>,
  errorUs: number,
): Iterable<readonly [ServedSpan, readonly string[]]> {
  const open = new Set<ClientExchange>();
  let next = 0;
  for (const span of spans) {
    for (
      let exchange = exchanges[next];
      exchange && exchange.writtenUs - errorUs <= span.beginUs;
      exchange = exchanges[next]
    ) {
      open.add(exchange);
      next++;
    }
    if (!asked.has(span)) continue;
    for (const exchange of open) if (exchange.endUs + errorUs < span.beginUs) open.delete(exchange);
    yield [span, [...open].filter((exchange) => fits(exchange, span, errorUs)).map(({ line }) => line)];
  }
}

/** A goroutine that wants one connection only has it, unless another one wants only the same; what is had is wanted by nobody else. */
function settled(wanted: Map<number, Set<string>>): Map<number, string> {
  const pairs = new Map<number, string>();
  for (;;) {
    const claims = groupBy(
      [...wanted].flatMap(([goroutine, [line, ...others]]) =>
        line !== undefined && others.length === 0 ? [{ goroutine, line }] : [],
      ),
      ({ line }) => line,
    );
    if (claims.size === 0) return pairs;
    for (const [line, claimants] of claims) {
      const [claim] = claimants;
      if (claim && claimants.length === 1) pairs.set(claim.goroutine, line);
      for (const { goroutine } of claimants) wanted.delete(goroutine);
      for (const lines of wanted.values()) lines.delete(line);
    }
  }
}
