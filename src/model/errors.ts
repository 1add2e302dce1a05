/** The one error class of rampart, and the exit code that each kind of failure maps to. */
import type { ErrorCode, ErrorCodeOf } from './error-codes.ts';

/** Process exit codes; the table in the README is the user's copy. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  environment: 3,
  incomplete: 4,
  cannotTell: 5,
  /** A bug in rampart: EX_SOFTWARE of sysexits.h, so that nobody takes it for a verdict or for bad usage. */
  bug: 70,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const;

/** One of the numbers in `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What a known failure carries: a stable code, a message for people, a way out, and the exit code. */
export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly exitCode: ExitCode;
  readonly cause?: unknown;
}

/** A failure that rampart understands and can explain; anything else is a bug and is shown with its stack. */
export class RampartError extends Error {
  override readonly name = 'RampartError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.hint = facts.hint;
    this.exitCode = facts.exitCode;
  }
}

/** The same failure in other words: its code and exit code stay. */
export function retold(error: RampartError, change: Pick<ErrorFacts, 'message' | 'hint'>): RampartError {
  return new RampartError({ code: error.code, exitCode: error.exitCode, cause: error, ...change });
}

/** Bad usage or scenario: nothing was started (exit 2). */
export function usageError(code: ErrorCodeOf<2>, message: string, hint?: string): RampartError {
  return new RampartError({ code, message, hint, exitCode: exitCodes.usage });
}

/** Docker, Go, a port, a permission or a service is not as the run needs it (exit 3). */
export function environmentError(code: ErrorCodeOf<3>, message: string, hint?: string, cause?: unknown): RampartError {
  return new RampartError({ code, message, hint, exitCode: exitCodes.environment, cause });
}

/** The run started but could not be finished (exit 4). */
export function incompleteError(code: ErrorCodeOf<4>, message: string, hint?: string, cause?: unknown): RampartError {
  return new RampartError({ code, message, hint, exitCode: exitCodes.incomplete, cause });
}

/** A failure that nobody foresaw, as users are told of it: a bug (exit 70). */
export function bugError(cause: unknown): RampartError {
  const hint = 'This is a bug in rampart; please report it with the lines above and, of a run, its directory.';
  return new RampartError({
    code: 'bug',
    message: `a bug in rampart: ${messageOf(cause)}`,
    hint,
    exitCode: exitCodes.bug,
    cause,
  });
}

/** The text of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
