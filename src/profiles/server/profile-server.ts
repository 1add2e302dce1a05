/** `rampart profiles serve`: the profile API and its page over one store, and over the directories of runs beside it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ListeningServer, type ListenPlace, listen } from '../../host/http-server.ts';
import { isLoopback } from '../../host/loopback.ts';
import { foreignAsk, foreignOrigin, foreignSite } from '../../host/page-guard.ts';
import { messageOf } from '../../model/errors.ts';
import { checkToken } from './access.ts';
import { ApiError } from './api-error.ts';
import type { Answer, ProfileBackend } from './ask.ts';
import { drain } from './body.ts';
import { bodyLimits } from './check-body.ts';
import { createGate } from './gate.ts';
import { parseQuery } from './query-string.ts';
import { sendError } from './replies.ts';
import { type Route, routeOf } from './routes.ts';

/** What a server is opened with. */
export interface ProfileServerOptions extends Omit<ProfileBackend, 'work' | 'wantsToken'> {
  readonly place: ListenPlace;
  /** Whoever asks must have it; undefined where everybody on this machine may. */
  readonly token: string | undefined;
  /** Pages for people, by their paths. */
  readonly pages: Readonly<Record<string, Answer>>;
}

/** For every answer; a page brings a policy of its own. */
const safetyHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** So many profiles are put together, or checked, at a time: each may hold hundreds of megabytes. */
const mostWork = 2;
/** `go tool pprof` alone asks for 128 at once. */
const mostConnections = 2000;
/** The largest body that is taken has so long to come. */
const requestTimeoutMs = 120_000;
/** What is under way when the server ends has so long to come to its end. */
const endWithinMs = 5000;

/** Opens the server; rejects with an environment error when the address cannot be listened on. */
export async function openProfileServer(options: ProfileServerOptions): Promise<ProfileServer> {
  const server = new ProfileServer(options);
  await server.open();
  return server;
}

/** A server of profiles; it must be closed. The source and the store stay open. */
export class ProfileServer {
  private readonly options: ProfileServerOptions;
  private readonly backend: ProfileBackend;
  private readonly underWay = new Set<Promise<void>>();
  private readonly end = new AbortController();
  private server: ListeningServer | undefined;

  /** Not served yet. */
  constructor(options: ProfileServerOptions) {
    this.options = options;
    this.backend = { ...options, wantsToken: options.token !== undefined, work: createGate(mostWork) };
  }

  /** Where it is served. */
  get url(): string {
    return this.server?.url ?? '';
  }

  /** Begins to serve; see `openProfileServer`. */
  async open(): Promise<void> {
    const place = { mostConnections, requestTimeoutMs, ...this.options.place };
    this.server = await listen(place, (request, response) => {
      const answered = this.answer(request, response);
      this.underWay.add(answered);
      void answered.finally(() => this.underWay.delete(answered));
    });
  }

  /** Takes nothing more, and ends once what is under way has come to its end or takes too long. */
  async close(): Promise<void> {
    this.end.abort(new ApiError(503, 'the server is stopping', { headers: { connection: 'close' } }));
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, endWithinMs);
    });
    await Promise.race([Promise.all(this.underWay), enough]);
    clearTimeout(timer);
    await this.server?.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('whoever asked has gone')));
    const signal = AbortSignal.any([gone.signal, this.end.signal]);
    let route: Route | undefined;
    try {
      signal.throwIfAborted();
      this.check(request);
      const [path = '/', ...query] = targetOf(request).split('?');
      route = routeOf(path, this.options.pages);
      const answer = answerOf(route, request.method ?? '');
      await answer({ request, response, parameters: parseQuery(query.join('?')), backend: this.backend, signal });
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!(error instanceof ApiError)) this.options.warn(`${request.method} ${request.url}: ${messageOf(error)}`);
      sendError(response, error, route?.toPprof ?? isPprof(request));
    } finally {
      drain(request, bodyLimits.sentBytes);
    }
  }

  private check(request: IncomingMessage): void {
    const asked = { method: request.method ?? '', headers: request.headers };
    const isOwn = isLoopback(this.options.place.host ?? '127.0.0.1');
    const foreign = isOwn ? foreignAsk(asked) : foreignOrigin(asked, ['http', 'https']);
    const refusal = foreign ?? foreignSite(asked);
    if (refusal) throw new ApiError(refusal.status, refusal.why);
    checkToken(request.headers, this.options.token);
  }
}

/** Path and query; a proxy writes the address before them (RFC 9112, 3.2.2). */
function targetOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').replace(/^(?=\?|$)/, '/');
}

function answerOf({ methods }: Route, method: string): Answer {
  const answer = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (answer) return answer;
  const allow = Object.keys(methods).join(', ');
  throw new ApiError(405, `method not allowed: ${allow} are answered here`, { headers: { allow } });
}

/** Go's client, which shows an error only where it is text. */
function isPprof({ headers }: IncomingMessage): boolean {
  return (headers['user-agent'] ?? '').startsWith('Go-http-client');
}
