/** Joins what no connection tells apart, such as streams of HTTP/2: an exchange in which one request only can lie has that. */
import {
  type ClientExchange,
  firstBeyond,
  fits,
  isWhole,
  type JoinedExchange,
  type JoinWindow,
  type ServedSpan,
} from './joined-exchange.ts';

/** What is left of a window, by what can be said of it. */
interface LoneRequests {
  readonly joined: readonly JoinedExchange[];
  /** Exchanges that several requests may belong to, or whose only one another exchange has a claim to. */
  readonly ambiguous: readonly ClientExchange[];
  /** Those in which no request lies. */
  readonly alone: readonly ClientExchange[];
  /** Requests that nobody has. */
  readonly spans: readonly ServedSpan[];
}

/**
 * Of the exchanges of a window that the trace covers, as long as each of them must have its request among these: a request that is had is
 * had by no other, which may leave one only to the next.
 */
export function loneRequests(
  window: Pick<JoinWindow, 'spans' | 'exchanges'>,
  errorUs: number,
  mayJoin: boolean,
): LoneRequests {
  const joined: JoinedExchange[] = [];
  const ambiguous: ClientExchange[] = [];
  let spans = window.spans;
  let left = window.exchanges;
  for (;;) {
    const claims = new Map<ServedSpan, ClientExchange[]>();
    const none: ClientExchange[] = [];
    const several: ClientExchange[] = [];
    for (const exchange of left) {
      const [span, other] = fittingSpans(spans, exchange, errorUs);
      if (!span) none.push(exchange);
      else if (other || !mayJoin) several.push(exchange);
      else claims.set(span, [...(claims.get(span) ?? []), exchange]);
    }
    if (claims.size === 0) return { joined, ambiguous: [...ambiguous, ...several], alone: none, spans };
    for (const [span, claimants] of claims) {
      const [exchange] = claimants;
      if (exchange && claimants.length === 1) joined.push({ exchange, span, unsureUs: 0 });
      else ambiguous.push(...claimants);
    }
    spans = spans.filter((span) => !claims.has(span));
    left = [...several, ...none];
  }
}

/** So many of a connection's exchanges say whether it leads here. */
const leastTelling = 20;
/** Of them, so many may have no request that fits: some are not seen. */
const mostMissing = 0.03;

/**
 * The connections that lead to another process: what is asked over one goes to one, and where that is this one a request fits each of its
 * exchanges. Where some lead elsewhere, those with few exchanges may as well.
 */
export function linesElsewhere(windows: readonly JoinWindow[], errorUs: number): ReadonlySet<string> {
  const counts = new Map<string, { whole: number; missing: number }>();
  for (const window of windows)
    for (const exchange of window.exchanges) {
      if (!isWhole(exchange, window, errorUs)) continue;
      const own = counts.get(exchange.line) ?? { whole: 0, missing: 0 };
      counts.set(exchange.line, own);
      own.whole++;
      if (fittingSpans(window.spans, exchange, errorUs).length === 0) own.missing++;
    }
  const lines = [...counts].map(([line, { whole, missing }]) => ({
    line,
    isElsewhere: missing > 1 && missing > mostMissing * whole,
    isTelling: whole >= leastTelling,
  }));
  if (!lines.some(({ isElsewhere }) => isElsewhere)) return new Set();
  return new Set(lines.filter((each) => each.isElsewhere || !each.isTelling).map(({ line }) => line));
}

/** Two at most: nobody asks for more. */
function fittingSpans(sorted: readonly ServedSpan[], exchange: ClientExchange, errorUs: number): ServedSpan[] {
  const found: ServedSpan[] = [];
  const from = firstBeyond(sorted, ({ beginUs }) => beginUs >= exchange.writtenUs - errorUs);
  for (let place = from; place < sorted.length && found.length < 2; place++) {
    const span = sorted[place] as ServedSpan;
    if (span.beginUs > exchange.endUs + errorUs) break;
    if (fits(exchange, span, errorUs)) found.push(span);
  }
  return found;
}
