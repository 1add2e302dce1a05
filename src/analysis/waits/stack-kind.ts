/** What the goroutines of one stack wait for, from its frames: a pool, a lock, the network, or nothing that anybody asked for. */
import { notParked } from '../../goruntime/goroutines/wait-reason.ts';
import { isStandard, packageOf } from '../../goruntime/package-names.ts';
import type { StackGroup } from '../../model/sample.ts';
import { servesRequest } from './frames.ts';

/**
 * What goroutines wait for. `idle`: a server, worker or connection that waits for work, or the companion of a goroutine that is counted itself. `network`: an answer of
 * something else. `client`: whoever sent the request. `pool`: one of a limited number. `queue`: a channel, a select or a condition of
 * the service. `join`: goroutines that it started.
 */
export type WaitKind =
  | 'idle'
  | 'network'
  | 'client'
  | 'pool'
  | 'lock'
  | 'queue'
  | 'join'
  | 'syscall'
  | 'sleep'
  | 'gc'
  | 'runnable';

/** What a stack waits for. */
export interface StackKind {
  readonly kind: WaitKind;
  /** For what, in a word or two: `database/sql`, `chan send`, `sync.Mutex.Lock`. */
  readonly what: string;
  /** Whether it is at work for a request that the service got. */
  readonly request: boolean;
}

type Rule = readonly [pattern: RegExp, kind: WaitKind, what: string];

/** Wherever on the stack: whose goroutines are companions, or wait for work by design. */
const idleAnywhere: readonly RegExp[] = [
  /^net\/http\.\(\*connReader\)\.(?:backgroundRead|startBackgroundRead)/,
  /^internal\/poll\.\(\*FD\)\.Accept$/,
  /^net\/http\.\(\*persistConn\)\.(?:readLoop|writeLoop|mapRoundTripError)/,
  /http2.*(?:serverConn\)\.(?:serve|readFrames)|lientConnReadLoop\)\.run|lientConn\)\.readLoop|lientStream\)\.doRequest)$/,
  /^google\.golang\.org\/grpc\/internal\/(?:transport\.\(\*(?:http2Client\)\.(?:reader|keepalive)|http2Server\)\.(?:HandleStreams|keepalive)|loopyWriter\)|controlBuffer\))|grpcsync\.)/,
  /^google\.golang\.org\/grpc\.\(\*(?:Server\)\.(?:Serve|serverWorker)|addrConn\)|ccBalancerWrapper\)|ccResolverWrapper\))/,
  /^google\.golang\.org\/grpc\/internal\/resolver\//,
  /^database\/sql\.\(\*DB\)\.connection(?:Opener|Cleaner|Resetter)$/,
  /^os\/signal\./,
  // A service may run its handlers under labels of a profile (`pprof.Do`).
  /^net\/http\/pprof\.|^runtime\/pprof\.(?!Do$)|^github\.com\/valyala\/fasthttp\/pprofhandler\./,
  /^runtime\.\(\*profBuf\)\.read$/,
];

/** What package net starts for a name that is looked up, while the one who asked waits for it: each look-up is several of these. */
const lookingUp = /^(?:net\.(?:\(\*Resolver\)\.\w+\.func|doBlockingWithCtx|cgo)|internal\/singleflight\.)/;

/** What a connection is that net/http opens for a request, which waits for it in a goroutine of its own. */
export const dialling = 'dialling';
const dials = /^net\/http\.\(\*Transport\)\.(?:dialConnFor|startDialConnFor|dialConn)/;

/** By the function that parked: one of a limited number. The order counts. */
const poolRules: readonly Rule[] = [
  [/^database\/sql\.\(\*DB\)\.conn$/, 'pool', 'database/sql'],
  [/^net\/http\.\(\*Transport\)\.getConn$/, 'pool', 'http.Transport'],
  [/http2.*lientConn\)\.awaitOpenSlotForStream/, 'pool', 'HTTP/2 streams'],
  [/^google\.golang\.org\/grpc\/internal\/transport\.\(\*http2Client\)\.NewStream$/, 'pool', 'gRPC streams'],
  [/^golang\.org\/x\/sync\/semaphore\.\(\*Weighted\)\.Acquire$/, 'pool', 'x/sync semaphore'],
  [/^golang\.org\/x\/sync\/errgroup\.\(\*Group\)\.Go$/, 'pool', 'errgroup limit'],
  [/^golang\.org\/x\/time\/rate\.\(\*Limiter\)\.[Ww]ait/, 'pool', 'rate limiter'],
  [/\(\*?\w*[Ll]imiter(?:\[.*\])?\)\.(?:[Ww]ait|[Tt]ake|[Aa]cquire)/, 'pool', 'rate limiter'],
  [/\(\*?\w*[Ss]emaphore(?:\[.*\])?\)\./, 'pool', 'semaphore'],
];
/** A pool of whatever library or of the service itself; what its methods that hand out are called. */
const anyPool =
  /\(\*?\w*[Pp]ool\w*(?:\[.*\])?\)\.(?:\w*(?:[Aa]cquire|[Cc]heck[Oo]ut|[Bb]orrow|[Cc]onn)\w*|[Gg]et\w*|[Tt]ake\w*|waitTurn|Submit|Invoke|retrieveWorker)$/;
