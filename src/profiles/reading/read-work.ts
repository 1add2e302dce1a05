/** Profiles of any source to what the processes of each service did in each step, read one after the other. */

import type { RunAccounts } from '../../analysis/profiles/run-accounts.ts';
import { isCounting, labelOf, type Slice, slicesOf } from '../../analysis/profiles/slices.ts';
import type { WorkGroup } from '../../analysis/profiles/work-group.ts';
import type { Aggregation } from '../../goruntime/profile/column-ways.ts';
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { textLabels } from '../../goruntime/profile/labels.ts';
import { ProfileError } from '../../goruntime/profile/types.ts';
import { environmentError, usageError } from '../../model/errors.ts';
import type { KnownProfile, ProfileSource, StoredProfile, StoredType } from '../../model/profile-store.ts';
import { readAhead } from '../../model/read-ahead.ts';
import { counted } from '../../report/words/number-format.ts';
import { type NamedFile, readFiles } from '../files/profile-files.ts';
import { onlyOnce } from '../only-once.ts';
import { matches } from '../store/matching.ts';
import { aboutOf, closeGroup, countIn, type OpenGroup, openGroup } from './open-group.ts';

/** Where profiles are read from, and what is known of the runs that they are of. */
export interface WorkSource {
  readonly files: readonly NamedFile[];
  readonly sources: readonly ProfileSource[];
  /** By the id of a run. */
  readonly accounts: ReadonlyMap<string, RunAccounts>;
  readonly signal: AbortSignal;
}

/** Which profiles, and what their samples are labelled with. */
export interface WorkQuery {
  readonly type?: StoredType | undefined;
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
  readonly isWanted: (profile: KnownProfile) => boolean;
  readonly labelsOf?: ((profile: KnownProfile) => Readonly<Record<string, string>>) | undefined;
}

/** What was read, and what a reader of it must know. */
export interface Work {
  readonly groups: readonly WorkGroup[];
  readonly notes: readonly string[];
}

/** No profile of a Go process is larger. */
const mostBytes = 512 * 1024 * 1024;

/** Other threads read and inflate so many while one is looked at. */
const ahead = 4;

/** What is read, in the order in which it is asked for; undefined for a profile that was removed after it was found. */
interface Contents extends WorkSource {
  readonly contents: AsyncGenerator<Uint8Array | undefined, undefined>;
}

function looksOf({ before, profiles }: Slice): readonly StoredProfile[] {
  return before && profiles.length > 0 ? [before, ...profiles] : profiles;
}

async function inflateStored(
  stored: StoredProfile,
  source: ProfileSource | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await source?.read(stored);
    return bytes && (await inflateProfile(bytes, mostBytes));
  } catch (error) {
    throw told(error, stored);
  }
}

/** Everything that is wanted, by service, run and step in the order of time; throws a usage error when profiles do not go together. */
export async function readWork(from: WorkSource, query: WorkQuery): Promise<Work> {
  const removed = new Set<string>();
  const closed = (await openGroups(from, query, removed)).map(closeGroup);
  return {
    groups: closed
      .map(({ group }) => group)
      .sort((a, b) => (a.untilNs < b.untilNs ? -1 : Number(a.untilNs > b.untilNs))),
    notes: [
      ...new Set(closed.flatMap(({ notes }) => notes)),
      ...(removed.size > 0 ? [`${counted(removed.size, 'profile')} removed meanwhile, and left out`] : []),
    ],
  };
}

/** Adds to `removed` what was removed after it was found; without that, slices and what was counted before them are others, so all is read anew. */
async function openGroups(from: WorkSource, query: WorkQuery, removed: Set<string>): Promise<OpenGroup[]> {
  const groups = new Map<string, OpenGroup>();
  const known = removed.size;
  await addFiles(groups, from, query);
  await addStored(groups, from, query, removed);
  return removed.size === known ? [...groups.values()] : await openGroups(from, query, removed);
}

/** Files beside one another are added up, whatever they hold. */
async function addFiles(groups: Map<string, OpenGroup>, from: WorkSource, query: WorkQuery): Promise<void> {
  const isAlone = from.sources.length === 0;
  let place = 0;
  await readFiles(from.files, from.signal, (known, local) => {
    if (known.type === 'trace' || !matches(known, query) || !query.isWanted(known)) return;
    const group = groupOf(groups, known, isAlone ? 'sum' : undefined);
    place += 1;
    const labels = textLabels(query.labelsOf?.(known) ?? {});
    try {
      group.combiner.addRead({ instance: `file ${place}`, local, labels });
    } catch (error) {
      throw told(error, known);
    }
    countIn(group, [known]);
    group.windowsNs.push(Number(known.durationNs));
  });
}

