/**
 * The values that a profile.proto holds, with its strings and references resolved (format: github.com/google/pprof, proto/profile.proto).
 */

/** What a column of values is, such as `goroutine` in `count` or `cpu` in `nanoseconds`. */
export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

/** A part of the program's memory that holds code; the first of a profile is the main binary. */
export interface ProfileMapping {
  readonly start: bigint;
  readonly limit: bigint;
  readonly offset: bigint;
  readonly file: string;
  readonly buildId: string;
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}

/** A function of the program. */
export interface ProfileFunction {
  readonly name: string;
  readonly systemName: string;
  readonly file: string;
  readonly startLine: number;
}

/** A line of source code in a function. */
interface ProfileLine {
  readonly function: ProfileFunction;
  readonly line: number;
  readonly column: number;
}

/** An address in a stack; its lines are innermost first, and more than one when functions were inlined there. */
export interface ProfileLocation {
  readonly mapping: ProfileMapping | undefined;
  readonly address: bigint;
  readonly lines: readonly ProfileLine[];
  readonly isFolded: boolean;
}

/** A label of a sample: a text, or a number and its unit. */
export type ProfileLabel =
  | { readonly key: string; readonly text: string }
  | { readonly key: string; readonly number: bigint; readonly unit: string };

/** A stack, innermost location first; one value (int64) for each sample type; texts before numbers, each sorted by key. */
export interface ProfileSample {
  readonly locations: readonly ProfileLocation[];
  readonly values: readonly bigint[];
  readonly labels: readonly ProfileLabel[];
}

/** A whole profile; functions and locations are those that its samples refer to. */
export interface PprofProfile {
  readonly sampleTypes: readonly ValueType[];
  readonly samples: readonly ProfileSample[];
  readonly mappings: readonly ProfileMapping[];
  /** Both parts are empty when the profile does not say. */
  readonly periodType: ValueType;
  readonly period: bigint;
  /** Nanoseconds since 1970; 0 when unknown. Of a CPU profile the start, of net/http/pprof's deltas the end. */
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly dropFrames: string;
  readonly keepFrames: string;
  readonly comments: readonly string[];
  readonly defaultSampleType: string;
  readonly docUrl: string;
}

/** Why bytes are not a profile that can be used: what they lack, or what they have too much of. */
export type ProfileErrorReason = 'empty' | 'not a profile' | 'not whole' | 'too large' | 'incompatible' | 'other kind';

/** The one error of the profile functions: its message says what is wrong, its reason which kind of wrong that is. */
export class ProfileError extends Error {
  readonly reason: ProfileErrorReason;

  constructor(reason: ProfileErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProfileError';
    this.reason = reason;
  }
}

/** The function names of a stack, innermost first, inlined ones included; an address where no name is known. */
export function framesOf({ locations }: Pick<ProfileSample, 'locations'>): string[] {
  return locations.flatMap(({ lines, address }) =>
    lines.length === 0 ? [`0x${address.toString(16)}`] : lines.map(({ function: { name } }) => name),
  );
}
