/** `rampart profiles import`: the profiles of runs into a store, where they stay. */
import { resolve } from 'node:path';
import { exitCodes } from '../../model/errors.ts';
import { importRuns } from '../../profiles/runs/import-runs.ts';
import { readProfiledRun } from '../../profiles/runs/profiled-run.ts';
import { createRunSource } from '../../profiles/runs/run-source.ts';
import { openStore } from '../../profiles/store/open-store.ts';
import { counted } from '../../report/words/number-format.ts';
import type { Command } from '../command.ts';

export const importCommand: Command = {
  name: 'import',
  positionals: '<runs..>',
  summary: 'Keep the profiles of runs in a store',
  examples: [
    ['rampart profiles import runs/20260131-142501-ramp-3fa9', 'into the store of this user'],
    ['rampart profiles import runs/* --store /var/lib/profiles', 'again is as good as once'],
  ],
  options: {
    runs: { describe: 'Directories of runs', type: 'string', array: true, positional: true },
    store: {
      describe: 'The store: a directory or s3://bucket/prefix (default: rampart/profiles in your data directory)',
      type: 'string',
    },
  },
  run: async (args, context) => {
    const store = await openStore(args.string('store'), context);
    try {
      for (const name of args.strings('runs')) {
        const run = await readProfiledRun(resolve(context.cwd, name));
        const { added, known } = await importRuns(await createRunSource([run]), store);
        context.tell(`${name}: ${counted(added, 'profile')} added, ${known} were there already\n`);
      }
    } finally {
      await store.close();
    }
    return exitCodes.ok;
  },
};
