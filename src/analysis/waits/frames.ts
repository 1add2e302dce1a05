/** What the names of functions say: whether a request is being served, and which function is the service's own. */
import { isForeign, isOfModule, isStandard, packageOf } from '../../goruntime/package-names.ts';

/** Servers that carry out a request in this goroutine: HTTP/1, HTTP/2, gRPC, and others that are widely used. */
const serving = [
  /^net\/http\.(?:serverHandler\.ServeHTTP|initALPNRequest\.ServeHTTP)$/,
  /http2.*serverConn\)\.runHandler$/,
  /^net\/http\.\(\*timeoutHandler\)\.ServeHTTP\.func\d/,
  /^google\.golang\.org\/grpc\.\(\*Server\)\.(?:handleStream|processUnaryRPC|processStreamingRPC)/,
  /^net\/rpc\.\(\*service\)\.call$/,
  /^storj\.io\/drpc\/drpcserver\.\(\*Server\)\.HandleRPC$/,
  /^github\.com\/containerd\/ttrpc\.\(\*serverConn\)\.run\.func/,
  /^github\.com\/apache\/thrift\/lib\/go\/thrift\.\(\*TSimpleServer\)\.processRequests$/,
];
/** Whose handlers run under the same function that waits for the next request. */
const fasthttpServe = 'github.com/valyala/fasthttp.(*Server).serveConn';
/** Libraries that are the way to something, not the place where a service chose to wait. */
const carriers =
  /(?:^|\/)(?:sqlx|gorm|bun|ent|pgx|pgxpool|puddle|pq|mysql|sqlite3?|modernc\.org|redis|rueidis|redigo|mongo(?:-driver)?|gocql|memcache|gomemcache|clickhouse-go|go-elasticsearch|sarama|kafka-go|franz-go|nats\.go|amqp091-go|streadway|grpc(?:-go)?|x\/(?:net|sync|time|oauth2|crypto)|aws-sdk-go(?:-v2)?|smithy-go|resty|go-retryablehttp|otelhttp|otelsql)(?:[/.]|$)/;

/** Whether the goroutine with these frames is at work for a request. */
export function servesRequest(frames: readonly string[]): boolean {
  if (frames.some((frame) => serving.some((known) => known.test(frame)))) return true;
  const serve = frames.indexOf(fasthttpServe);
  return serve > 0 && frames.slice(0, serve).some((frame) => isOwn(frame));
}

/** The innermost function of the service itself: of its module where that is known, else of no library that is known; else `site`. */
export function ownerOf(frames: readonly string[], site: string, module: string | undefined): string {
  const ofModule = frames.find((frame) => isWritten(frame, module));
  const own = ofModule ?? frames.find((frame) => isOwn(frame)) ?? frames.find((frame) => !isStandard(frame)) ?? site;
  return withoutShapes(own);
}

/** A function without the types it was made for, which may be long. */
function withoutShapes(frame: string): string {
  return frame.replace(/\[.*\]/, '[…]');
}

/** `main.main` starts the service and waits for its end, whatever waits below it. */
function isWritten(frame: string, module: string | undefined): boolean {
  if (frame === 'main.main') return false;
  return module === undefined ? packageOf(frame) === 'main' : isOfModule(frame, module);
}

function isOwn(frame: string): boolean {
  return !isForeign(frame) && !carriers.test(packageOf(frame)) && !frame.startsWith('github.com/valyala/fasthttp');
}
