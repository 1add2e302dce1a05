/** A request that cannot be answered: the status and the words that the client gets. */

interface ErrorExtras {
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error of the profile API; anything else that is thrown there is answered with 500. */
export class ApiError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, { headers = {}, cause }: ErrorExtras = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.status = status;
    this.headers = headers;
  }
}

/** The same for what was thrown elsewhere. */
export function answerFor(status: number, message: string, cause: unknown): ApiError {
  return new ApiError(status, message, { cause });
}

/** What was asked is not as the API has it (400). */
export function badRequest(why: string): ApiError {
  return new ApiError(400, `bad request: ${why}`);
}

/** A profile that was named is not there (404). */
export function noProfile(id: string): ApiError {
  return nothingFound(`there is no profile ${id}`);
}

/** Nothing is there (404), in the words that profefe's clients know. */
export function nothingFound(detail?: string): ApiError {
  return new ApiError(404, detail === undefined ? 'nothing found' : `nothing found: ${detail}`);
}
