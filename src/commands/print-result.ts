/** The result on stdout, in the format that was asked for. */
import { environmentError } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import { reportFormats } from '../registry.ts';
import { allReporters } from '../runs/all-reporters.ts';
import type { CommandContext } from './command.ts';
import { formatFlags } from './output-format.ts';

/** Flags of every command that prints a result. */
export const outputFlags = formatFlags(reportFormats);

/** Prints a result to stdout in a form of `outputFlags`. */
export async function printResult(result: RunResult, format: string, context: CommandContext): Promise<void> {
  const reporter = (await allReporters({ color: context.color, width: context.columns })).find(
    (each) => each.format === format,
  );
  if (!reporter) throw environmentError('format-missing', `there is no report format ${format}`);
  if (format === 'terminal') context.show(reporter.render(result));
  else context.print(reporter.render(result));
}
