/** What a load's workers are told and say, beside the messages about the load itself. */
import type { DialAddress, LoadMessage } from '../../model/load.ts';

/**
 * `abort` ends a load early; `start` names the moment of its first step, microseconds since the run's origin; `moved` says what connections
 * are opened to from now on.
 */
export type WorkerOrder =
  | { readonly kind: 'abort' }
  | { readonly kind: 'start'; readonly startUs: number }
  | { readonly kind: 'moved'; readonly addresses: readonly DialAddress[] };

/** A worker says once when it could start, and is told then when to. */
export type WorkerAnswer = LoadMessage | { readonly kind: 'ready'; readonly earliestUs: number };
