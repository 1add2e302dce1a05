/** `rampart profiles top`: which functions of the whole system use most, and what a request costs in each step. */
import { resolve } from 'node:path';
import { profileTop } from '../../analysis/profiles/top.ts';
import { writeText } from '../../host/files.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import { functionCostMetrics } from '../../report/openmetrics/function-costs.ts';
import { profileTopText } from '../../report/terminal/profiles/top.ts';
import type { Command, CommandArgs, Flag } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';
import { written } from '../written.ts';
import { readSelection, selectionFlags } from './inputs.ts';
import { toldProfileErrors } from './profile-errors.ts';

/** How a table of functions is made. */
export const tableFlags: Readonly<Record<string, Flag>> = {
  sample: { describe: 'Which values, such as alloc_objects (default: cpu, alloc_space, delay)', type: 'string' },
  by: { describe: 'What a row is', type: 'string', choices: ['function', 'package'], default: 'function' },
  cum: { describe: 'Order by what a function calls, too', type: 'boolean', default: false },
  rows: { describe: 'How many rows, 0 for all', type: 'number', default: 10 },
};

export const topCommand: Command = {
  name: 'top',
  positionals: '[inputs..]',
  summary: 'Which functions use most, over services and runs, and what a request costs in each step',
  examples: [
    ['rampart profiles top RUN', 'the ten functions of the whole system with most CPU, and CPU per request by step'],
    ['rampart profiles top RUN --type heap --sample alloc_objects --service api', 'objects allocated'],
    ['rampart profiles top RUN --by package --cum', ''],
    ['rampart profiles top cpu.pb.gz', 'as go tool pprof -top'],
    ['rampart profiles top --store /var/lib/profiles --from 1h --rows 20', ''],
    ['rampart profiles top RUN --openmetrics costs.txt', 'the same as samples for Prometheus'],
  ],
  options: {
    ...selectionFlags,
    ...tableFlags,
    openmetrics: { describe: 'Also write each step as samples for Prometheus to this file', type: 'string' },
    ...jsonFlag,
  },
  run: async (args, context) => {
    const shown = shownBy(args);
    const { work, type, tags } = await readSelection(args, context);
    const view = { ...shown, column: args.string('sample') };
    const top = toldProfileErrors(() => profileTop(work.groups, view, { type, notes: work.notes }));
    const file = args.string('openmetrics');
    if (file !== undefined) {
      const text = functionCostMetrics(top, { untilNs: work.groups.map(({ untilNs }) => untilNs), tags });
      const path = resolve(context.cwd, file);
      await written(file, () => writeText(path, text), '--openmetrics');
      context.tell(`${path} written\n`);
    }
    if (outputFormat(args) === 'json') context.print(jsonText(top));
    else context.show(profileTopText(top, context));
    return exitCodes.ok;
  },
};

/** The flags of a table; throws a usage error for a number of rows that is none. */
export function shownBy(args: CommandArgs) {
  const rows = args.number('rows') ?? 10;
  if (!Number.isInteger(rows) || rows < 0) {
    throw usageError('flag-invalid', `--rows must be a whole number, got ${rows}`, 'Example: --rows 20; 0 shows all.');
  }
  const by = args.string('by') === 'package' ? 'package' : 'function';
  return { by, order: args.flag('cum') ? 'cum' : 'flat', rows } as const;
}
