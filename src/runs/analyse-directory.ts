/** A run directory with raw samples to result, histogram log and reports; can be repeated at any time. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildResult } from '../analysis/build-result.ts';
import { runSummary } from '../analysis/summary/run.ts';
import { histogramLog } from '../archive/histogram-log.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { writeSummary } from '../archive/summary-file.ts';
import { readText, writeText } from '../host/files.ts';
import { growHeapSlowly } from '../host/heap.ts';
import type { Reporter } from '../model/contracts.ts';
import type { LoadWindow } from '../model/load.ts';
import { isObservation, runFiles } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { reporters } from '../registry.ts';
import type { HtmlAssets } from '../report/html-report.ts';

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

/** Every report format. */
export async function allReporters(terminal: {
  readonly color: boolean;
  readonly width: number;
}): Promise<readonly Reporter[]> {
  return await reporters(await readHtmlAssets(), terminal);
}

/** The chart library, from its package. */
export async function readHtmlAssets(): Promise<HtmlAssets> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');
  const [uplotJs, uplotCss] = await Promise.all([
    readText(join(folder, 'uPlot.iife.min.js')),
    readText(join(folder, 'uPlot.min.css')),
  ]);
  return { uplotJs, uplotCss };
}
