/** Labels on every sample of a profile, so that `go tool pprof -tagroot=<key>` splits a merged profile by them. */
import { sortLabels } from './pprof.ts';
import { type PprofProfile, ProfileError, type ProfileLabel } from './types.ts';

/**
 * The profile with these texts on every sample. pprof shows a value without its key, so a value should read well alone,
 * such as `rps=400`. A label that a sample already has with the same key stays as it is. Throws a ProfileError for a key
 * that pprof keeps for itself (`pprof::…`), and for an empty key or value, which pprof would drop.
 */
export function addLabels(profile: PprofProfile, labels: Readonly<Record<string, string>>): PprofProfile {
  const added = Object.entries(labels).map(([key, text]) => ({ key, text }));
  for (const { key, text } of added) {
    if (key === '' || text === '' || key.startsWith('pprof::')) {
      throw new ProfileError(
        'incompatible',
        `no label for a sample: ${JSON.stringify(key)} with ${JSON.stringify(text)}`,
      );
    }
  }
  return labelSamples(profile, added);
}

/** The profile with these labels on every sample that has none with the same key. */
export function labelSamples(profile: PprofProfile, labels: readonly ProfileLabel[]): PprofProfile {
  const samples = profile.samples.map((sample) => {
    const own = new Set(sample.labels.map(({ key }) => key));
    return { ...sample, labels: sortLabels([...sample.labels, ...labels.filter(({ key }) => !own.has(key))]) };
  });
  return { ...profile, samples };
}
