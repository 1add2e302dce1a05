/** What is known of a request that was lost with its connection: whether the other end can have read it, and whether it may go out again. */
import type { LoadPlan } from '../../model/load.ts';
import type { WireRequest } from '../requests/wire-request.ts';

/** The kind of a request that came after its server had closed the kept connection. */
export const closedBefore = 'closed before the request';

/**
 * How far a request got that has no answer. `read`: it may have been processed, as far as anybody can tell. `unread`: the
 * server cannot have read it. `refused`: the server has read it and says that it did nothing (RFC 9113, 8.7).
 */
export type Fate = 'read' | 'unread' | 'refused';

/** So many bytes go in one TCP segment on any path of today: they arrive together or not at all. */
const segmentBytes = 1200;

/** Whether a request is written whole or not at all, and read whole or not at all. */
export function isOnePiece({ bytes }: WireRequest): boolean {
  return bytes.length <= segmentBytes;
}

/** What a plan allows to be sent again. */
export type Resend = LoadPlan['resend'];

/**
 * Whether a request that was lost on a kept connection may go out once more. In HTTP/1.1 the method must allow it as well (RFC 9110,
 * 9.2.2); what HTTP/2 says was not processed may always (RFC 9113, 8.7).
 */
export function mayResend(fate: Fate, request: WireRequest, http: 1 | 2, resend: Resend): boolean {
  return resend !== 'never' && fate !== 'read' && (http === 2 || request.isRepeatable);
}
