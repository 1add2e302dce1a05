/** The result of a run that is over. */
import { join } from 'node:path';
import { buildResult } from '../analysis/build-result.ts';
import { comparisonFile } from '../archive/comparison-directory.ts';
import { gateFile } from '../archive/gate-file.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { isThere } from '../host/file-tree.ts';
import { readTextIfAny } from '../host/files.ts';
import { usageError } from '../model/errors.ts';
import { runFiles } from '../model/raw-run.ts';
import { type RunResult, runResultSchema } from '../model/run-result.ts';

/** As `result.json` has it; made from what was recorded where that is missing or of another version. Usage error where there is no run. */
export async function readRunResult(directory: string): Promise<RunResult> {
  if (isThere(join(directory, gateFile)) || isThere(join(directory, comparisonFile)))
    throw usageError(
      'not-a-run',
      `${directory}: is a gate or a comparison, which has runs in the folders of its rounds`,
      `Name two of them, such as ${join(directory, 'round-01', 'baseline')}; its own report holds them against each other, with a verdict.`,
    );
  const text = await readTextIfAny(join(directory, runFiles.result)).catch(() => undefined);
  const kept = text === undefined ? undefined : keptResult(text);
  return kept ?? buildResult(await readRawRun(directory));
}

function keptResult(text: string): RunResult | undefined {
  try {
    return runResultSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
