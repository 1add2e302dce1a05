/** The end of a comparison or a gate: judged, written, and its exit code. */
import { join } from 'node:path';
import { judgeComparison } from '../analysis/compare/judgement.ts';
import { comparisonSummary } from '../analysis/summary/comparison.ts';
import { gateSummary } from '../analysis/summary/gate.ts';
import { comparisonFile, readComparison, writeComparison } from '../archive/comparison-directory.ts';
import { gateFile, writeGate } from '../archive/gate-file.ts';
import { writeSummary } from '../archive/summary-file.ts';
import { writeText } from '../host/files.ts';
import type { Comparison, Judgement } from '../model/comparison.ts';
import { type ExitCode, exitCodes } from '../model/errors.ts';
import type { Gate } from '../model/gate.ts';
import { reportFile } from '../model/raw-run.ts';
import { comparisonPage } from '../report/html/comparison/page.ts';

/** A comparison with what came of it. */
type Judged = Comparison & { readonly judgement: Judgement };

/** Judges a comparison and writes it with its report; gives it with the judgement. */
export async function finishComparison(directory: string, comparison: Comparison): Promise<Judged> {
  const judgement = judgeComparison(comparison);
  const judged = { ...comparison, judgement };
  await writeComparison(directory, judged);
  await writeSummary(directory, comparisonFile, comparisonSummary(judged));
  await writeText(join(directory, reportFile), comparisonPage(judged, judgement));
  return judged;
}

/** 4 when the runs are no good, 5 when they are too few; with an expected variant 0, 1 or 5 for whether it, another, or none is shown to have the best p99. */
export function comparisonExitCode({ judgement }: Comparison, expected: string | undefined): ExitCode {
  if (!judgement || judgement.outcome === 'invalid') return exitCodes.incomplete;
  if (judgement.outcome === 'cannot tell') return exitCodes.cannotTell;
  if (expected === undefined) return exitCodes.ok;
  const best = judgement.metrics.find(({ id }) => id === 'p99')?.best;
  if (best === undefined) return exitCodes.cannotTell;
  return best === expected ? exitCodes.ok : exitCodes.failed;
}

/** Writes `gate.json` and what a list of runs says of it. */
export async function keepGate(directory: string, gate: Gate): Promise<void> {
  await writeGate(directory, gate);
  const runs = (await readComparison(directory).catch(() => undefined))?.runs ?? [];
  await writeSummary(directory, gateFile, gateSummary(gate, runs));
}
