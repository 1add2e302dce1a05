/** Plain profile files as what profiles are read from: each stands for itself, as those that `go tool pprof` is given do. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { createHeaderReader } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { readBytes } from '../../host/files.ts';
import { messageOf, usageError } from '../../model/errors.ts';
import { type ProfileSource, type StoredProfile, type StoredType, storedTypes } from '../../model/profile-store.ts';
import { readAhead } from '../../model/read-ahead.ts';
import { byTime, matches } from '../store/matching.ts';
import { profileId } from '../store/profile-id.ts';

/** A file as the user named it, and where it is. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

const mostBytes = 512 * 1024 * 1024;

/** Other threads read and inflate so many while one is looked at. */
const ahead = 4;

interface ReadFile {
  readonly file: NamedFile;
  readonly content: Uint8Array;
  /** Undefined where it could not be read, for the error beside it. */
  readonly inflated?: Uint8Array;
  readonly error?: unknown;
}

async function read(file: NamedFile): Promise<ReadFile> {
  let content = new Uint8Array();
  try {
    content = new Uint8Array(await readBytes(file.path));
    return { file, content, inflated: await inflateProfile(content, mostBytes) };
  } catch (error) {
    return { file, content, error };
  }
}

/** The profiles in these files, labelled with the file's name; a usage error names all that are none. */
export async function createFileSource(files: readonly NamedFile[]): Promise<ProfileSource> {
  const all = new Map<string, { readonly stored: StoredProfile; readonly path: string }>();
  const bad: string[] = [];
  const headerOf = createHeaderReader();
  for await (const { file, content, inflated, error } of readAhead(files, ahead, read)) {
    try {
      if (!inflated) throw error;
      const stored = describe(file, all.size, content, headerOf(inflated));
      all.set(stored.id, { stored, path: file.path });
    } catch (error) {
      bad.push(`${file.name}: ${messageOf(error)}`);
      if (!(error instanceof ProfileError) && !(error instanceof Error && 'code' in error)) throw error;
    }
  }
  if (bad.length > 0) {
    throw usageError('unreadable-input', bad.join('\n'), 'Name run directories, or files of pprof profiles (.pb.gz).');
  }
  const sorted = [...all.values()].map(({ stored }) => stored).sort(byTime);
  return {
    find: async (query) => {
      const found = sorted.filter((profile) => matches(profile, query));
      return query.limit === undefined ? found : found.slice(Math.max(0, found.length - query.limit));
    },
    get: async (id) => all.get(id)?.stored,
    read: async ({ id }) => {
      const path = all.get(id)?.path;
      return path === undefined ? new Uint8Array() : readBytes(path);
    },
    services: async () => [...new Set(sorted.map(({ service }) => service))].sort(),
    close: async () => undefined,
  };
}

function describe({ name }: NamedFile, place: number, content: Uint8Array, profile: PprofProfile): StoredProfile {
  const { timeNanos, durationNanos, mappings } = profile;
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    id: profileId(timeNanos / 1_000_000_000n, BigInt(place)),
    // What pprof calls `File:`; a profile without one is called as its file.
    service: basename(mappings[0]?.file ?? '') || basename(name).replace(/\.(pb\.gz|pprof|prof|out|gz)$/, ''),
    type: typeOf(profile, name),
    labels: [{ key: 'file', value: name }],
    createdNs: timeNanos,
    durationNs: durationNanos,
    sha256,
    bytes: content.length,
  };
}

/** By its header; contention profiles are told apart by nothing but the name that somebody gave them. */
function typeOf({ periodType, sampleTypes, defaultSampleType }: PprofProfile, name: string): StoredType {
  const period = `${periodType.type}/${periodType.unit}`;
  if (period === 'cpu/nanoseconds') return 'cpu';
  if (period === 'wallclock/nanoseconds') return 'fgprof';
  if (period === 'space/bytes') return defaultSampleType === 'alloc_space' ? 'allocs' : 'heap';
  if (period === 'contentions/count')
    return (['mutex', 'block'] as const).find((type) => basename(name).includes(type)) ?? 'other';
  return storedTypes.find((type) => type === sampleTypes[0]?.type) ?? 'other';
}
