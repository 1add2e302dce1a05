/** Why a load ended early, out of what one of its threads threw. */
import { type ExitCode, exitCodes, incompleteError, messageOf, RampartError } from '../model/errors.ts';

/** What the thread understood as it said it: between threads an error loses its class, but keeps its fields. Anything else is `load-worker-failed`. */
export function workerFailure(error: unknown): RampartError {
  const facts: Readonly<Record<string, unknown>> = error instanceof Error ? { ...error } : {};
  const { code, hint, exitCode } = facts;
  if (typeof code === 'string' && isExitCode(exitCode)) {
    const way = typeof hint === 'string' ? hint : undefined;
    return new RampartError({ code, message: messageOf(error), hint: way, exitCode, cause: error });
  }
  return incompleteError('load-worker-failed', `the load generator failed: ${messageOf(error)}`, undefined, error);
}

function isExitCode(value: unknown): value is ExitCode {
  return Object.values(exitCodes).some((known) => known === value);
}
