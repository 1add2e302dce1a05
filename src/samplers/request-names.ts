/**
 * Which metrics of a service count requests. There is no one name: client_golang's examples, the middlewares of Go's HTTP and gRPC
 * libraries, OpenTelemetry and each project have their own, made of the same words. A name is read by its words; one whose words do not say
 * whose requests it counts is none.
 */

/** Of requests that were served to others, those that were sent to others, or those of either that were sent again. */
export type RequestSide = 'served' | 'sent' | 'retries';

/** What the words of a name say. */
export interface RequestName {
  readonly side: RequestSide;
  /** Requests over HTTP and remote procedure calls are not the same ones; undefined where the name does not say. */
  readonly protocol: 'http' | 'rpc' | undefined;
  /** Of two that may count the same, the one with the lower rank is meant more surely. */
  readonly rank: number;
  /** For the time requests took: how many seconds its unit is; undefined where the name has none. */
  readonly unitS: number | undefined;
}

const rpcWords = new Set(['grpc', 'rpc', 'rpcs']);
const httpWords = new Set(['http', 'https', 'http2', 'http3']);
const servedWords = new Set([
  ...['server', 'servers', 'served', 'entrypoint', 'ingress', 'inbound', 'incoming', 'listener', 'received'],
  ...['handler', 'handlers'],
]);
const sentWords = new Set([
  ...['client', 'clients', 'outgoing', 'outbound', 'egress', 'upstream', 'upstreams', 'backend', 'backends', 'sent'],
  ...['roundtrip', 'roundtripper', 'external', 'remote', 'dependency', 'dependencies', 'datasource', 'webhook'],
  ...['webhooks', 'notification', 'notifications', 'fetch', 'fetcher', 'proxied'],
]);
/** Parts of the requests only, states of them, what is no request of the load, or the way of a library's own metrics. */
const otherWords = new Set([
  ...['error', 'errors', 'failed', 'failure', 'failures', 'rejected', 'dropped', 'denied', 'canceled', 'cancelled'],
  ...['timeout', 'timeouts', 'panic', 'panics', 'slow', 'shed', 'throttled', 'limited', 'ratelimited', 'blocked'],
  ...['invalid', 'unauthorized', 'aborted', 'exceeded', 'unsupported', '1xx', '2xx', '3xx', '4xx', '5xx'],
  ...['flight', 'inflight', 'active', 'progress', 'pending', 'queued', 'queue', 'waiting', 'concurrent', 'current'],
  ...['limit', 'limits', 'max', 'min', 'last', 'size', 'sizes', 'length', 'bytes', 'body', 'header', 'headers'],
  ...[
    'ttfb',
    'first',
    'connect',
    'dns',
    'tls',
    'handshake',
    'parse',
    'read',
    'write',
    'per',
    'ratio',
    'percent',
    'created',
  ],
  ...['cache', 'cached', 'hits', 'misses', 'db', 'sql', 'database', 'redis', 'memcached', 'kafka', 'nats', 'amqp'],
  ...['mq', 'wal', 'tsdb', 'lock', 'workqueue', 'sd', 'plugin', 'ldap', 'smtp'],
  ...['promhttp', 'admin', 'debug', 'health', 'healthcheck', 'probe', 'scrape', 'scrapes', 'metrics', 'metric'],
  ...['messages', 'msg', 'connections', 'conn', 'conns', 'stream', 'streams', 'samples', 'series'],
]);
const retryWords = new Set(['retry', 'retries', 'retried']);
const durationWords = new Set(['duration', 'durations', 'latency', 'latencies', 'time', 'elapsed', 'handling']);
const units: ReadonlyMap<string, number> = new Map([
  ...['seconds', 'second', 's', 'sec'].map((word) => [word, 1] as const),
  ...['milliseconds', 'millis', 'ms', 'msec'].map((word) => [word, 1e-3] as const),
  ...['microseconds', 'micros', 'us'].map((word) => [word, 1e-6] as const),
  ...['nanoseconds', 'nanos', 'ns'].map((word) => [word, 1e-9] as const),
]);
const requestWords = new Set(['request', 'requests', 'req', 'reqs', 'response', 'responses', 'rpcs']);
/** What may follow them in the name of a counter of all of them. */
const endWords = new Set([
  ...['total', 'count', 'counter', 'served', 'received', 'processed', 'handled', 'completed', 'finished', 'all'],
  ...['status', 'code', 'sent', 'made'],
]);
/** Of calls that are not called requests: go-grpc-prometheus, and gRPC's own instruments. */
const calls =
  /(?:^|_)(?:grpc|rpc)_(?:server|client)_(?:call_|attempt_)?(?:handled|started|completed)(?:_total|_count)?$/;

