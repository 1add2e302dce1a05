/** One request with a body to a server, its answer bounded; no redirect is followed. */
import * as http from 'node:http';
import * as https from 'node:https';

/** What was answered: the status, and as much of the text as messages need. */
export interface SentAnswer {
  readonly status: number;
  readonly text: string;
}

/** What is sent beside the body. */
export interface SendOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const mostAnswerBytes = 64 * 1024;

/** Rejects when there is no answer, or when the signal aborts. */
export function sendBytes(
  url: string,
  body: Uint8Array,
  { method, headers, signal }: SendOptions,
): Promise<SentAnswer> {
  const { request } = new URL(url).protocol === 'https:' ? https : http;
  const options = {
    method,
    agent: false as const,
    signal,
    headers: { ...headers, 'content-length': body.length },
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let text = '';
      const done = () => resolve({ status: answer.statusCode ?? 0, text });
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > mostAnswerBytes) answer.destroy();
      });
      answer.on('close', done).on('error', done);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
