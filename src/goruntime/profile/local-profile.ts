/** One profile as tables of integers, without an object for each of its parts. */
import { createNumberFields, type NumberFields } from './cursor.ts';
import { createInts, type Ints } from './ints.ts';

/**
 * A profile as it is written. Texts are indexes into its string table, references are places in the other tables, and numbers of
 * 64 bits are two cells, low half first.
 */
export interface LocalProfile {
  bytes: Uint8Array;
  /** Where each string is in the bytes: from, to. */
  readonly strings: Ints;
  /** Type, unit. */
  readonly sampleTypes: Ints;
  /** Type, unit; nothing where the profile does not say. */
  readonly periodType: Ints;
  /** The fields of the profile that are one number, by the field's number. */
  readonly scalars: NumberFields;
  readonly comments: Ints;
  /** Start, limit, offset, file, build id, and a bit for each flag. */
  readonly mappings: Ints;
  /** Name, system name, file, start line. */
  readonly functions: Ints;
  /** Mapping or -1, address, folded (1 or 0), first line, line behind the last. */
  readonly locations: Ints;
  /** Function, line, column. */
  readonly lines: Ints;
  /** The locations of all samples, those of one behind those of the one before. */
  readonly stacks: Ints;
  readonly stackEnds: Ints;
  /** Two cells for each column of each sample. */
  readonly values: Ints;
  /** Key, text, number, unit. */
  readonly labels: Ints;
  readonly labelEnds: Ints;
}

/** How many cells a row of each table has. */
export const width = { mapping: 9, function: 5, location: 6, line: 5, label: 5 } as const;

/** Field numbers of the profile itself. */
export const field = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  string: 6,
  dropFrames: 7,
  keepFrames: 8,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  comment: 13,
  defaultSampleType: 14,
  docUrl: 15,
} as const;

/** Tables of a profile that has nothing. */
export function createLocalProfile(): LocalProfile {
  return {
    bytes: new Uint8Array(),
    strings: createInts(),
    sampleTypes: createInts(),
    periodType: createInts(),
    scalars: createNumberFields(),
    comments: createInts(),
    mappings: createInts(),
    functions: createInts(),
    locations: createInts(),
    lines: createInts(),
    stacks: createInts(),
    stackEnds: createInts(),
    values: createInts(),
    labels: createInts(),
    labelEnds: createInts(),
  };
}

/** Empties the tables for the profile in these bytes. */
export function clearLocalProfile(local: LocalProfile, bytes: Uint8Array): void {
  local.bytes = bytes;
  local.scalars.low.fill(0);
  local.scalars.high.fill(0);
  for (const table of Object.values(local)) if ('cells' in table) table.length = 0;
}
