/** One request as an access log tells it, and what a log format is. */

import type { NoRequest } from '../requests/request-line.ts';

/** A request of a log; what the log does not say is absent. */
export interface LoggedRequest {
  /** When it began or ended, as its format stamps it, in seconds since 1970. */
  readonly stampS: number;
  /** From its first byte read to the last of its answer written. */
  readonly durationS?: number | undefined;
  readonly method: string;
  /** Path and query, as they were asked for, percent-encoded. */
  readonly target: string;
  readonly host: string;
  /** 0 where the log does not say. */
  readonly status: number;
}

/** How the lines of a log are read. */
export interface LogFormat {
  /** As people call it, such as `nginx or Apache, combined`. */
  readonly name: string;
  /** Whether a line is stamped when its request begins or when it has ended. */
  readonly stamp: 'start' | 'end';
  /** A time without a zone was taken for UTC. */
  readonly isZoneless?: boolean;
  read(line: string): LoggedRequest | NoRequest;
}

/** Whether a line told of a request. */
export function isRequest(read: LoggedRequest | NoRequest): read is LoggedRequest {
  return 'method' in read;
}
