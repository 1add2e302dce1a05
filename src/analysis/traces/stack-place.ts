/** What a call stack in an execution trace says of the goroutine that has it: what it serves, how far, and what it waits for. */

import { isStandard } from '../../goruntime/package-names.ts';
import type { Generation } from '../../goruntime/trace/generation.ts';
import type { TraceFrame } from '../../goruntime/trace/tables.ts';

/** How far a connection of net/http (src/net/http/server.go) or a worker is with a request; `none` where the goroutine serves none. */
type ServePhase = 'idle' | 'read-head' | 'handshake' | 'handler' | 'finish' | 'other' | 'none';

/** What a goroutine that waits for a network or a channel does so for. */
type ClientWait = 'answer' | 'connection' | undefined;

/** What is known of one stack. */
export interface StackPlace {
  /** The function the goroutine began with. */
  readonly root: string;
  /** `connection` and `worker`: one goroutine for many requests, of one client or of all; `stream`: one for each; `streams`: their connection. */
  readonly serves: 'connection' | 'worker' | 'stream' | 'streams' | undefined;
  readonly phase: ServePhase;
  /** The service's own function that handles the request, as far as that is in the stack. */
  readonly route: string | undefined;
  /** The innermost function of the service, else of a library; with the function it waits in, where that says more. */
  readonly site: string;
  readonly isCollector: boolean;
  readonly isAssist: boolean;
  readonly wait: 'lock' | 'join' | undefined;
  readonly client: ClientWait;
  /** Reads the request's body, or writes its answer. */
  readonly isOfClient: boolean;
  /** The request that records this trace. */
  readonly isTracer: boolean;
}

const connectionRoot = 'net/http.(*conn).serve';
/** What a server with grpc.NumStreamWorkers hands requests to. */
const workerRoot = 'google.golang.org/grpc.(*Server).serverWorker';
const streamRoot =
  /(?:http2?serverConn\)\.|http2\.\(\*serverConn\)\.)runHandler$|^google\.golang\.org\/grpc\.\(\*Server\)\.(?:handleStream|serveStreams\.func)/;
const streamsFrame = /http2(?:\.\(\*|)serverConn\)\.serve$/;
const streamFrame = /serverConn\)\.runHandler$|^google\.golang\.org\/grpc\.\(\*Server\)\.handleStream$/;
/** Wrappers that the compiler makes for `go f(x)`. */
const streamEntry =
  /serverConn\)\.(?:processHeaders|scheduleHandler|handlerDone)\.gowrap\d+$|grpc\.\(\*Server\)\.serveStreams\.func/;
const phases: readonly (readonly [RegExp, ServePhase])[] = [
  [/^bufio\.\(\*Reader\)\.Peek$/, 'idle'],
  [/^net\/http\.\(\*conn\)\.readRequest$/, 'read-head'],
  [/^crypto\/tls\.\(\*Conn\)\.HandshakeContext$/, 'handshake'],
  [/^net\/http\.serverHandler\.ServeHTTP$/, 'handler'],
  [/^net\/http\.\(\*response\)\.finishRequest$/, 'finish'],
];
const collector = /^runtime\.(?:gc|GC|\(\*gc|bgsweep|sweep|markroot|greyobject|scanobject)/;
const lock = /^sync\.\(\*(?:Mutex|RWMutex|Once)\)\.|^internal\/sync\.\(\*Mutex\)\.|^internal\/poll\.\(\*fdMutex\)\./;
const join = /^sync\.\(\*WaitGroup\)\.|\/errgroup\.\(\*Group\)\.Wait$/;
/** Bodies of answers are read by the goroutine that wants them. */
const answer =
  /^net\/http\.\(\*persistConn\)\.roundTrip$|^net\/http\.\(\*bodyEOFSignal\)\.|[cC]lientConn\)\.(?:roundTrip|RoundTrip)$|[tT]ransportResponseBody\)?\.|^google\.golang\.org\/grpc\.\(\*clientStream\)\./;
const connection =
  /^net\/http\.\(\*Transport\)\.getConn$|^google\.golang\.org\/grpc\.\(\*pickerWrapper\)\.pick$|^database\/sql\.\(\*DB\)\.conn$|\.\(\*(?:ConnPool|Pool)\)\.(?:waitTurn|Acquire|Get)$/;
