/** One request, and what it is answered from. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProfileSource, ProfileStore } from '../../model/profile-store.ts';
import type { Gate } from './gate.ts';
import type { Parameters } from './query-string.ts';

/** What the API is served from. */
export interface ProfileBackend {
  /** What is read: the store, and whatever is shown beside it. */
  readonly source: ProfileSource;
  /** Where profiles that are sent go. */
  readonly store: Pick<ProfileStore, 'put'>;
  readonly version: string;
  /** Whether requests must carry a token. */
  readonly wantsToken: boolean;
  /** Nanoseconds since 1970. */
  readonly nowNs: () => bigint;
  /** Told of what went wrong on this side. */
  readonly warn: (message: string) => void;
  /** What may be put together at a time: each holds a profile, and the sum of many. */
  readonly work: Gate;
}

/** A request on its way. */
export interface Ask {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: Parameters;
  readonly backend: ProfileBackend;
  /** Aborted when whoever asked has gone, or the server ends. */
  readonly signal: AbortSignal;
}

/** Answers a request, or throws why it cannot. */
export type Answer = (ask: Ask) => Promise<void> | void;
