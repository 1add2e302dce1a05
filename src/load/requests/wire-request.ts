/** A request ready to be sent, and the judgement of its answer. */
import { saysClose } from '../../model/says-close.ts';
import type { RequestSpec } from '../../model/scenario.ts';
import type { Answer } from '../answers/answer.ts';

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
  /** Decides on what follows its answer; undefined where its arrival ends with that. */
  readonly visit: Visit | undefined;
}

/** What leads one arrival from answer to request, until its outcome is known. */
export interface Visit {
  /** Its place among the flows of the plan; undefined of a request that stands alone. */
  readonly flow: number | undefined;
  /** Time in which nobody waited for anything, microseconds; kept by the accounts, as the next two. */
  pausedUs: number;
  /** How long the answers before the last one took: those of all requests, and the redirects of the current one. */
  servedUs: number;
  redirectsUs: number;
  /** How long the bodies were whose content coding was taken off. */
  readonly decodedBytes: number;
  /** Whether the body of the next answer is to be kept. */
  readonly keepsBody: boolean;
  /** What follows the answer to the request that was made last. */
  after(answer: Answer): Move;
}

/** What follows an answer: the end of the visit, its next request, or the place that a redirect leads to. */
export type Move =
  | { readonly kind: 'over'; readonly failure: string | undefined }
  | { readonly kind: 'next'; readonly request: WireRequest; readonly thinkMs: number }
  | { readonly kind: 'redirect'; readonly request: WireRequest };

/** As in Go's net/http: methods that only ask, and what carries a key by which its server knows it again. */
const askingMethods = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];
const keyNames = ['idempotency-key', 'x-idempotency-key'];

function isRepeatable({ method, headers }: Pick<RequestSpec, 'method' | 'headers'>): boolean {
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
    visit: undefined,
  };
}

/** Why an answer is a failure, as an error kind of the result; undefined when it is what was wanted. */
export function failureOf(request: WireRequest, status: number, hasWantedBody: boolean): string | undefined {
  const { statuses, wantedBody, label } = request;
  if (statuses.length > 0 ? !statuses.includes(status) : status >= 400) {
    const kind = statuses.length > 0 ? `expected status ${statuses.join(' or ')}, got ${status}` : `status ${status}`;
    return label + kind;
  }
  if (wantedBody && !hasWantedBody) return label + bodyFailure(wantedBody.toString());
  return undefined;
}

/** The kind of an answer whose body does not have this text in it. */
export function bodyFailure(wanted: string): string {
  return `body does not contain ${JSON.stringify(wanted)}`;
}

/** The same request as another method with other headers makes it, for a redirect. */
export function changedRequest(base: WireRequest, sent: Pick<RequestSpec, 'method' | 'headers'>): WireRequest {
  return {
    ...base,
    isHead: sent.method === 'HEAD',
    isLast: saysClose(sent.headers),
    isRepeatable: isRepeatable(sent),
  };
}
