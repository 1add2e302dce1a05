/** `rampart profiles`: what is kept of profiles, by subcommand; each is a file of this folder and a line of the list. */
import { resolve } from 'node:path';
import { readability } from '../../host/input-bytes.ts';
import { usageError } from '../../model/errors.ts';
import type { Command } from '../command.ts';
import { collectCommand } from './collect.ts';
import { diffCommand } from './diff.ts';
import { flameCommand } from './flame.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { mergeCommand } from './merge.ts';
import { pruneCommand } from './prune.ts';
import { serveCommand } from './serve.ts';
import { topCommand } from './top.ts';

/** In the order of `rampart profiles --help`. */
const subcommands: readonly Command[] = [
  listCommand,
  topCommand,
  diffCommand,
  flameCommand,
  mergeCommand,
  importCommand,
  pruneCommand,
  serveCommand,
  collectCommand,
];

/** Without a subcommand it lists, as it did before there were any. */
export const profilesCommand: Command = {
  ...listCommand,
  name: 'profiles',
  summary: 'Which profiles a run took, and what to do with them',
  subcommands,
  run: async (args, context) => {
    const [first = ''] = args.strings('inputs');
    // A directory is called as its owner likes; a word that is none was to be a subcommand.
    if (/^[a-z-]+$/.test(first) && (await readability(resolve(context.cwd, first))) === 'missing') {
      const names = subcommands.map(({ name }) => name).join(', ');
      throw usageError(
        'usage',
        `${first} is neither a subcommand of profiles (${names}) nor the directory of a run`,
        'rampart profiles --help lists the subcommands; rampart run prints the directory that it wrote.',
      );
    }
    return await listCommand.run(args, context);
  },
};
