/**
 * Small GET requests to what a Go service shows of itself: bounded in size, over connections that are kept, redirects on the same host
 * followed.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { messageOf } from '../model/errors.ts';
import { socketLookup } from './addresses.ts';
import { decoded } from './content-coding.ts';
import { shownUrl } from './page-url.ts';
import { nextUrl, redirects } from './redirect.ts';

/** A client with connections of its own; close it to let them go. */
export interface HttpGetter {
  /** What a 200 answer holds, or any answer where that is wanted; rejects with an Error fit to be shown, with the address but no password, also when the signal aborts. */
  get(url: string, limits: GetLimits): Promise<HttpPage>;
  close(): void;
}

/** One answer. */
export interface HttpPage {
  readonly status: number;
  /** Where it came from after all redirects, fit to be shown. */
  readonly url: string;
  /** As the service says; empty where it does not. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** `maxBytes` holds for the body as sent and as inflated. */
interface GetLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Which types are wanted (RFC 9110, 12.5.1). */
  readonly accept?: string | undefined;
  /** Leaves a body that is a gzip file as it is. */
  readonly asSent?: boolean;
  /** Any answer is one, not only 200. */
  readonly anyStatus?: boolean;
  /** False takes a redirect for a refusal, or for the answer where any is one. */
  readonly followsRedirects?: boolean;
}

type Agents = Readonly<Record<'http:' | 'https:', http.Agent>>;

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A client of one connection at a time for each host, which it keeps open unless it is seldom used. */
export function createHttpGetter({ keepAlive = true }: { readonly keepAlive?: boolean } = {}): HttpGetter {
  const options = { keepAlive, maxSockets: 1, lookup: socketLookup };
  const agents: Agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    get: (url, limits) => follow(new URL(url), agents, limits),
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

async function follow(first: URL, agents: Agents, limits: GetLimits): Promise<HttpPage> {
  const passed: URL[] = [];
  for (let url = first; ; ) {
    const answer = await ask(url, agents, limits, passed);
    passed.push(url);
    const { anyStatus = false } = limits;
    if (redirects(answer.status) && !(anyStatus && limits.followsRedirects === false)) {
      if (limits.followsRedirects === false) throw new Error(notFollowed(url, answer));
      url = nextUrl(passed, answer.headers.location);
      continue;
    }
    const where = whereOf(passed);
    if (answer.status !== 200 && !anyStatus)
      throw new Error(`${where} answered ${answer.status}${firstLine(answer.body)}`);
    const { maxBytes, asSent = false } = limits;
    const coding = answer.headers['content-encoding'];
    const body = await decoded(answer.body, coding, maxBytes, asSent).catch((error: unknown) => {
      throw new Error(`${where} ${messageOf(error)}`, { cause: error });
    });
    const { status } = answer;
    return { status, url: shownUrl(url.href), contentType: answer.headers['content-type'] ?? '', body };
  }
}

function notFollowed(url: URL, { status, headers: { location = 'nowhere' } }: Answer): string {
  const to = URL.canParse(location, url.href) ? shownUrl(new URL(location, url.href).href) : JSON.stringify(location);
  return `${shownUrl(url.href)} answered ${status} and redirects to ${to}, where it is not followed; give the address that answers`;
}

/** `http://a/x`, or `http://a/x redirects to http://a/y, which` when it was led there. */
function whereOf(passed: readonly URL[]): string {
  const [first, last] = [passed[0], passed.at(-1)];
  const shown = shownUrl(first?.href ?? '');
  return first === last ? shown : `${shown} redirects to ${shownUrl(last?.href ?? '')}, which`;
}

async function ask(url: URL, agents: Agents, limits: GetLimits, passed: readonly URL[]): Promise<Answer> {
  try {
    return await request(url, agents, limits);
  } catch (error) {
    if (limits.signal.aborted || passed.length === 0) throw error;
    throw new Error(`${whereOf([...passed, url])} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function request(url: URL, agents: Agents, limits: GetLimits): Promise<Answer> {
  const { maxBytes, signal, accept } = limits;
  // Compressing would cost the target more than the bytes cost on this machine.
  const headers = { 'accept-encoding': 'identity', ...(accept === undefined ? {} : { accept }) };
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: http.IncomingMessage) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) answer.destroy(new Error(`${shownUrl(url.href)} answered more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    };
    const asked =
      url.protocol === 'https:'
        ? https.get(url, { agent: agents['https:'], signal, headers }, onAnswer)
        : http.get(url, { agent: agents['http:'], signal, headers }, onAnswer);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // The service may close an idle connection just when it is used again; then nothing was answered yet.
      if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(request(url, agents, limits));
      else reject(error);
    });
  });
}

function firstLine(body: Buffer): string {
  const line = body.subarray(0, 200).toString('utf8').split('\n')[0]?.trim();
  return line ? `: ${line}` : '';
}
