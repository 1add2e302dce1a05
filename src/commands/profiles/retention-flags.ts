/** Flags that say how long profiles stay in a store, and how many. */
import { usageError } from '../../model/errors.ts';
import { parseDurationMs, parseSizeBytes } from '../../model/units.ts';
import type { RetentionLimits } from '../../profiles/store/retention.ts';
import type { CommandArgs, Flag } from '../command.ts';

/** Of commands that go on: as those of `rampart profiles prune`, in whose name they begin. */
export const pruneFlags: Readonly<Record<'prune-older-than' | 'prune-max-size', Flag>> = {
  'prune-older-than': {
    describe: 'Removes profiles of the store whose own time is longer ago, such as 720h, for as long as this runs',
    type: 'string',
  },
  'prune-max-size': {
    describe:
      'Removes the oldest profiles of the store until all take no more, such as 20GiB, for as long as this runs',
    type: 'string',
  },
};

/** The limits of an age and a size that were given; undefined where neither was. Throws a usage error for what cannot be read. */
export function readLimits(
  args: CommandArgs,
  names: { readonly age: string; readonly size: string },
): RetentionLimits | undefined {
  const [age, size] = [args.string(names.age), args.string(names.size)];
  if (age === undefined && size === undefined) return undefined;
  const olderThanMs = age === undefined ? undefined : parseDurationMs(age);
  const maxBytes = size === undefined ? undefined : parseSizeBytes(size);
  const mistake = (name: string, wanted: string, given: string, example: string) =>
    `--${name} must be a ${wanted}, got ${JSON.stringify(given)} (example: --${name} ${example})`;
  const mistakes = [
    ...(age !== undefined && olderThanMs === undefined ? [mistake(names.age, 'duration', age, '720h')] : []),
    ...(size !== undefined && maxBytes === undefined ? [mistake(names.size, 'size', size, '20GiB')] : []),
  ];
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return { olderThanMs, maxBytes };
}
