/** The exit code that a result stands for. */
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { RunResult } from '../../model/run-result.ts';

/** The failure's own code if the run failed; 4 if it is invalid; 1 if a rule is broken or ended it; 5 if one cannot be judged; else 0. */
export function exitCodeOf(result: RunResult): ExitCode {
  const known = Object.values(exitCodes).find((code) => code === result.failure?.exitCode);
  if (result.failure) return known ?? exitCodes.incomplete;
  if (result.validity.verdict === 'invalid') return exitCodes.incomplete;
  if (result.endedEarly) return exitCodes.failed;
  if (result.status !== 'complete') return exitCodes.incomplete;
  if (result.slo.some((rule) => rule.outcome === 'fail')) return exitCodes.failed;
  return result.slo.every((rule) => rule.outcome === 'pass') ? exitCodes.ok : exitCodes.cannotTell;
}
