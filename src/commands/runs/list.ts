/** `rampart runs`: which runs there are, newest first. */
import { relative } from 'node:path';
import { isMeant } from '../../history/filter.ts';
import { baselineIds, listRuns } from '../../history/list-runs.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import type { RunList } from '../../model/run-summary.ts';
import { runListText } from '../../report/terminal/runs.ts';
import { counted } from '../../report/words/number-format.ts';
import type { Command } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';
import { filterFlags, folderOf, runFilter } from './filter-flags.ts';

export const listRunsCommand: Command = {
  name: 'list',
  positionals: '[directory]',
  summary: 'Which runs, comparisons and gates there are, newest first',
  examples: [
    ['rampart runs', 'everything in runs/'],
    ['rampart runs --tag release=1.5 --since 7d', 'of one release, in the last week'],
    ['rampart runs --kind gate --verdict fail', 'gates that failed'],
    ['rampart runs artifacts --json', 'another folder, for a program'],
  ],
  options: { ...filterFlags, ...jsonFlag },
  run: async (args, context) => {
    const mistakes: string[] = [];
    const filter = runFilter(args, context.time.wallMs(), mistakes);
    if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
    const folder = folderOf(args, context);
    const { runs: all } = await listRuns(folder, await baselineIds(context.cwd));
    const runs = all.filter((entry) => isMeant(entry, filter));
    if (outputFormat(args) === 'json') {
      const list: RunList = { schemaVersion: 1, kind: 'runs', folder, runs: [...runs] };
      context.print(jsonText(list));
      return exitCodes.ok;
    }
    const where = relative(context.cwd, folder) || '.';
    if (runs.length > 0) context.print(runListText(runs, { color: context.color, width: context.columns }));
    const meant =
      all.length === runs.length ? counted(all.length, 'run') : `${runs.length} of ${counted(all.length, 'run')}`;
    const kept = runs.some(({ keep }) => keep !== undefined) ? '; * is kept by prune' : '';
    context.tell(`${meant} in ${where}${kept}\n`);
    return exitCodes.ok;
  },
};
