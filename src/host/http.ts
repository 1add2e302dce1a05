/** Small GET requests to what a Go service shows of itself: bounded in size, over connections that are kept. */
import * as http from 'node:http';
import * as https from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A client with connections of its own; close it to let them go. */
export interface HttpGetter {
  /** The body of a 200 answer, inflated if it is gzip; rejects with an Error fit to be shown, also when the signal aborts. */
  get(url: string, limits: GetLimits): Promise<Buffer>;
  close(): void;
}

/** `maxBytes` holds for the body as sent and as inflated. */
interface GetLimits {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Leaves a gzip body as it is. */
  readonly asSent?: boolean;
}

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** A client that keeps one connection open for each host. */
export function createHttpGetter(): HttpGetter {
  const options = { keepAlive: true, maxSockets: 1 };
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  return {
    async get(url, { maxBytes, signal, asSent }) {
      const body = await request(url, agents, maxBytes, signal);
      const gzip = body[0] === 0x1f && body[1] === 0x8b;
      return gzip && !asSent ? await inflate(body, { maxOutputLength: maxBytes }) : body;
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function request(
  url: string,
  agents: Readonly<Record<'http:' | 'https:', http.Agent>>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const secure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: http.IncomingMessage) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) answer.destroy(new Error(`${url} answered more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        if (answer.statusCode === 200) resolve(body);
        else reject(new Error(`${url} answered ${answer.statusCode}${firstLine(body)}`));
      });
    };
    const asked = secure
      ? https.get(url, { agent: agents['https:'], signal }, onAnswer)
      : http.get(url, { agent: agents['http:'], signal }, onAnswer);
    asked.on('error', (error: NodeJS.ErrnoException) => {
      // The service may close an idle connection just when it is used again; then nothing was answered yet.
      if (asked.reusedSocket && error.code === 'ECONNRESET') resolve(request(url, agents, maxBytes, signal));
      else reject(error);
    });
  });
}

function firstLine(body: Buffer): string {
  const line = body.subarray(0, 200).toString('utf8').split('\n')[0]?.trim();
  return line ? `: ${line}` : '';
}
