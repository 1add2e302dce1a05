/** `rampart profiles` without a subcommand. */
import { resolve } from 'node:path';
import { readability } from '../../host/input-bytes.ts';
import { usageError } from '../../model/errors.ts';
import type { Command } from '../command.ts';
import { listCommand } from './list.ts';
import { profileSubcommands } from './subcommands.ts';

/** It lists, as it did before there were any. */
export const profilesCommand: Command = {
  ...listCommand,
  name: 'profiles',
  summary: 'Which profiles a run took, and what to do with them',
  run: async (args, context) => {
    const [first = ''] = args.strings('inputs');
    // A directory is called as its owner likes; a word that is none was to be a subcommand.
    if (/^[a-z-]+$/.test(first) && (await readability(resolve(context.cwd, first))) === 'missing') {
      const names = [...profileSubcommands.keys()].join(', ');
      throw usageError(
        'usage',
        `${first} is neither a subcommand of profiles (${names}) nor the directory of a run`,
        'rampart profiles --help lists the subcommands; rampart run prints the directory that it wrote.',
      );
    }
    return await listCommand.run(args, context);
  },
};
