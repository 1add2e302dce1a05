/** Why a load ended early, out of what one of its workers threw. */
import { isErrorCode } from '../../model/error-codes.ts';
import { type ExitCode, exitCodes, incompleteError, messageOf, RampartError } from '../../model/errors.ts';

/** What the worker understood as it said it: between processes an error loses its class, but keeps its fields. Anything else is `load-worker-failed`. */
export function workerFailure(error: unknown): RampartError {
  const facts: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const { code, hint, exitCode } = facts;
  const message = typeof facts['message'] === 'string' ? facts['message'] : messageOf(error);
  if (isErrorCode(code) && isExitCode(exitCode)) {
    const way = typeof hint === 'string' ? hint : undefined;
    return new RampartError({ code, message, hint: way, exitCode, cause: error });
  }
  return incompleteError('load-worker-failed', `the load generator failed: ${message}`, undefined, error);
}

function isExitCode(value: unknown): value is ExitCode {
  return Object.values(exitCodes).some((known) => known === value);
}
