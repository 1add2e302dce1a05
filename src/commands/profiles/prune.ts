/** `rampart profiles prune`: holds a store to an age and a size. */
import { exitCodes, usageError } from '../../model/errors.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { formatSizeBytes, parseDurationMs, parseSizeBytes } from '../../model/units.ts';
import { openStore, storePlace } from '../../profiles/store/open-store.ts';
import { pruneStore, type RetentionLimits, storedBytes } from '../../profiles/store/retention.ts';
import { counted } from '../../report/words/number-format.ts';
import type { Command, CommandArgs } from '../command.ts';

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
    const limits = limitsOf(args);
    const dryRun = args.flag('dry-run');
    const store = await openStore(args.string('store'), context);
    try {
      const { removed, kept, leftovers } = await pruneStore(store, limits, context.time.wallMs(), { dryRun });
      for (const profile of removed) context.show(`${lineOf(profile)}\n`);
      const gone = `${counted(removed.length, 'profile')} ${dryRun ? 'would go' : 'removed'}`;
      const stays = `${kept.length} (${formatSizeBytes(storedBytes(kept))}) stay`;
      const rest = leftovers ? `; ${counted(leftovers, 'file')} of processes that were killed removed` : '';
      context.tell(`${storePlace(args.string('store'), context)}: ${gone}, ${stays}${rest}\n`);
    } finally {
      await store.close();
    }
    return exitCodes.ok;
  },
};

function limitsOf(args: CommandArgs): RetentionLimits {
  const [age, size] = [args.string('older-than'), args.string('max-size')];
  const [olderThanMs, maxBytes] = [age && parseDurationMs(age), size && parseSizeBytes(size)];
  const mistakes = [
    ...(age === undefined && size === undefined ? ['--older-than or --max-size must say what may stay'] : []),
    ...(age !== undefined && typeof olderThanMs !== 'number'
      ? [`--older-than must be a duration, got ${JSON.stringify(age)} (example: --older-than 720h)`]
      : []),
    ...(size !== undefined && typeof maxBytes !== 'number'
      ? [`--max-size must be a size, got ${JSON.stringify(size)} (example: --max-size 20GiB)`]
      : []),
  ];
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return {
    olderThanMs: typeof olderThanMs === 'number' ? olderThanMs : undefined,
    maxBytes: typeof maxBytes === 'number' ? maxBytes : undefined,
  };
}

function lineOf({ id, createdNs, service, type, labels, bytes }: StoredProfile): string {
  const at = new Date(Number(createdNs / 1_000_000n)).toISOString().slice(0, 19);
  const told = labels.map(({ key, value }) => `${key}=${value}`).join(',');
  return [id, `${at}Z`, service, type, formatSizeBytes(bytes), told].filter((text) => text !== '').join('  ');
}
