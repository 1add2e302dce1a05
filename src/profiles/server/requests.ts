/** How many requests were served while profiles were taken, as their labels tell it; pure. */
import type { StoredProfile } from '../../model/profile-store.ts';
import { instanceOf } from './instances.ts';

/**
 * The sum over the windows of these profiles; undefined where one of them does not tell. A label `requests` says how many
 * were served during its profile; `rps` at which rate, of which a window has its duration's. Processes that were profiled
 * beside each other saw the same requests, so those of equal labels count once.
 */
export function requestsOf(profiles: readonly StoredProfile[], instanceKeys: readonly string[]): number | undefined {
  const windows = new Map<string, { requests: number; instances: Set<string> }>();
  for (const profile of profiles) {
    const requests = requestsDuring(profile);
    if (requests === undefined) return undefined;
    const shared = profile.labels.filter(({ key }) => key !== 'requests' && !instanceKeys.includes(key));
    const key = JSON.stringify(shared.map(({ key, value }) => [key, value]));
    const window = windows.get(key) ?? { requests: 0, instances: new Set<string>() };
    window.requests += requests;
    window.instances.add(instanceOf(profile, instanceKeys));
    windows.set(key, window);
  }
  const all = [...windows.values()].map(({ requests, instances }) => requests / instances.size);
  return all.length === 0 ? undefined : all.reduce((sum, each) => sum + each, 0);
}

function requestsDuring({ labels, durationNs }: StoredProfile): number | undefined {
  const numberOf = (name: string) => {
    const value = labels.find(({ key }) => key === name)?.value ?? '';
    const digits = /^(?:\w+=)?(\d{1,12}(?:\.\d{1,12})?)$/.exec(value)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const counted = numberOf('requests');
  if (counted !== undefined) return counted;
  const rps = numberOf('rps');
  return rps === undefined || durationNs === 0n ? undefined : (rps * Number(durationNs)) / 1e9;
}
