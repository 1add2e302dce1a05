/** Requests to the API server: over connections that are kept, with the user's credentials, bounded in time unless they stream. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { KubeLimits, KubeUpgrade } from './cluster.ts';
import type { KubeAccess } from './config.ts';
import { readRefusal, refused, unreachable } from './failures.ts';

/** One question; `asked` is what it asks for, in words that follow "to". */
interface KubeAsk {
  readonly asked: string;
  readonly method?: string;
  /** From the server's address on, encoded, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bodyType?: string;
  readonly signal?: AbortSignal | undefined;
  /** Of a whole answer. */
  readonly timeoutMs?: number;
}

/** The connections to one cluster. */
export interface KubeTransport {
  /** The answer as it comes, whatever its status. */
  open(ask: KubeAsk): Promise<http.IncomingMessage>;
  /** A whole answer, whatever its status. */
  whole(
    ask: KubeAsk,
    limits?: KubeLimits,
  ): Promise<{ readonly status: number; readonly contentType: string; readonly body: Buffer }>;
  /** The JSON of a success; undefined for status 404 where that is allowed. */
  json<T>(ask: KubeAsk): Promise<T>;
  upgrade(ask: KubeAsk): Promise<KubeUpgrade>;
  /** Closes connections that wait for a next question: where one was not answered in time, they may be as dead. */
  forgetIdle(): void;
  close(): void;
}

const mostBytes = 64 * 1024 * 1024;
const usualMs = 30_000;

/** Opens nothing yet. */
export function createTransport(access: KubeAccess): KubeTransport {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  const { server, context } = access;
  const forgetIdle = () => closeIdle(Object.values(agents));

  async function request(ask: KubeAsk, signal: AbortSignal | undefined): Promise<http.ClientRequest> {
    const { agent, headers, ...tls } = await access.credentials();
    signal?.throwIfAborted();
    const url = new URL(`${server}${ask.path}`);
    const isPlain = url.protocol === 'http:';
    const body = ask.body === undefined ? undefined : Buffer.from(JSON.stringify(ask.body));
    const typed = body && { 'content-type': ask.bodyType ?? 'application/json', 'content-length': String(body.length) };
    const options: https.RequestOptions = {
      ...(tls as https.RequestOptions),
      method: ask.method ?? 'GET',
      headers: { accept: 'application/json, */*', 'user-agent': 'rampart', ...typed, ...headers, ...ask.headers },
      agent: agent ?? agents[isPlain ? 'http:' : 'https:'],
      ...(signal ? { signal } : {}),
    };
    const sent = (isPlain ? http : https).request(url, options);
    sent.end(body);
    return sent;
  }

  async function open(ask: KubeAsk): Promise<http.IncomingMessage> {
    const { signal } = ask;
    try {
      const sent = await request(ask, signal);
      return await new Promise<http.IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve);
        sent.once('error', (error: NodeJS.ErrnoException) => {
          // The server may close an idle connection just when it is used again; then it has read nothing yet.
          if (sent.reusedSocket && error.code === 'ECONNRESET' && !signal?.aborted) resolve(open(ask));
          else reject(error);
        });
      });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(error, ask.asked, server, context);
    }
  }

  async function whole(ask: KubeAsk, { maxBytes = mostBytes, signal }: KubeLimits = {}) {
    const ends = signal ?? ask.signal;
    const limit = AbortSignal.timeout(ask.timeoutMs ?? usualMs);
    try {
      const answer = await open({ ...ask, signal: ends ? AbortSignal.any([ends, limit]) : limit });
      const body = await readAll(answer, maxBytes);
      return { status: answer.statusCode ?? 0, contentType: answer.headers['content-type'] ?? '', body };
    } catch (error) {
      if ([limit, ends].some(isOverdue)) forgetIdle();
      if (ends?.aborted) throw ends.reason;
      // An answer that is cut off for its time looks as if the server had closed the connection.
      throw unreachable(limit.aborted ? limit.reason : error, ask.asked, server, context);
    }
  }

  async function json<T>(ask: KubeAsk): Promise<T> {
    const { status, body } = await whole(ask);
    if (status < 200 || status > 299) throw refused(readRefusal(status, body), ask.asked, context);
    try {
      return JSON.parse(body.toString('utf8')) as T;
    } catch (error) {
      throw unreachable(error, ask.asked, server, context);
    }
  }

  async function upgrade(ask: KubeAsk): Promise<KubeUpgrade> {
    const sent = await request({ ...ask, headers: { connection: 'Upgrade', ...ask.headers } }, ask.signal);
    try {
      return await new Promise<KubeUpgrade>((resolve, reject) => {
        sent.once('upgrade', (_answer, socket, head) => resolve({ socket, head }));
        sent.once('response', (answer) => reject(answer));
        sent.once('error', reject);
      });
    } catch (error) {
      if (ask.signal?.aborted) throw ask.signal.reason;
      if (!(error instanceof http.IncomingMessage)) throw unreachable(error, ask.asked, server, context);
      const body = await readSome(error);
      throw refused(readRefusal(error.statusCode ?? 0, body), ask.asked, context);
    }
  }

  return {
    open,
    whole,
    json,
    upgrade,
    forgetIdle,
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function readAll(answer: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function closeIdle(agents: readonly http.Agent[]): void {
  const idle = agents.flatMap(({ freeSockets }) => Object.values(freeSockets).flatMap((sockets = []) => sockets));
  for (const socket of idle) socket.destroy();
}

function isOverdue(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && (signal.reason as Error | undefined)?.name === 'TimeoutError';
}

/** The beginning of an answer that is read only to be shown. */
export async function readSome(answer: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (chunks.length > 16) break;
    }
  } catch {
    // What has come is shown.
  }
  return Buffer.concat(chunks);
}
