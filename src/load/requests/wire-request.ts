/** A request ready to be sent, and the judgement of its answer. */
import type { RequestSpec } from '../../model/scenario.ts';

/** What one arrival sends; all arrivals with the same bytes share one of these. */
export interface WireRequest {
  readonly bytes: Buffer;
  /** Its place among the requests of the plan. */
  readonly index: number;
  readonly isHead: boolean;
  /** Whether it says that its connection ends behind its answer. */
  readonly isLast: boolean;
  /** Whether its method or an Idempotency-Key says that it may be sent again where nobody knows whether it came (RFC 9110, 9.2.2). */
  readonly isRepeatable: boolean;
  /** Stands before its errors: its name where there are several requests (`list: `), else nothing. */
  readonly label: string;
  /** Statuses of a good answer; when empty, all below 400. */
  readonly statuses: readonly number[];
  /** What the body of a good answer contains, in UTF-8; undefined when the body is not looked at. */
  readonly wantedBody: Buffer | undefined;
}

/** As in Go's net/http: methods that only ask, and what carries a key by which its server knows it again. */
const askingMethods = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
const keyNames = ['idempotency-key', 'x-idempotency-key'];

function isRepeatable({ method, headers }: RequestSpec): boolean {
  return askingMethods.includes(method) || Object.keys(headers).some((name) => keyNames.includes(name.toLowerCase()));
}

/** A request whose bytes are made. */
export function wireRequest(request: RequestSpec, bytes: Buffer, label: string, index: number): WireRequest {
  const { status, bodyContains } = request.expect;
  return {
    bytes,
    index,
    isHead: request.method === 'HEAD',
    isLast: saysClose(request.headers),
    isRepeatable: isRepeatable(request),
    label,
    statuses: status,
    wantedBody: bodyContains === '' ? undefined : Buffer.from(bodyContains, 'utf8'),
  };
}

function saysClose(headers: RequestSpec['headers']): boolean {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === 'connection' && /\bclose\b/i.test(value),
  );
}

/** Why an answer is a failure, as an error kind of the result; undefined when it is what was wanted. */
export function failureOf(request: WireRequest, status: number, hasWantedBody: boolean): string | undefined {
  const { statuses, wantedBody, label } = request;
  if (statuses.length > 0 ? !statuses.includes(status) : status >= 400) {
    const kind = statuses.length > 0 ? `expected status ${statuses.join(' or ')}, got ${status}` : `status ${status}`;
    return label + kind;
  }
  if (wantedBody && !hasWantedBody) return `${label}body does not contain ${JSON.stringify(wantedBody.toString())}`;
  return undefined;
}
