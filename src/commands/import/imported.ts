/** What an import gives: a scenario, the files beside it, and what the user is told. */
import type { Chunks } from '../../host/input-bytes.ts';
import type { ImportedRequest } from '../../traffic/requests/imported-request.ts';

/** A file and what it is called. */
export interface NamedInput {
  readonly name: string;
  readonly chunks: Chunks;
}

/** Where a scenario goes, and who makes it. */
export interface ImportPlace {
  /** The name of the scenario. */
  readonly name: string;
  /** The folder of its data, beside it. */
  readonly data: string;
  readonly version: string;
  /** Where editors find what may stand in it. */
  readonly schema: string;
}

/** A scenario that was made. */
export interface Imported {
  readonly text: string;
  /** Those with data or bodies of their own have files beside the scenario. */
  readonly requests: readonly ImportedRequest[];
  readonly recording?: { readonly file: string; readonly text: Iterable<string> } | undefined;
  /** Lines for the user. */
  readonly told: readonly string[];
}
