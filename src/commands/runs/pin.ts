/** `rampart runs pin` and `unpin`: whether a run may be pruned. */
import { basename, dirname, relative } from 'node:path';
import { pinDirectory, unpinDirectory } from '../../archive/pin-file.ts';
import { findRun } from '../../history/find-run.ts';
import { readEntry } from '../../history/read-entry.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import type { Command, CommandArgs, CommandContext, Flag } from '../command.ts';

const runs: Readonly<Record<string, Flag>> = {
  runs: { describe: 'Ids or directories', type: 'string', array: true, positional: true },
};

export const pinCommand: Command = {
  name: 'pin',
  positionals: '<runs..>',
  summary: 'Keep runs, whatever prune is told',
  examples: [
    ['rampart runs pin 20260131-142501-ramp-3fa9 --reason "release 1.5"', ''],
    ['rampart runs pin 3fa9', 'the end of an id is enough where no other has it'],
  ],
  options: { ...runs, reason: { describe: 'Why, for who looks at it later', type: 'string', default: 'pinned' } },
  run: async (args, context) => {
    const reason = args.string('reason')?.replace(/\s+/g, ' ').trim() || 'pinned';
    for (const directory of await named(args, context)) {
      await pinDirectory(directory, reason);
      context.print(`${relative(context.cwd, directory) || '.'}: pinned\n`);
    }
    return exitCodes.ok;
  },
};

export const unpinCommand: Command = {
  name: 'unpin',
  positionals: '<runs..>',
  summary: 'Let prune remove runs again',
  examples: [['rampart runs unpin 20260131-142501-ramp-3fa9', '']],
  options: runs,
  run: async (args, context) => {
    for (const directory of await named(args, context)) {
      await unpinDirectory(directory);
      context.print(`${relative(context.cwd, directory) || '.'}: not pinned\n`);
    }
    return exitCodes.ok;
  },
};

/** The directories of runs that are named, all checked before anything is done to one. */
async function named(args: CommandArgs, { cwd }: CommandContext): Promise<readonly string[]> {
  const found = args.strings('runs').map((word) => findRun(word, cwd));
  for (const directory of found) {
    if (await readEntry(dirname(directory), basename(directory))) continue;
    throw usageError('unknown-run', `${directory}: is no directory of a run`, 'rampart runs lists those that are.');
  }
  return found;
}
