/** Stored labels to labels on samples, so that `go tool pprof -tagroot=step` splits a merged profile; pure. */
import type { ProfileLabel } from '../../goruntime/profile/types.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { instanceOf } from './instances.ts';

/** What can be said on the samples of one profile, as texts that read well without their key: `rps=400`, not `400`. */
export function sampleLabels({ service, labels }: StoredProfile, withService: boolean): readonly ProfileLabel[] {
  const all = withService ? [...labels, { key: 'service', value: service }] : labels;
  return all.flatMap(({ key, value }) => {
    // pprof keeps its own keys for itself, and drops a label that is empty.
    if (value === '' || key.startsWith('pprof::')) return [];
    return [{ key, text: /\p{L}/u.test(value) ? value : `${key}=${value}` }];
  });
}

/** Keys of labels that change within one process: a difference over time is of none of their values. */
export function changingKeys(profiles: readonly StoredProfile[], keys: readonly string[]): ReadonlySet<string> {
  const first = new Map<string, ReadonlyMap<string, string>>();
  const changing = new Set<string>();
  for (const profile of profiles) {
    const values = valuesOf(profile);
    const instance = instanceOf(profile, keys);
    const before = first.get(instance) ?? values;
    first.set(instance, before);
    for (const key of [...before.keys(), ...values.keys()]) if (before.get(key) !== values.get(key)) changing.add(key);
  }
  return changing;
}

function valuesOf({ labels }: StoredProfile): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of labels) values.set(key, `${values.get(key) ?? ''}\n${value}`);
  return values;
}