/** What the name of a counter says (in any of the usual forms, `_total` or not); undefined when it counts no requests. */
export function counterName(name: string): RequestName | undefined {
  const words = wordsOf(name);
  if (words.some((word) => otherWords.has(word))) return undefined;
  if (words.some((word) => retryWords.has(word)))
    return isOfTime(words) ? undefined : { side: 'retries', ...protocolOf(words), rank: 0, unitS: undefined };
  const last = words.findLastIndex((word) => !endWords.has(word));
  const isOfRequests = requestWords.has(words[last] ?? '') || calls.test(name);
  return isOfRequests ? named(words, undefined) : undefined;
}

/** Behind every name that says what it counts. */
const rankOfCoded = 10;

/**
 * What the name of a counter says whose labels hold HTTP status codes, such as `payments_charges_total`: what a service calls the requests of
 * its trade; undefined when its words are of something else, or of both sides.
 */
export function codedCounterName(name: string): RequestName | undefined {
  const words = wordsOf(name);
  if (words.some((word) => otherWords.has(word) || retryWords.has(word)) || isOfTime(words)) return undefined;
  const about = named(words, undefined);
  return about && { ...about, rank: rankOfCoded + about.rank };
}

/** What the name of a histogram or summary of durations says, without `_sum` and the like; undefined when it is of no requests. */
export function durationName(name: string): RequestName | undefined {
  const words = wordsOf(name);
  if (words.some((word) => otherWords.has(word) || retryWords.has(word))) return undefined;
  const unitS = words.map((word) => units.get(word)).find((unit) => unit !== undefined);
  if (!isOfTime(words)) return undefined;
  const { protocol } = protocolOf(words);
  const isOfRequests = words.some((word) => requestWords.has(word)) || (protocol !== undefined && hasSide(words));
  return isOfRequests ? named(words, unitS) : undefined;
}

function named(words: readonly string[], unitS: number | undefined): RequestName | undefined {
  const isServed = words.some((word) => servedWords.has(word));
  const isSent = words.some((word) => sentWords.has(word));
  // "server client requests": of which of the two nobody can tell.
  if (isServed && isSent) return undefined;
  const { protocol } = protocolOf(words);
  const isSure = isServed || isSent;
  const isResponse = !words.some((word) => word.startsWith('req'));
  const rank = (isSure ? 0 : 2) + (protocol === undefined ? 4 : 0) + (isResponse ? 1 : 0);
  return { side: isSent ? 'sent' : 'served', protocol, rank, unitS };
}

function protocolOf(words: readonly string[]): Pick<RequestName, 'protocol'> {
  if (words.some((word) => rpcWords.has(word))) return { protocol: 'rpc' };
  return { protocol: words.some((word) => httpWords.has(word)) ? 'http' : undefined };
}

function isOfTime(words: readonly string[]): boolean {
  return words.some((word) => durationWords.has(word) || units.has(word));
}

function hasSide(words: readonly string[]): boolean {
  return words.some((word) => servedWords.has(word) || sentWords.has(word));
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_:]+/)
    .filter((word) => word !== '');
}
