/** Plain profile files, read once: each stands for itself, as those that `go tool pprof` is given do. */
import { basename } from 'node:path';
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import type { LocalProfile } from '../../goruntime/profile/local-profile.ts';
import { createHeaderReader, type HeaderReader } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { readBytes } from '../../host/files.ts';
import { messageOf, usageError } from '../../model/errors.ts';
import { type KnownProfile, type StoredType, storedTypes } from '../../model/profile-store.ts';
import { readAhead } from '../../model/read-ahead.ts';

/** A file as the user named it, and where it is. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

/** Takes what is known of a file's profile, and the profile itself, which is good until it returns. */
type UseProfile = (known: KnownProfile, local: LocalProfile) => void;

const mostBytes = 512 * 1024 * 1024;

/** Other threads read and inflate so many while one is looked at. */
const ahead = 4;

/**
 * Hands over the files' profiles in the order of their names, labelled with the name. Rejects with a usage error that names all files
 * that hold none, else with the first error of `use`, which is then not called again; and at once when it is aborted.
 */
export async function readFiles(files: readonly NamedFile[], signal: AbortSignal, use: UseProfile): Promise<void> {
  const bad: string[] = [];
  const failures: unknown[] = [];
  const reader = createHeaderReader();
  for await (const { file, inflated, error } of readAhead(files, ahead, readInflated)) {
    signal.throwIfAborted();
    const known = inflated ? knownOf(file, inflated, reader) : { error };
    if ('error' in known) bad.push(`${file.name}: ${toldBad(known.error)}`);
    else if (bad.length + failures.length === 0) {
      try {
        use(known, reader.local);
      } catch (failure) {
        failures.push(failure);
      }
    }
  }
  if (bad.length > 0) {
    throw usageError('unreadable-input', bad.join('\n'), 'Name run directories, or files of pprof profiles (.pb.gz).');
  }
  for (const failure of failures) throw failure;
}

interface ReadFile {
  readonly file: NamedFile;
  /** Undefined where it could not be read, for the error beside it. */
  readonly inflated?: Uint8Array;
  readonly error?: unknown;
}

async function readInflated(file: NamedFile): Promise<ReadFile> {
  try {
    return { file, inflated: await inflateProfile(await readBytes(file.path), mostBytes) };
  } catch (error) {
    return { file, error };
  }
}

function knownOf(file: NamedFile, inflated: Uint8Array, reader: HeaderReader): KnownProfile | { error: unknown } {
  try {
    return describe(file, reader.read(inflated));
  } catch (error) {
    return { error };
  }
}

/** What neither a profile nor a file is to blame for is thrown on. */
function toldBad(error: unknown): string {
  if (error instanceof ProfileError || (error instanceof Error && 'code' in error)) return messageOf(error);
  throw error;
}

function describe({ name }: NamedFile, profile: PprofProfile): KnownProfile {
  const { timeNanos, durationNanos, mappings } = profile;
  return {
    // What pprof calls `File:`; a profile without one is called as its file.
    service: basename(mappings[0]?.file ?? '') || basename(name).replace(/\.(pb\.gz|pprof|prof|out|gz)$/, ''),
    type: typeOf(profile, name),
    labels: [{ key: 'file', value: name }],
    createdNs: timeNanos,
    durationNs: durationNanos,
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
