import { expect, it } from 'vitest';
import { labelOf, slicesOf } from '../../../src/analysis/profiles/slices.ts';
import type { StoredProfile, StoredType } from '../../../src/model/profile-store.ts';

let count = 0;

function stored(type: StoredType, second: number, labels: Readonly<Record<string, string>>): StoredProfile {
  count += 1;
  return {
    id: String(count).padStart(20, '0'),
    service: 'api',
    type,
    labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
    createdNs: BigInt(second) * 1_000_000_000n,
    durationNs: type === 'cpu' ? 1_000_000_000n : 0n,
    sha256: '',
    bytes: 0,
  };
}

const told = (slices: ReturnType<typeof slicesOf>) =>
  slices.map(({ before, profiles }) => [before?.createdNs, ...profiles.map(({ createdNs }) => createdNs)].map(Number));

it('holds a step’s counters against the snapshot before it, which is no step of its own', () => {
  const run = [
    stored('heap', 3, { target: 'a', step: 'high' }),
    stored('heap', 1, { target: 'a' }),
    stored('heap', 2, { target: 'a', step: 'low' }),
    stored('heap', 2, { target: 'b', step: 'low' }),
  ];
  const step = (name: string) => told(slicesOf(run, (profile) => labelOf(profile, 'step') === name));
  expect(step('high')).toEqual([[2e9, 3e9]]);
  expect(step('low')).toEqual([
    [1e9, 2e9],
    [Number.NaN, 2e9],
  ]);
  expect(told(slicesOf(run, () => true))).toEqual([
    [1e9, 2e9, 3e9],
    [Number.NaN, 2e9],
  ]);
});

it('lets CPU profiles stand for themselves, and tells processes apart by every label but those of steps', () => {
  const cpu = [1, 2, 3].map((second) => stored('cpu', second, { step: String(second % 2), version: '1' }));
  const other = stored('cpu', 4, { step: '1', version: '2' });
  expect(told(slicesOf([...cpu, other], (profile) => labelOf(profile, 'step') === '1'))).toEqual([
    [Number.NaN, 1e9],
    [Number.NaN, 3e9],
    [Number.NaN, 4e9],
  ]);
});
