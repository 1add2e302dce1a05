/** What is known of a profile, in a small file of its own: the index is made of these alone. */
import { z } from 'zod';
import { type StoredLabel, type StoredProfile, storedTypes } from '../../model/profile-store.ts';
import { isProfileId } from './profile-id.ts';

/** The folder of all entries; in it one per day, so that what is asked of a window looks at no more than its days. */
export const entriesFolder = 'entries';

const nsPerDay = 86_400_000_000_000n;
const lowestNs = -(2n ** 63n);

const nanoseconds = z.codec(z.string().regex(/^-?\d{1,19}$/), z.bigint().gte(lowestNs).lt(-lowestNs), {
  decode: (text) => BigInt(text),
  encode: (ns) => String(ns),
});

/** Version 1; a reader that meets a later one says so and leaves the entry out. */
const entrySchema = z.object({
  version: z.literal(1),
  id: z.string().refine(isProfileId),
  service: z.string(),
  type: z.enum(storedTypes),
  labels: z.array(z.object({ key: z.string(), value: z.string() })),
  createdNs: nanoseconds,
  durationNs: nanoseconds,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});

/** The text of a profile's entry. Throws when a time is none of pprof's, which has 64 bits. */
export function entryText(profile: StoredProfile): string {
  const { id, service, type, labels, createdNs, durationNs, sha256, bytes } = profile;
  const entry = { version: 1 as const, id, service, type, labels: [...labels], createdNs, durationNs, sha256, bytes };
  return `${JSON.stringify(z.encode(entrySchema, entry))}\n`;
}

/** The profile of an entry; undefined when the text is none, or not the one of this name. */
export function readEntry(folder: string, file: string, text: string): StoredProfile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = entrySchema.safeDecode(value as z.input<typeof entrySchema>);
  if (!read.success) return undefined;
  const { version: _, ...profile } = read.data;
  return entryName(profile) === `${entriesFolder}/${folder}/${file}` ? profile : undefined;
}

/** Where a profile's entry is: the day of its time, then time and id, so that names sort as profiles do. */
export function entryName({ createdNs, id }: Pick<StoredProfile, 'createdNs' | 'id'>): string {
  return `${entriesFolder}/${dayFolder(createdNs)}/${entryFile({ createdNs, id })}`;
}

/** The last part of an entry's name: nanoseconds in its day, then the id. */
export function entryFile({ createdNs, id }: Pick<StoredProfile, 'createdNs' | 'id'>): string {
  return `${String(createdNs - dayOf(createdNs) * nsPerDay).padStart(14, '0')}-${id}.json`;
}

/** The folder of a time's entries, such as `2026-01-31`. */
export function dayFolder(createdNs: bigint): string {
  return new Date(Number(dayOf(createdNs)) * 86_400_000).toISOString().slice(0, 10);
}

function dayOf(ns: bigint): bigint {
  const day = ns / nsPerDay;
  return ns < 0n && day * nsPerDay !== ns ? day - 1n : day;
}

/** Labels as they are kept: sorted by key, those of one key as they came. */
export function sortedLabels(labels: readonly StoredLabel[]): readonly StoredLabel[] {
  return labels.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

/** Where a profile's bytes are: profiles in the form that `go tool pprof FILE` opens, traces for `go tool trace FILE`. */
export function contentName({ sha256, type }: Pick<StoredProfile, 'sha256' | 'type'>): string {
  return `content/${sha256.slice(0, 2)}/${sha256}.${type === 'trace' ? 'trace' : 'pb.gz'}`;
}
