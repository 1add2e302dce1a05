import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayWindow, entryName, entryText, idOfFile, readEntry } from '../../../src/profiles/store/entry.ts';

const profile = {
  ...{ id: '9m4e2mr0ui3e8a215n4g', service: 'auth', type: 'cpu' as const, labels: [{ key: 'a', value: 'b' }] },
  ...{ createdNs: 1_769_900_000_123_456_789n, durationNs: 10n, sha256: 'a'.repeat(64), bytes: 3 },
};
const folder = '2026-01-31';
const file = '82400123456789-9m4e2mr0ui3e8a215n4g.json';

it('is named by day, time and id', () => {
  expect(entryName(profile)).toBe(`entries/${folder}/${file}`);
  expect(idOfFile(file)).toBe(profile.id);
});

it('is read back, for any time that pprof can write, and names sort as times do', () => {
  const time = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(time, time, (createdNs, other) => {
      const each = { ...profile, createdNs };
      const [, day = '', name = ''] = entryName(each).split('/');
      expect(readEntry(day, name, entryText(each))).toEqual(each);
      const { fromNs, toNs } = dayWindow(day)!;
      expect(createdNs >= fromNs && createdNs <= toNs).toBe(true);
      expect(entryName({ ...each, createdNs: other }) < entryName(each)).toBe(other < createdNs);
    }),
  );
});

const written = JSON.parse(entryText(profile));
it.each([
  ['of a later version', { ...written, version: 2 }],
  ['without a service', { ...written, service: undefined }],
  ['of an unknown type', { ...written, type: 'magic' }],
  ['of a time beyond 64 bits', { ...written, createdNs: '9223372036854775808' }],
  ['of another time than its name', { ...written, createdNs: '1769900000123456788' }],
  ['whose bytes would lie elsewhere', { ...written, sha256: '../../../../etc/passwd' }],
  ['that is a list', []],
])('is none: %s', (_, value) => {
  expect(readEntry(folder, file, JSON.stringify(value))).toBeUndefined();
});

it('is none when it is half of one, or lies in another folder', () => {
  expect(readEntry(folder, file, entryText(profile).slice(0, 50))).toBeUndefined();
  expect(readEntry('2026-02-01', file, entryText(profile))).toBeUndefined();
});
