/** Names of what goes wrong in HTTP/2, as error kinds of the result. */
import { messageOf } from '../../model/errors.ts';
import { kindOf } from '../transport/error-kinds.ts';

/** Error codes by number (RFC 9113, 7). */
const names = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** The name of an error code, or its number when it has none. */
export function resetName(code: number): string {
  return names[code] ?? String(code);
}

/** What a session or a stream failed with: a system call, a code that the server sent, or what node:http2 found wrong. */
export function h2KindOf(error: Error & { code?: string; syscall?: string }): string {
  if (error.syscall) return kindOf(error, 'socket');
  const sent = /code (?:NGHTTP2_)?(\w+)$/.exec(error.message)?.[1];
  if (error.code === 'ERR_HTTP2_SESSION_ERROR' && sent) {
    return `h2 goaway ${/^\d+$/.test(sent) ? resetName(Number(sent)) : sent}`;
  }
  return `h2 ${messageOf(error)}`;
}
