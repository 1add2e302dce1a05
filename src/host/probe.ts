/** One look at whether something answers: an HTTP status, or a TCP port that stays open. */
import * as http from 'node:http';
import * as https from 'node:https';
import { connect } from 'node:net';
import { socketLookup } from './addresses.ts';
import { nextUrl, redirects } from './redirect.ts';

/** An answer to one GET: its status and the first line of its body, shortened. */
export interface HttpAnswer {
  readonly status: number;
  readonly firstLine: string;
}

/** A proxy in front of a port accepts first and hangs up when nobody is behind it; this is how long it is given to do so. */
const holdMs = 50;

/**
 * GETs a URL once on a connection of its own, and what it redirects to on the same host; rejects when there is no answer or the signal
 * aborts.
 */
export async function askHttp(url: string, signal: AbortSignal): Promise<HttpAnswer> {
  const passed: URL[] = [];
  for (let next = new URL(url); ; ) {
    const { location, ...answer } = await askOnce(next, signal);
    if (!redirects(answer.status)) return answer;
    passed.push(next);
    next = nextUrl(passed, location);
  }
}

function askOnce(url: URL, signal: AbortSignal): Promise<HttpAnswer & { readonly location: string | undefined }> {
  const get = url.protocol === 'https:' ? https.get : http.get;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal, lookup: socketLookup }, (response) => {
      let body = '';
      const answer = () => {
        const firstLine = (body.split('\n')[0] ?? '').trim().slice(0, 200);
        resolve({ status: response.statusCode ?? 0, firstLine, location: response.headers.location });
      };
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > 4096) response.destroy();
      });
      response.on('close', answer).on('error', answer);
    });
    request.on('error', reject);
  });
}

/** Connects once and hangs up; rejects when the port is closed, drops the connection at once, or the signal aborts. */
export function askPort(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal, lookup: socketLookup });
    let timer: NodeJS.Timeout | undefined;
    socket.once('connect', () => {
      timer = setTimeout(() => {
        socket.destroy();
        resolve();
      }, holdMs);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('connection closed at once'));
    });
    socket.resume();
  });
}
