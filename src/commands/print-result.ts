/** The result on stdout, in the format that was asked for. */
import { environmentError } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import { reportFormats } from '../registry.ts';
import { allReporters } from '../runs/analyse-directory.ts';
import type { CommandArgs, CommandContext, Flag } from './command.ts';

/** Flags of every command that prints a result. */
export const outputFlags: Readonly<Record<string, Flag>> = {
  format: {
    describe: 'What stdout shows',
    type: 'string',
    choices: reportFormats,
    default: reportFormats[0] ?? '',
  },
  json: { describe: 'Same as --format json', type: 'boolean', default: false },
};

/** Prints a result to stdout as `--format` or `--json` ask. */
export async function printResult(result: RunResult, args: CommandArgs, context: CommandContext): Promise<void> {
  const format = args.flag('json') ? 'json' : (args.string('format') ?? 'terminal');
  const reporter = (await allReporters({ color: context.color, width: context.columns })).find(
    (each) => each.format === format,
  );
  if (!reporter) throw environmentError('format-missing', `there is no report format ${format}`);
  context.print(reporter.render(result));
}