/** More on a pool's stack than the pool itself: whose it is. */
const poolOwners: readonly (readonly [RegExp, string])[] = [
  [/pgxpool\.\(\*Pool\)/, 'pgxpool'],
  [/redis.*\/pool\.|redigo|rueidis/, 'redis'],
  [/mongo.*\/topology\./, 'mongo'],
  [/puddle/, 'puddle'],
];

/** By any function of a goroutine that waits: something else is to answer. */
const networkRules: readonly Rule[] = [
  [/^net\/http\.\(\*(?:persistConn\)\.(?:roundTrip|Read|waitForContinue)|bodyEOFSignal\)\.)/, 'network', 'HTTP'],
  [
    /http2.*(?:lientConn\)\.(?:RoundTrip|roundTrip)|lientStream\)|transportResponseBody|pipe\)\.Read)/,
    'network',
    'HTTP/2',
  ],
  [
    /^google\.golang\.org\/grpc.*(?:recvBufferReader|lientStream\)|\(\*ClientConn\)\.(?:Invoke|waitForResolvedAddrs)|pickerWrapper\)\.pick)/,
    'network',
    'gRPC',
  ],
  [/^net\/rpc\.\(\*Client\)\.Call$/, 'network', 'RPC'],
  [/^net\.\(\*(?:netFD\)\.connect|sysDialer\)|Dialer\)\.Dial)/, 'network', dialling],
  [/^net\.\(\*Resolver\)\.|^internal\/singleflight/, 'network', 'name lookup'],
];
/** Packages whose goroutines, where they wait, wait for a server. */
const clientPackage =
  /(?:^|[/-])(?:kafka|sarama|franz|nats|amqp|streadway|mongo|redis|rueidis|redigo|pgx|pgconn|pq(?![a-z])|mysql|mssql|gocql|clickhouse|elastic|memcache|etcd|consul|zk(?![a-z])|zookeeper|pulsar|mqtt|thrift)/;
/** Between a handler and whoever sent its request. */
const toClient =
  /^net\/http\.\(\*(?:body\)\.|connReader\)\.Read|checkConnErrorWriter|response\)\.|chunkWriter\)|expectContinueReader)|http2.*(?:responseWriter|requestBody|serverConn\)\.write)/;
/** The same where a connection has many requests, whose handlers read and write through the goroutines of the connection. */
const toStream =
  /http2.*(?:responseWriter|requestBody|serverConn\)\.write)|^google\.golang\.org\/grpc\.\(\*serverStream\)\.|^google\.golang\.org\/grpc\/internal\/transport\.\(\*(?:recvBufferReader|http2Server|ServerStream)\)\./;
/** Who asks another service has these on its stack, and may share some of the above with its own server. */
const asks = /(?:persistConn|bodyEOFSignal|lientConn|lientStream|transportResponseBody)\)\./;
/** What is read and written by one goroutine at a time, by the lock that package poll has for each (internal/poll/fd_mutex.go). */
export const oneFile = 'one file';
/** The same of a connection. */
export const oneConnection = 'one connection';
/** The write lock of a SQLite database: who finds it taken looks again after a pause (busy_timeout), in what bindings call a busy handler. */
export const sqliteLock = 'SQLite database';
const busySqlite = /sqlite.*[Bb]usy(?:Callback|Handler)/;
/** A process that the service started itself: its end, or what it writes. */
export const childProcess = 'child process';
const awaitsChild =
  /^os\.\(\*Process\)\.(?:[Ww]ait|pidfdWait|blockUntilWaitable)$|^os\/exec\.\(\*Cmd\)\.(?:Wait|awaitGoroutines)$/;
const locks = /^sync\.(?:RW)?Mutex\.R?Lock$/;
const collector = /^(?:GC assist wait|wait for GC cycle|GC weak to strong wait)$/;
const channels = /^(?:chan send|chan receive|select|semacquire|coroutine)$/;

/** Whether a goroutine waits for the write lock of a SQLite database, awake or not. */
export function waitsForSqlite(frames: readonly string[]): boolean {
  return frames.some((frame) => busySqlite.test(frame));
}

