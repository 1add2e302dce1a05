import { expect, it } from 'vitest';
import type { StoredProfile, StoredType } from '../../../src/model/profile-store.ts';
import { instanceKeys } from '../../../src/profiles/server/instances.ts';
import { withLooksBefore } from '../../../src/profiles/server/look-before.ts';
import { byTime, matches } from '../../../src/profiles/store/matching.ts';

function look(second: number, type: StoredType, labels: Readonly<Record<string, string>>): StoredProfile {
  return {
    id: `${second}`.padStart(20, '0'),
    service: 'api',
    type,
    labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
    createdNs: BigInt(second) * 1_000_000_000n,
    durationNs: type === 'cpu' ? 5_000_000_000n : 0n,
    sha256: '0'.repeat(64),
    bytes: 1,
  };
}

const start = look(1, 'heap', { run: 'r1', target: 'api-1' });
const low = look(5, 'heap', { run: 'r1', target: 'api-1', step: 'low' });
const other = look(6, 'heap', { run: 'r1', target: 'api-2', step: 'low' });
const high = look(9, 'heap', { run: 'r1', target: 'api-1', step: 'high' });
const next = look(12, 'heap', { run: 'r2', target: 'api-1', step: 'low' });
const window = look(7, 'cpu', { run: 'r1', target: 'api-1', step: 'high' });
const all = [start, low, other, high, next, window];

async function looksAt(...chosen: readonly StoredProfile[]): Promise<readonly string[]> {
  const source = { find: async (query: object) => all.filter((each) => matches(each, query)).toSorted(byTime) };
  const name = ({ createdNs }: StoredProfile) => Number(createdNs / 1_000_000_000n);
  const looks = await withLooksBefore(chosen, instanceKeys, source);
  return looks.map(({ stored, labelled }) => `${name(stored)} as ${name(labelled)}`);
}

it('holds what a step counted against the end of the step before, with the labels of the step', async () => {
  expect(await looksAt(high)).toEqual(['5 as 9', '9 as 9']);
});

it('takes the look before from the same process of the same run only', async () => {
  expect(await looksAt(next)).toEqual(['12 as 12']);
  expect(await looksAt(low, other)).toEqual(['1 as 5', '5 as 5', '6 as 6']);
});

it('leaves those alone of which there are two, and those of a time of their own', async () => {
  expect(await looksAt(low, high)).toEqual(['5 as 5', '9 as 9']);
  expect(await looksAt(window)).toEqual(['7 as 7']);
});
