/** Small profiles that tests make up. */
import type {
  PprofProfile,
  ProfileLabel,
  ProfileLocation,
  ProfileMapping,
  ProfileSample,
} from '../../../src/goruntime/profile/types.ts';

/** A mapping of a main binary, but for what is given. */
export function mappingOf(given: Partial<ProfileMapping> = {}): ProfileMapping {
  return {
    start: 0x1000n,
    limit: 0x3000n,
    offset: 0n,
    file: '/bin/service',
    buildId: '',
    hasFunctions: true,
    hasFilenames: true,
    hasLineNumbers: true,
    hasInlineFrames: true,
    ...given,
  };
}

/** A location of the functions with these names, innermost first, at an address and without a mapping, but for what is given. */
export function locationOf(names: readonly string[], given: Partial<ProfileLocation> = {}): ProfileLocation {
  const lines = names.map((name) => ({
    function: { name, systemName: name, file: 'main.go', startLine: 1 },
    line: 7,
    column: 0,
  }));
  return { mapping: undefined, address: 0x1234n, lines, isFolded: false, ...given };
}

/** A sample with a location of its own for each function name. */
export function sampleOf(
  names: readonly string[],
  values: readonly bigint[],
  labels: readonly ProfileLabel[] = [],
): ProfileSample {
  return { locations: names.map((name) => locationOf([name])), values, labels };
}

/** A CPU profile with these samples, but for what is given. */
export function profileOf(samples: readonly ProfileSample[], given: Partial<PprofProfile> = {}): PprofProfile {
  const inUse = samples.flatMap(({ locations }) => locations.flatMap(({ mapping }) => (mapping ? [mapping] : [])));
  return {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    samples,
    mappings: [...new Set(inUse)],
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    period: 10_000_000n,
    timeNanos: 1_700_000_000_000_000_001n,
    durationNanos: 1_000_000_000n,
    dropFrames: '',
    keepFrames: '',
    comments: [],
    defaultSampleType: '',
    docUrl: '',
    ...given,
  };
}
