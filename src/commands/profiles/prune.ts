/** `rampart profiles prune`: holds a store to an age and a size. */
import { exitCodes, usageError } from '../../model/errors.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { formatSizeBytes } from '../../model/units.ts';
import { openStore, storePlace } from '../../profiles/store/open-store.ts';
import { pruneStore, storedBytes } from '../../profiles/store/retention.ts';
import { prunedText } from '../../report/words/prune-text.ts';
import type { Command } from '../command.ts';
import { readLimits } from './retention-flags.ts';

export const pruneCommand: Command = {
  name: 'prune',
  positionals: '',
  summary: 'Remove old profiles from a store, and the oldest until the rest fits',
  examples: [
    ['rampart profiles prune --older-than 720h', 'keeps 30 days'],
    ['rampart profiles prune --max-size 20GiB --dry-run', 'says what would go'],
    ['rampart profiles prune --older-than 720h --store s3://profiles/team-a', 'of a store in a bucket'],
  ],
  options: {
    store: { describe: 'The store: a directory or s3://bucket/prefix (default: that of this user)', type: 'string' },
    'older-than': { describe: 'Removes profiles whose own time is longer ago, such as 720h', type: 'string' },
    'max-size': { describe: 'Removes the oldest until all take no more, such as 20GiB', type: 'string' },
    'dry-run': { describe: 'Only says what would go', type: 'boolean' },
  },
  run: async (args, context) => {
    const limits = readLimits(args, { age: 'older-than', size: 'max-size' });
    if (!limits) throw usageError('flag-invalid', '--older-than or --max-size must say what may stay');
    const dryRun = args.flag('dry-run');
    const store = await openStore(args.string('store'), context);
    try {
      const { removed, kept, leftovers } = await pruneStore(store, limits, context.time.wallMs(), { dryRun });
      for (const profile of removed) context.show(`${lineOf(profile)}\n`);
      const counts = { removed: removed.length, kept: kept.length, keptBytes: storedBytes(kept), leftovers, dryRun };
      context.tell(`${storePlace(args.string('store'), context)}: ${prunedText(counts)}\n`);
    } finally {
      await store.close();
    }
    return exitCodes.ok;
  },
};

function lineOf({ id, createdNs, service, type, labels, bytes }: StoredProfile): string {
  const at = new Date(Number(createdNs / 1_000_000n)).toISOString().slice(0, 19);
  const told = labels.map(({ key, value }) => `${key}=${value}`).join(',');
  return [id, `${at}Z`, service, type, formatSizeBytes(bytes), told].filter((text) => text !== '').join('  ');
}
