/** A judged comparison on stdout, in the format that was asked for. */
import type { Comparison } from '../model/comparison.ts';
import { comparisonText } from '../report/terminal/comparison.ts';
import type { CommandArgs, CommandContext } from './command.ts';

/** Prints a judged comparison to stdout, as `--format` or `--json` ask. */
export function printComparison(comparison: Comparison, args: CommandArgs, context: CommandContext): void {
  const isJson = args.flag('json') || args.string('format') === 'json';
  const { color } = context;
  context.print(isJson ? `${JSON.stringify(comparison, undefined, 2)}\n` : comparisonText(comparison, { color }));
}
