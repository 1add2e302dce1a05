/** What a search for capacity came to on stdout, and as an exit code. */
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import type { CapacityResult } from '../model/capacity.ts';
import { type ExitCode, exitCodes } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import { capacityText } from '../report/terminal/capacity.ts';
import type { CommandContext } from './command.ts';
import { jsonText } from './output-format.ts';

/** The forms that it has. */
export const capacityFormats = ['terminal', 'json'] as const;

/** Prints it to stdout in one of its forms. */
export function printCapacity(capacity: CapacityResult, format: string, { print, show }: CommandContext): void {
  if (format === 'json') print(jsonText(capacity));
  else show(capacityText(capacity));
}

/** The code of the run that the search was where it failed; else 5 if it cannot tell, 1 if nothing was held, 0 if something was. */
export function capacityExitCode({ verdict }: CapacityResult, run: RunResult): ExitCode {
  if (run.failure) return exitCodeOf(run);
  if (verdict === 'cannot tell') return exitCodes.cannotTell;
  return verdict === 'nothing held' ? exitCodes.failed : exitCodes.ok;
}