const ofClient =
  /^net\/http\.\(\*(?:body|connReader|response|checkConnErrorWriter|expectContinueReader|chunkWriter)\)\.|^net\/http\.checkConnErrorWriter\.|^net\/http\.\(\*http2|^net\/http\/internal\/http2\.|^golang\.org\/x\/net\/http2\.|^google\.golang\.org\/grpc\/internal\/transport\./;
const tracer = /^net\/http\/pprof\.Trace$|^runtime\/trace\.Start/;

/** The same stack of a generation gives the same place. */
export class StackPlaces {
  private readonly known = new WeakMap<readonly TraceFrame[], StackPlace>();

  of(generation: Generation, stack: number): StackPlace | undefined {
    if (stack === 0) return undefined;
    const frames = generation.stacks.framesOf(stack);
    const known = this.known.get(frames);
    if (known) return known;
    const place = placeOf(frames.map((frame) => frame.function));
    this.known.set(frames, place);
    return place;
  }
}

/** Whether a goroutine that begins with this function serves one request. */
export function beginsStream(entry: string): boolean {
  return streamEntry.test(entry) || streamRoot.test(entry);
}

/** Of the functions of a stack, leaf first. */
export function placeOf(functions: readonly string[]): StackPlace {
  const root = functions.at(-1) ?? '';
  const serve = functions.lastIndexOf(connectionRoot);
  const callee = functions[serve - 1] ?? '';
  const found = phases.find(([name]) => name.test(callee))?.[1];
  const serves = servesOf(functions, root);
  // What a goroutine waits at it is in by way of the runtime, of which only some stacks tell.
  const isIdle =
    serves === 'worker' && functions.findIndex((name) => !name.startsWith('runtime.')) === functions.length - 1;
  const some = (pattern: RegExp) => functions.some((name) => pattern.test(name));
  const client = some(connection) ? 'connection' : some(answer) ? 'answer' : undefined;
  // A leaf in the runtime decides before the reason does: assists and sweeps happen under any function.
  const isCollector = collector.test(functions[0] ?? '') || functions.slice(0, 4).some((name) => collector.test(name));
  return {
    root,
    serves,
    phase: isIdle ? 'idle' : phaseOf(serves, found),
    route: serves === undefined ? undefined : routeOf(functions),
    site: siteOf(functions),
    isCollector,
    isAssist: some(/^runtime\.gcAssist/),
    wait: some(join) ? 'join' : some(lock) ? 'lock' : undefined,
    client,
    isOfClient: serves !== undefined && client === undefined && some(ofClient),
    isTracer: some(tracer),
  };
}

function servesOf(functions: readonly string[], root: string): StackPlace['serves'] {
  if (root === workerRoot) return 'worker';
  if (functions.some((name) => streamFrame.test(name))) return 'stream';
  if (functions.some((name) => streamsFrame.test(name))) return 'streams';
  return functions.includes(connectionRoot) ? 'connection' : undefined;
}

function phaseOf(serves: StackPlace['serves'], ofConnection: ServePhase | undefined): ServePhase {
  if (serves === 'stream' || serves === 'worker') return 'handler';
  return serves === 'connection' ? (ofConnection ?? 'other') : 'none';
}

/** What a handler is called through, in net/http and in routers that are widely used: it only passes a request on. */
const routing =
  /(?:^net\/http\.serverHandler|\.HandlerFunc|\.\(\*(?:ServeMux|Mux|Router|Engine|Echo)\))\.ServeHTTP$|\/gin\.\(\*Context\)\.Next$|\/echo(?:\/v\d+)?\.\(\*Echo\)\.[aA]dd\.func\d+$|\/grpc-gateway(?:\/v\d+)?\/runtime\.\(\*ServeMux\)\.handleHandler$/;
/** How protoc-gen-go-grpc calls what decodes a request and hands it to the service. */
const generated = /\._\w+_\w+_Handler$/;

/** Servers that are part of a service only by being compiled into it. */
function isServer(name: string): boolean {
  return /^golang\.org\/x\/net\/http2[./]|^google\.golang\.org\/grpc(?:\.|\/internal\/)/.test(name);
}

/** The innermost handler of HTTP, or what the innermost router calls into; else the outermost function that is not of the library. */
function routeOf(functions: readonly string[]): string | undefined {
  const isOwn = (name: string) => !isStandard(name) && !isServer(name);
  const handler = functions.findIndex((name) => routing.test(name) || (name.endsWith('.ServeHTTP') && isOwn(name)));
  const inner = functions[routing.test(functions[handler] ?? '') ? handler - 1 : handler];
  if (inner !== undefined && isOwn(inner)) return inner;
  return functions.findLast((name) => generated.test(name)) ?? functions.findLast(isOwn);
}

const inside = /^(?:runtime|internal|sync)[./]/;

function siteOf(functions: readonly string[]): string {
  const own = functions.find((name) => !isStandard(name) && !isServer(name));
  const library = functions.find((name) => !inside.test(name));
  if (own === undefined) return library ?? functions[0] ?? '';
  const waited = functions[0] === own ? undefined : functions.find((name) => !/^(?:runtime|internal)[./]/.test(name));
  return waited === undefined || waited === own ? own : `${waited} in ${own}`;
}
