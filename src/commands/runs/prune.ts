/** `rampart runs prune`: removes old runs, never one that is running, pinned, or what a baseline is of. */
import { join, relative } from 'node:path';
import { isMeant } from '../../history/filter.ts';
import { baselineIds, listRuns } from '../../history/list-runs.ts';
import { bytesIn, type PruneLimits, planPrune, removeRun } from '../../history/prune.ts';
import { environmentError, exitCodes, messageOf, usageError } from '../../model/errors.ts';
import type { RunEntry } from '../../model/run-summary.ts';
import { formatSizeBytes } from '../../model/units.ts';
import { counted } from '../../report/words/number-format.ts';
import type { Command, CommandArgs } from '../command.ts';
import { ageMsOf } from './age.ts';
import { filterFlags, folderOf, runFilter } from './filter-flags.ts';

export const pruneRunsCommand: Command = {
  name: 'prune',
  positionals: '[directory]',
  summary: 'Remove old runs, and say how much room that made',
  examples: [
    ['rampart runs prune --keep 20 --dry-run', 'what would go of all but the newest twenty'],
    ['rampart runs prune --keep 20 --older-than 30d', 'of those only what is older than 30 days'],
    ['rampart runs prune --older-than 7d --tag branch=feature', 'only of what is called so'],
  ],
  options: {
    ...filterFlags,
    keep: { describe: 'So many of those that are meant stay, newest first', type: 'number' },
    'older-than': { describe: 'Only those that began longer ago, such as 36h, 30d or 8w', type: 'string' },
    'dry-run': { describe: 'Only says what would go', type: 'boolean' },
  },
  run: async (args, context) => {
    const nowMs = context.time.wallMs();
    const mistakes: string[] = [];
    const filter = runFilter(args, nowMs, mistakes);
    const limits = limitsOf(args, mistakes);
    if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
    const folder = folderOf(args, context);
    const isDryRun = args.flag('dry-run');
    const { runs, others } = await listRuns(folder, await baselineIds(context.cwd));
    const meant = runs.filter((entry) => isMeant(entry, filter));
    const { going, spared } = planPrune(meant, limits, nowMs);
    let [freed, gone] = [0, 0];
    for (const entry of going) {
      context.signal.throwIfAborted();
      const bytes = await bytesIn(join(folder, entry.directory));
      if (!isDryRun && !(await removed(folder, entry))) {
        context.log.warn(`${entry.directory}: is in use by now, and stays`);
        continue;
      }
      freed += bytes;
      gone += 1;
      context.print(`${entry.directory}  ${formatSizeBytes(bytes)}\n`);
    }
    for (const { entry, why } of spared) context.log.info(`${entry.directory}: stays, ${why}`);
    const where = relative(context.cwd, folder) || '.';
    const end = isDryRun ? 'would go' : 'removed';
    const left =
      others.length === 0 ? '' : `; ${counted(others.length, 'other name')} there: not rampart's, left alone`;
    context.tell(
      `${where}: ${counted(gone, 'run')} ${end}, ${formatSizeBytes(freed)} ${isDryRun ? 'would be free' : 'freed'}; ${runs.length - gone} stay${left}\n`,
    );
    return exitCodes.ok;
  },
};

async function removed(folder: string, entry: RunEntry): Promise<boolean> {
  try {
    return await removeRun(folder, entry);
  } catch (error) {
    throw environmentError(
      'run-not-removed',
      `${join(folder, entry.directory)}: cannot be removed: ${messageOf(error)}`,
      'What Docker has written as root, its owner can remove.',
      error,
    );
  }
}

function limitsOf(args: CommandArgs, mistakes: string[]): PruneLimits {
  const keep = args.number('keep');
  const age = args.string('older-than');
  const olderThanMs = age === undefined ? undefined : ageMsOf(age);
  if (keep === undefined && age === undefined)
    mistakes.push('--keep or --older-than must say what may stay (example: --keep 20 --older-than 30d)');
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 0))
    mistakes.push(`--keep must be a whole number, got ${keep} (example: --keep 20)`);
  if (age !== undefined && olderThanMs === undefined)
    mistakes.push(`--older-than must be an age, got ${JSON.stringify(age)} (example: --older-than 30d)`);
  return { keep, olderThanMs };
}
