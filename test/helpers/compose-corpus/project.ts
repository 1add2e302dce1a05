/** One compose project of the corpus, and where what Compose makes of it is recorded. */
import { fileURLToPath } from 'node:url';

/** One project: its files, and what is asked of Compose. */
export interface CorpusProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The files that are named; the first one alone when absent. */
  readonly named?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly profiles?: readonly string[];
  /** Compose as old as 2.26 does not read it, or not as the specification says; the recorded outcome was written by hand. */
  readonly isNewer?: boolean;
}

/** Where the outcome of a project is recorded. */
export function recordedFile({ name }: CorpusProject): string {
  const file = `${name.replace(/^\W+/, '').replaceAll(/\W+/g, '-')}.json`;
  return fileURLToPath(new URL(`../../golden/compose/${file}`, import.meta.url));
}

/** An outcome as it is recorded. */
export function recordedText(outcome: unknown): string {
  return `${JSON.stringify(outcome, undefined, 2)}\n`;
}
