/** `rampart gate --trend FILE`: what a gate measured, as one more line of a trend file. */
import { resolve } from 'node:path';
import { trendLine } from '../../analysis/trend/line.ts';
import { appendTrend } from '../../history/trend-file.ts';
import { messageOf } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';

export const trendFlag: Readonly<Record<'trend', Flag>> = {
  trend: {
    describe:
      'Append what was measured to this file, a line for each gate, for rampart trend (such as perf/trend.ndjson)',
    type: 'string',
  },
};

/** Appends the gate where a file is named; what cannot be written is warned of and changes no verdict. */
export async function appendToTrend(gate: Gate, args: CommandArgs, { cwd, log, tell }: CommandContext): Promise<void> {
  const file = args.string('trend');
  if (file === undefined) return;
  const line = trendLine(gate);
  if (!line) {
    log.warn(`--trend ${file}: nothing is appended, because this gate measured no change`);
    return;
  }
  try {
    const isNew = await appendTrend(resolve(cwd, file), line);
    tell(isNew ? `trend: ${file} has a line more\n` : `trend: ${file} has this gate already\n`);
  } catch (error) {
    log.warn(`--trend ${file}: cannot be written: ${messageOf(error)}`);
  }
}
