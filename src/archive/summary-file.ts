/** `summary.json`: what a list of runs says of one of them, so that the list need not read results of many megabytes. */
import { join } from 'node:path';
import { readTextIfAny, sizeOf, writeText } from '../host/files.ts';
import { type RunSummary, runSummarySchema, type SummaryFacts, summarySchemaVersion } from '../model/run-summary.ts';

/** In the directory of a run, a comparison or a gate. */
const summaryFile = 'summary.json';

/** Writes the summary of the file `of` of a directory, which was written just before. */
export async function writeSummary(directory: string, of: string, facts: SummaryFacts): Promise<void> {
  const summary: RunSummary = {
    schemaVersion: summarySchemaVersion,
    kind: 'summary',
    file: { name: of, bytes: await sizeOf(join(directory, of)) },
    ...facts,
  };
  await writeText(join(directory, summaryFile), `${JSON.stringify(summary)}\n`);
}

/** The summary of the file `of`; undefined where there is none, where it cannot be read, and where the file is another by now. */
export async function readSummary(directory: string, of: string): Promise<RunSummary | undefined> {
  const text = await readTextIfAny(join(directory, summaryFile)).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { success, data } = runSummarySchema.safeParse(JSON.parse(text));
    return success && data.file.name === of && data.file.bytes === (await sizeOf(join(directory, of)))
      ? data
      : undefined;
  } catch {
    return undefined;
  }
}
