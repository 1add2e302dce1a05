/** Answers as profefe's clients read them: JSON in an envelope, profiles as files, and errors that `go tool pprof` shows. */
import type { ServerResponse } from 'node:http';
import { messageOf, RampartError } from '../../model/errors.ts';
import { ApiError } from './api-error.ts';

/** The envelope: its code is the status; what is empty is left out. Texts are escaped as Go's encoder does it. */
function envelopeText(code: number, part: { readonly body: unknown } | { readonly error: string }): string {
  const json = JSON.stringify({ code, ...part });
  return `${json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** Answers 200 with a value. */
export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(envelopeText(200, { body }));
}

/** Answers 200 with a file; `facts` are headers that tell of it. */
export function sendFile(
  response: ServerResponse,
  content: Uint8Array,
  name: string,
  facts: Readonly<Record<string, string>> = {},
): void {
  if (!response.headersSent)
    response.writeHead(200, { ...fileHeaders(name), 'content-length': content.length, ...facts });
  response.end(content);
}

/** Headers of a file that is not there yet: whoever waits for them is told that it will come. */
export function beginFile(response: ServerResponse, name: string): void {
  response.writeHead(200, fileHeaders(name));
  response.flushHeaders();
}

function fileHeaders(name: string): Record<string, string> {
  return { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${name}"` };
}

/**
 * Answers with what went wrong. `go tool pprof` shows the text of an error only where it is plain text and says X-Go-Pprof
 * (cmd/pprof and internal/driver/fetch.go); where the answer was begun, it is cut off, so that nobody takes a part for the whole.
 */
export function sendError(response: ServerResponse, error: unknown, toPprof: boolean): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, message, headers } = answerTo(error);
  const type = toPprof
    ? { 'content-type': 'text/plain; charset=utf-8', 'x-go-pprof': '1' }
    : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...headers }).end(envelopeText(status, { error: message }));
}

function answerTo(error: unknown): Pick<ApiError, 'status' | 'message' | 'headers'> {
  if (error instanceof ApiError) return error;
  const why = error instanceof RampartError ? `: ${messageOf(error)}` : '';
  return { status: 500, message: `internal server error${why}`, headers: {} };
}
