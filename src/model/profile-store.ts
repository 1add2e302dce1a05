/** What keeps profiles: the one contract of local disk, object storage and run directories. */

/** The types that profefe knows, and those that newer Go programs and libraries have. */
export const storedTypes = [
  'cpu',
  'heap',
  'allocs',
  'block',
  'mutex',
  'goroutine',
  'goroutineleak',
  'threadcreate',
  'fgprof',
  'other',
  'trace',
] as const;

/** The type under which a profile is kept; `trace` is not a profile and is kept as it came. */
export type StoredType = (typeof storedTypes)[number];

/** One label of a stored profile, such as `step` and `500`. */
export interface StoredLabel {
  readonly key: string;
  readonly value: string;
}

/** What is known of a stored profile without its bytes. */
export interface StoredProfile {
  /** 20 characters of 0-9a-v; ids sort by the second in which they were given. */
  readonly id: string;
  readonly service: string;
  readonly type: StoredType;
  /** Sorted by key; a key may come more than once. */
  readonly labels: readonly StoredLabel[];
  /** Nanoseconds since 1970: the profile's own time where it has one. */
  readonly createdNs: bigint;
  /** How long it was collected; 0 when unknown or a moment. */
  readonly durationNs: bigint;
  /** Of the bytes as they came, in hex: the name under which they are kept. */
  readonly sha256: string;
  readonly bytes: number;
}

/** What is known of a profile, wherever it lies. */
export type KnownProfile = Omit<StoredProfile, 'id' | 'sha256' | 'bytes'>;

/** A profile that is to be kept; its bytes were checked to be one. */
export interface NewProfile extends KnownProfile {
  readonly content: Uint8Array;
}

/** Which profiles are wanted; what is left out does not matter. */
export interface ProfileQuery {
  readonly service?: string | undefined;
  readonly type?: StoredType | undefined;
  /** All of them, key and value exactly. */
  readonly labels?: readonly StoredLabel[] | undefined;
  /** Both ends belong to the window. */
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
  /** Only the newest so many. */
  readonly limit?: number | undefined;
}

/** What profiles are read from: a store, or the directories of runs. */
export interface ProfileSource {
  /** Oldest first. */
  find(query: ProfileQuery): Promise<readonly StoredProfile[]>;
  get(id: string): Promise<StoredProfile | undefined>;
  /** The bytes as they came; undefined when the profile was removed after it was found. Throws a RampartError when they are lost or not what was stored. */
  read(profile: StoredProfile): Promise<Uint8Array | undefined>;
  /** Sorted. */
  services(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A source that profiles can be added to; a profile for which `put` has resolved survives a kill of the process and a crash of the machine. */
export interface ProfileStore extends ProfileSource {
  put(profile: NewProfile): Promise<StoredProfile>;
  /** Removes profiles, and their bytes where no other profile has the same. */
  remove(profiles: readonly StoredProfile[]): Promise<void>;
}
