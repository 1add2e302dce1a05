import { expect, it } from 'vitest';
import type { StoredProfile } from '../../src/model/profile-store.ts';
import { onlyOnce } from '../../src/profiles/only-once.ts';

function profileOf(id: string, change: Partial<StoredProfile> = {}): StoredProfile {
  const labels = [{ key: 'instance', value: 'api-1' }];
  return { id, service: 'api', type: 'cpu', labels, createdNs: 5n, durationNs: 1n, sha256: 'a', bytes: 1, ...change };
}

const idsOf = (profiles: readonly StoredProfile[]) => onlyOnce(profiles).map(({ id }) => id);

it('takes what was sent again, or is in a store and in its run, once: the first', () => {
  const labels = [
    { key: 'instance', value: 'api-1' },
    { key: 'requests', value: '400' },
  ];
  expect(idsOf([profileOf('a'), profileOf('b'), profileOf('a'), profileOf('c', { labels })])).toEqual(['a']);
});

it('keeps what differs in anything: its process, moment, type, service or bytes', () => {
  const others: Partial<StoredProfile>[] = [
    { labels: [{ key: 'instance', value: 'api-2' }] },
    { createdNs: 6n },
    { type: 'mutex' },
    { service: 'web' },
    { sha256: 'b' },
  ];
  const all = [profileOf('0'), ...others.map((change, index) => profileOf(String(index + 1), change))];
  expect(idsOf(all)).toEqual(['0', '1', '2', '3', '4', '5']);
});