/** What the goroutines of this stack wait for. */
export function stackKind(group: Pick<StackGroup, 'reason' | 'frames'>): StackKind {
  const request = servesRequest(group.frames);
  const { kind, what } = kindOf(group, request);
  return { kind, what, request: request && kind !== 'idle' };
}

type Told = Pick<StackKind, 'kind' | 'what'>;

function kindOf({ reason, frames }: Pick<StackGroup, 'reason' | 'frames'>, request: boolean): Told {
  if (frames.some((frame) => idleAnywhere.some((idle) => idle.test(frame)))) return { kind: 'idle', what: reason };
  if (lookingUp.test(frames.findLast((frame) => frame !== 'runtime.goexit') ?? ''))
    return { kind: 'idle', what: reason };
  if (frames.some((frame) => dials.test(frame))) return { kind: 'idle', what: dialling };
  if (reason === notParked) return { kind: 'runnable', what: reason };
  const parking = frames.find((frame) => !isPlumbing(frame)) ?? frames.at(-1) ?? '';
  // Its handler runs in a goroutine of its own, which is the one that counts.
  if (parking === 'net/http.(*timeoutHandler).ServeHTTP') return { kind: 'idle', what: reason };
  return poolOf(parking, frames) ?? ofReason(reason, frames, parking, request);
}

function poolOf(parking: string, frames: readonly string[]): Told | undefined {
  // What a pool does with the network, such as dialling, is no wait for the pool.
  if (frames.includes('internal/poll.runtime_pollWait')) return undefined;
  const own = poolOwners.find(([owner]) => frames.some((frame) => owner.test(frame)))?.[1];
  for (const [pattern, kind, what] of poolRules) if (pattern.test(parking)) return { kind, what: own ?? what };
  if (!anyPool.test(parking)) return undefined;
  return { kind: 'pool', what: own ?? (isStandard(parking) ? parking : lastOf(packageOf(parking))) };
}

function ofReason(reason: string, frames: readonly string[], parking: string, request: boolean): Told {
  if (collector.test(reason) || isOfCollector(reason, frames)) return { kind: 'gc', what: reason };
  if (request && frames.some((frame) => toStream.test(frame)) && !frames.some((frame) => asks.test(frame)))
    return { kind: 'client', what: 'its client' };
  if (waitsForSqlite(frames)) return { kind: 'lock', what: sqliteLock };
  if (frames.some((frame) => awaitsChild.test(frame))) return { kind: 'network', what: childProcess };
  const network = networkRules.find(([pattern]) => frames.some((frame) => pattern.test(frame)));
  if (network && reason !== 'syscall') return { kind: network[1], what: network[2] };
  if (locks.test(reason)) return { kind: 'lock', what: reason };
  if (frames.includes('internal/poll.(*fdMutex).rwlock')) {
    return { kind: 'lock', what: frames.some((frame) => frame.startsWith('os.(*File).')) ? oneFile : oneConnection };
  }
  if (reason === 'syscall') return { kind: 'syscall', what: 'system call' };
  if (reason === 'sleep') return { kind: 'sleep', what: 'sleep' };
  if (reason === 'IO wait') return ofIoWait(frames, request);
  if (reason === 'sync.WaitGroup.Wait') return { kind: 'join', what: reason };
  if (request && clientPackage.test(packageOf(parking))) return { kind: 'network', what: lastOf(packageOf(parking)) };
  if (channels.test(reason) || reason === 'sync.Cond.Wait') return { kind: 'queue', what: reason };
  return { kind: 'idle', what: reason };
}

function ofIoWait(frames: readonly string[], request: boolean): Told {
  if (request && frames.some((frame) => toClient.test(frame))) return { kind: 'client', what: 'its client' };
  const client = frames.find((frame) => clientPackage.test(packageOf(frame)));
  if (client !== undefined) return { kind: 'network', what: lastOf(packageOf(client)) };
  return request ? { kind: 'network', what: 'network' } : { kind: 'idle', what: 'IO wait' };
}

function isOfCollector(reason: string, frames: readonly string[]): boolean {
  return (
    reason === 'semacquire' && frames.some((frame) => /^runtime\.(?:gcStart|stopTheWorld\w*|semacquire)$/.test(frame))
  );
}

/** The runtime, and what of sync and the poller stands between it and whoever waits. */
function isPlumbing(frame: string): boolean {
  return /^(?:runtime|internal\/poll|internal\/sync|internal\/runtime\/.*|sync|time|reflect|context|syscall)\./.test(
    frame,
  );
}

function lastOf(path: string): string {
  const parts = path.split('/').filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? path;
}
