/** What is known of a profile, in a small file of its own: the index is made of these alone. */
import { z } from 'zod';
import { type StoredLabel, type StoredProfile, storedTypes } from '../../model/profile-store.ts';
import { isProfileId } from './profile-id.ts';

/** The folder of all entries; in it one per day, so that what is asked of a window looks at no more than its days. */
export const entriesFolder = 'entries';

const msPerDay = 86_400_000;
const nsPerDay = BigInt(msPerDay) * 1_000_000n;

/** pprof's times have 64 bits; JSON's numbers are exact to 53. */
const nanoseconds = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .refine((text) => BigInt.asIntN(64, BigInt(text)) === BigInt(text));

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

type Entry = z.infer<typeof entrySchema>;

/** The text of a profile's entry, one line of JSON. */
export function entryText(profile: StoredProfile): string {
  const { id, service, type, createdNs, durationNs, sha256, bytes } = profile;
  const labels = profile.labels.map(({ key, value }) => ({ key, value }));
  const times = { createdNs: String(createdNs), durationNs: String(durationNs) };
  return JSON.stringify({ version: 1, id, service, type, labels, ...times, sha256, bytes } satisfies Entry);
}

/** The profile of an entry in a folder; undefined when the text is none, or the one of another name. */
export function readEntry(folder: string, file: string, text: string): StoredProfile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = entrySchema.safeParse(value);
  const profile = read.success ? profileOf(read.data) : undefined;
  return profile && entryName(profile) === `${entriesFolder}/${folder}/${file}` ? profile : undefined;
}

/** The profile of a text that `entryText` gave, without looking at it again. */
export function trustedEntry(text: string): StoredProfile {
  return profileOf(JSON.parse(text));
}

function profileOf({ version: _, createdNs, durationNs, ...rest }: Entry): StoredProfile {
  return { ...rest, createdNs: BigInt(createdNs), durationNs: BigInt(durationNs) };
}

/** Where a profile's entry is: the day of its time, then time and id, so that names sort as profiles do. */
export function entryName({ createdNs, id }: Pick<StoredProfile, 'createdNs' | 'id'>): string {
  const inDay = createdNs - dayOf(createdNs) * nsPerDay;
  return `${entriesFolder}/${dayFolder(createdNs)}/${String(inDay).padStart(14, '0')}-${id}.json`;
}

/** The id in the last part of an entry's name; undefined when it is no such name. */
export function idOfFile(file: string): string | undefined {
  const id = /^\d{14}-([0-9a-v]{20})\.json$/.exec(file)?.[1];
  return id !== undefined && isProfileId(id) ? id : undefined;
}

/** The folder of a time's entries, such as `2026-01-31`. */
function dayFolder(createdNs: bigint): string {
  return new Date(Number(dayOf(createdNs)) * msPerDay).toISOString().slice(0, 10);
}

/** The times whose entries are in a folder, both ends in it; undefined when it is no folder of entries. */
export function dayWindow(folder: string): { readonly fromNs: bigint; readonly toNs: bigint } | undefined {
  const ms = /^\d{4}-\d\d-\d\d$/.test(folder) ? Date.parse(folder) : Number.NaN;
  if (Number.isNaN(ms)) return undefined;
  const fromNs = BigInt(ms) * 1_000_000n;
  return { fromNs, toNs: fromNs + nsPerDay - 1n };
}

/** Days since 1970, rounded down. */
function dayOf(ns: bigint): bigint {
  return (ns - (((ns % nsPerDay) + nsPerDay) % nsPerDay)) / nsPerDay;
}

/** Labels as they are kept: sorted by key, those of one key as they came. */
export function sortedLabels(labels: readonly StoredLabel[]): StoredLabel[] {
  return labels.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

/** Where a profile's bytes are: profiles in the form that `go tool pprof FILE` opens, traces for `go tool trace FILE`. */
export function contentName({ sha256, type }: Pick<StoredProfile, 'sha256' | 'type'>): string {
  return `content/${sha256.slice(0, 2)}/${sha256}.${type === 'trace' ? 'trace' : 'pb.gz'}`;
}
