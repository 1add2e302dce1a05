/** A run directory with raw samples to result, histogram log and reports; can be repeated at any time. */
import { join } from 'node:path';
import { buildResult } from '../analysis/build-result.ts';
import { runSummary } from '../analysis/summary/run.ts';
import { histogramLog } from '../archive/histogram-log.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { writeSummary } from '../archive/summary-file.ts';
import { writeText } from '../host/files.ts';
import { growHeapSlowly } from '../host/heap.ts';
import type { LoadWindow } from '../model/load.ts';
import { isObservation, runFiles } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { allReporters } from './all-reporters.ts';

/** Analyses a run directory and writes what follows from it into the same directory. */
export async function finishRun(directory: string): Promise<RunResult> {
  growHeapSlowly();
  const run = await readRawRun(directory);
  const result = buildResult(run);
  const windows = run.samples.filter((sample): sample is LoadWindow => sample.kind === 'window');
  if (!isObservation(run.manifest.scenario))
    await writeText(join(directory, runFiles.histogramLog), histogramLog(windows, Date.parse(run.manifest.startedAt)));
  for (const reporter of await allReporters({ color: false, width: 100 })) {
    if (reporter.fileName === undefined) continue;
    await writeText(join(directory, reporter.fileName), reporter.pieces?.(result) ?? reporter.render(result));
  }
  await writeSummary(directory, runFiles.result, runSummary(result));
  return result;
}