async function addStored(
  groups: Map<string, OpenGroup>,
  from: WorkSource,
  query: WorkQuery,
  removed: Set<string>,
): Promise<void> {
  const { type, fromNs, toNs } = query;
  const homes = new Map<StoredProfile, ProfileSource>();
  for (const source of from.sources) {
    for (const profile of await source.find({ type, fromNs, toNs })) {
      if (profile.type !== 'trace' && !removed.has(profile.id)) homes.set(profile, source);
    }
  }
  const parts = slicesOf(onlyOnce([...homes.keys()]), query.isWanted).flatMap(partsOf);
  const contents = readAhead(parts.flatMap(looksOf), ahead, (stored) => inflateStored(stored, homes.get(stored)));
  for (const part of parts) {
    const [first] = part.profiles;
    if (!first) continue;
    await addPart(groupOf(groups, first), part, { ...from, contents }, query, removed);
  }
}

function groupOf(groups: Map<string, OpenGroup>, first: KnownProfile, way?: Aggregation): OpenGroup {
  const about = aboutOf(first);
  const key = JSON.stringify([about.service, about.run, about.step]);
  const group = groups.get(key) ?? openGroup(about, first, way);
  groups.set(key, group);
  return group;
}

/** The steps of a slice, each with the snapshot before it. */
function partsOf({ instance, before, profiles }: Slice): Slice[] {
  const parts: { instance: string; before: StoredProfile | undefined; profiles: StoredProfile[] }[] = [];
  let last = before;
  for (const profile of profiles) {
    const open = parts.at(-1);
    const first = open?.profiles[0];
    if (open && first && labelOf(first, 'step') === labelOf(profile, 'step')) open.profiles.push(profile);
    else parts.push({ instance: `${instance}.${parts.length}`, before: last, profiles: [profile] });
    last = isCounting(profile) ? profile : undefined;
  }
  return parts;
}

async function addPart(
  group: OpenGroup,
  part: Slice,
  from: Contents,
  query: WorkQuery,
  removed: Set<string>,
): Promise<void> {
  const { profiles, instance } = part;
  const [first] = profiles;
  const labels = (first && query.labelsOf?.(first)) ?? {};
  for (const stored of looksOf(part)) {
    from.signal.throwIfAborted();
    const { value: content } = await from.contents.next();
    if (!content) {
      removed.add(stored.id);
      continue;
    }
    try {
      group.combiner.add({ instance, content, labels: textLabels(labels) });
    } catch (error) {
      throw told(error, stored);
    }
  }
  countIn(group, profiles);
  const accounts = profiles.map((profile) => accountOf(profile, from));
  if (accounts.every((account) => account !== undefined)) {
    group.windowsNs.push(accounts.reduce((sum, { windowUs }) => sum + windowUs * 1000, 0));
    group.answered.push(accounts.reduce((sum, { answered }) => sum + answered, 0));
    const own = accounts.map((account) => account.own);
    group.own.push(
      own.reduce<number | undefined>(
        (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
        0,
      ),
    );
  } else group.windowsNs.push(windowIn(part));
}

function accountOf(profile: StoredProfile, { accounts }: WorkSource) {
  const [run = '', target = '', step = ''] = ['run', 'target', 'step'].map((key) => labelOf(profile, key));
  return accounts.get(run)?.(target, profile.type, step);
}

/** Of snapshots from the first to the last; else what the profiles say of themselves. */
function windowIn({ before, profiles }: Slice): number {
  const [first, last] = [before ?? profiles[0], profiles.at(-1)];
  if (first && last && isCounting(last)) return Number(last.createdNs - first.createdNs);
  return Number(profiles.reduce((sum, { durationNs }) => sum + durationNs, 0n));
}

function told(error: unknown, known: KnownProfile & Partial<StoredProfile>): unknown {
  if (!(error instanceof ProfileError)) return error;
  const message = `${nameOf(known)}: ${error.message}`;
  if (error.reason === 'incompatible' || error.reason === 'other kind') {
    const hint = 'Choose profiles of one kind: --type, --service, --label key=value.';
    return usageError('nothing-to-merge', message, hint);
  }
  return environmentError('profile-damaged', message, 'go tool pprof -raw FILE shows what Go makes of it.', error);
}

function nameOf(known: KnownProfile & Partial<StoredProfile>): string {
  const labels = ['file', 'run', 'target', 'step'].flatMap((key) => labelOf(known, key) ?? []);
  const place = labels.length > 0 ? labels.join(' ') : (known.id ?? 'without labels');
  return labelOf(known, 'file') === undefined ? `the ${known.type} profile of ${known.service} (${place})` : place;
}
