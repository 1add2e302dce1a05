/** Labels on every sample of a profile, so that `go tool pprof -tagroot=<key>` splits a merged profile by them. */
import { sortLabels } from './pprof.ts';
import { type PprofProfile, ProfileError, type ProfileLabel } from './types.ts';

/**
 * The profile with these texts on every sample, as `textLabels` has them. A label that a sample already has with the same key stays as
 * it is. Throws a ProfileError where `textLabels` does.
 */
export function addLabels(profile: PprofProfile, labels: Readonly<Record<string, string>>): PprofProfile {
  return labelSamples(profile, textLabels(labels));
}

/**
 * These texts as labels of a sample. pprof shows a value without its key, so a value should read well alone, such as `rps=400`.
 * Throws a ProfileError for a key that pprof keeps for itself (`pprof::…`), and for an empty key or value, which it would drop.
 */
export function textLabels(labels: Readonly<Record<string, string>>): readonly ProfileLabel[] {
  return Object.entries(labels).map(([key, text]) => {
    if (key !== '' && text !== '' && !key.startsWith('pprof::')) return { key, text };
    const label = `${JSON.stringify(key)} with ${JSON.stringify(text)}`;
    throw new ProfileError('incompatible', `no label for a sample: ${label}`);
  });
}

/** The profile with these labels on every sample that has none with the same key. */
export function labelSamples(profile: PprofProfile, labels: readonly ProfileLabel[]): PprofProfile {
  const samples = profile.samples.map((sample) => {
    const own = new Set(sample.labels.map(({ key }) => key));
    return { ...sample, labels: sortLabels([...sample.labels, ...labels.filter(({ key }) => !own.has(key))]) };
  });
  return { ...profile, samples };
}
