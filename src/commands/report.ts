/**
 * `rampart report`: analyse a run or a comparison again and rewrite its result and reports; or give the verdict of a gate, or what a search
 * for capacity found, again.
 */
import { join, relative, resolve } from 'node:path';
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { readCapacity } from '../archive/capacity-file.ts';
import { readComparison } from '../archive/comparison-directory.ts';
import { gateFile, readGate } from '../archive/gate-file.ts';
import type { Comparison } from '../model/comparison.ts';
import type { ExitCode } from '../model/errors.ts';
import { finishRun } from '../runs/analyse-directory.ts';
import type { Command, CommandContext } from './command.ts';
import { outputFormat, requireFormat } from './output-format.ts';
import { capacityExitCode, capacityFormats, printCapacity } from './print-capacity.ts';
import { outputFlags, printResult } from './print-result.ts';

export const reportCommand: Command = {
  name: 'report',
  positionals: '<directory>',
  summary: 'Analyse a run, a comparison, a gate or a search for capacity again',
  examples: [
    ['rampart report runs/20260131-142501-ramp-3fa9', 'after a crash, or with a newer rampart'],
    ['rampart report runs/20260131-142501-ramp-3fa9 --format markdown', 'for a pull request'],
  ],
  options: {
    directory: {
      describe: 'Directory of a run, a comparison, a gate or a search for capacity',
      type: 'string',
      positional: true,
    },
    ...outputFlags,
  },
  run: async (args, context) => {
    const directory = resolve(context.cwd, args.string('directory') ?? '');
    const gate = await readGate(join(directory, gateFile));
    const format = outputFormat(args);
    if (gate) {
      const { reportGate } = await import('./gate/replay.ts');
      return await reportGate(gate, directory, args, context);
    }
    const comparison = await readComparison(directory);
    if (comparison) return await reportComparison(comparison, directory, format, context);
    const capacity = await readCapacity(directory);
    if (capacity) requireFormat(format, capacityFormats, 'a search for capacity');
    const result = await finishRun(directory);
    if (capacity) printCapacity(capacity, format, context);
    else await printResult(result, format, context);
    context.tell(`\nreport: ${relative(context.cwd, directory) || '.'}/report.html\n`);
    return capacity ? capacityExitCode(capacity, result) : exitCodeOf(result);
  },
};

async function reportComparison(
  comparison: Comparison,
  directory: string,
  format: string,
  context: CommandContext,
): Promise<ExitCode> {
  const { comparisonFormats, printComparison } = await import('./print-comparison.ts');
  const { comparisonExitCode, finishComparison } = await import('../experiments/finish.ts');
  requireFormat(format, comparisonFormats, 'a comparison');
  const judged = await finishComparison(directory, comparison);
  printComparison(judged, format, context);
  return comparisonExitCode(judged, undefined);
}
