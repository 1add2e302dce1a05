/** What the names of functions say: their package, whether a request is being served, and which function is the service's own. */

/** Top directories of the standard library. */
const standard = new Set(
  (
    'archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash html image ' +
    'index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs sync syscall ' +
    'testing text time unicode unique unsafe vendor weak'
  ).split(' '),
);
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
  /(?:^|\/)(?:sqlx|gorm|bun|ent|pgx|pgxpool|puddle|pq|mysql|sqlite3?|redis|rueidis|redigo|mongo(?:-driver)?|gocql|memcache|gomemcache|clickhouse-go|go-elasticsearch|sarama|kafka-go|franz-go|nats\.go|amqp091-go|streadway|grpc(?:-go)?|x\/(?:net|sync|time|oauth2|crypto)|aws-sdk-go(?:-v2)?|smithy-go|resty|go-retryablehttp|otelhttp|otelsql)(?:[/.]|$)/;

/** The import path before a function's name, dots of its last part as they are: `database/sql` of `database/sql.(*DB).conn`. */
export function packageOf(frame: string): string {
  const generic = frame.indexOf('[');
  const name = generic < 0 ? frame : frame.slice(0, generic);
  const slash = name.lastIndexOf('/') + 1;
  return name.slice(0, name.indexOf('.', slash)).replaceAll('%2e', '.');
}

/** Whether a function is the standard library's or the runtime's. */
export function isStandard(frame: string): boolean {
  return standard.has(packageOf(frame).split('/', 1)[0] ?? '');
}

/** Whether the goroutine with these frames is at work for a request. */
export function servesRequest(frames: readonly string[]): boolean {
  if (frames.some((frame) => serving.some((known) => known.test(frame)))) return true;
  const serve = frames.indexOf(fasthttpServe);
  return serve > 0 && frames.slice(0, serve).some((frame) => isOwn(frame));
}

/** The innermost function of the service itself: of its module where that is known, else of no library that is known; else `site`. */
export function ownerOf(frames: readonly string[], site: string, module: string | undefined): string {
  const ofModule = frames.find((frame) => isOfModule(frame, module));
  const own = ofModule ?? frames.find((frame) => isOwn(frame)) ?? frames.find((frame) => !isStandard(frame)) ?? site;
  return withoutShapes(own);
}

/** A function without the types it was made for, which may be long. */
function withoutShapes(frame: string): string {
  return frame.replace(/\[.*\]/, '[…]');
}

function isOfModule(frame: string, module: string | undefined): boolean {
  if (frame.startsWith('main.') && frame !== 'main.main') return true;
  return module !== undefined && (frame.startsWith(`${module}/`) || frame.startsWith(`${module}.`));
}

function isOwn(frame: string): boolean {
  return !isStandard(frame) && !carriers.test(packageOf(frame)) && !frame.startsWith('github.com/valyala/fasthttp');
}
