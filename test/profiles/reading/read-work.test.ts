import { expect, it } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { ProfileSource, StoredProfile } from '../../../src/model/profile-store.ts';
import { readWork } from '../../../src/profiles/reading/read-work.ts';
import { matches } from '../../../src/profiles/store/matching.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';

const second = 1_000_000_000n;

function heapAt(at: number): StoredProfile {
  return {
    ...{ id: `${at}`.padStart(20, '0'), service: 'api', type: 'heap', sha256: `${at}`, bytes: 1 },
    labels: [{ key: 'step', value: String(at) }],
    createdNs: BigInt(at) * second,
    durationNs: 0n,
  };
}

/** Heaps of seconds 1 to 3, in which 100 bytes are allocated a second; those of some seconds are removed once they are found. */
function sourceWithout(...removed: readonly number[]): ProfileSource {
  const all = [1, 2, 3].map(heapAt);
  const sampleTypes = [
    { type: 'alloc_objects', unit: 'count' },
    { type: 'alloc_space', unit: 'bytes' },
  ];
  const header = { sampleTypes, periodType: { type: 'space', unit: 'bytes' }, period: 1n, durationNanos: 0n };
  return {
    find: async (query) => all.filter((each) => matches(each, query)),
    get: async (id) => all.find((each) => each.id === id),
    read: async ({ createdNs }) => {
      const at = Number(createdNs / second);
      const samples = [sampleOf(['main.cache'], [BigInt(at), BigInt(100 * at)])];
      return removed.includes(at) ? undefined : encodeProfile(profileOf(samples, { ...header, timeNanos: createdNs }));
    },
    services: async () => ['api'],
    close: async () => undefined,
  };
}

async function read(source: ProfileSource, wanted = '3') {
  const from = { files: [], sources: [source], accounts: new Map(), signal: new AbortController().signal };
  const isWanted = ({ labels }: Pick<StoredProfile, 'labels'>) => labels.some(({ value }) => value === wanted);
  const { groups, notes } = await readWork(from, { type: 'heap', isWanted });
  return { bytes: groups.map(({ profile }) => profile.samples.map(({ values }) => Number(values[1]))), notes };
}

it('counts from the look before the one that was removed meanwhile, and says so', async () => {
  expect(await read(sourceWithout())).toEqual({ bytes: [[100]], notes: [] });
  expect(await read(sourceWithout(2))).toEqual({
    bytes: [[200]],
    notes: ['1 profile removed meanwhile, and left out'],
  });
});

it('has no group of what was removed altogether', async () => {
  expect((await read(sourceWithout(3))).bytes).toEqual([]);
});
