/** Names of what goes wrong with a connection, as error kinds of the result. */
import { messageOf } from '../../model/errors.ts';

/** `connect ECONNREFUSED`, `read ECONNRESET`, `write EPIPE`: the call and its error number, without addresses. */
export function kindOf(error: Error & { syscall?: string; code?: string }, layer: 'tls' | 'socket'): string {
  return error.code ? `${error.syscall ?? layer} ${error.code}` : `${layer} ${messageOf(error)}`;
}
