import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type StoredProfile, storedTypes } from '../../../src/model/profile-store.ts';
import { entryName } from '../../../src/profiles/store/entry.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createSqliteIndex } from '../../../src/profiles/store/sqlite-index.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';

const newId = createProfileIds(new Uint8Array(8), () => 0);
const word = fc.constantFrom(
  '',
  'a',
  'auth',
  'auth2',
  'b"c',
  '["a","b"]',
  "'; drop table profiles",
  'ä%_',
  '\u0000',
  '\u0000a',
  '\u{1f525}',
);
const time = fc.oneof(
  fc.bigInt({ min: -3n, max: 3n }).map((step) => step * 40_000_000_000_000n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n),
);
const labels = fc.array(fc.record({ key: word, value: word }), { maxLength: 3 });
const profile: fc.Arbitrary<StoredProfile> = fc.record({
  id: fc.constant('').map(newId),
  service: word,
  type: fc.constantFrom(...storedTypes),
  labels,
  createdNs: time,
  durationNs: fc.constantFrom(0n, 2n ** 63n - 1n),
  sha256: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
  bytes: fc.nat(),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const query = fc.record({
  service: maybe(word),
  type: maybe(fc.constantFrom(...storedTypes)),
  labels: maybe(fc.array(fc.record({ key: word, value: word }), { maxLength: 2 })),
  fromNs: maybe(fc.oneof(time, fc.constant(-(2n ** 70n)))),
  toNs: maybe(fc.oneof(time, fc.constant(2n ** 70n))),
  limit: maybe(fc.nat({ max: 3 })),
});

const folderOf = (each: StoredProfile) => entryName(each).split('/')[1]!;

it('answers as the contract says, also after it was written down and read back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(profile, { maxLength: 12 }), fc.array(query, { minLength: 5 }), async (all, queries) => {
      const oracle = createMemoryIndex();
      const first = await createSqliteIndex();
      const folders = [...new Set(all.map(folderOf))];
      for (const folder of folders) {
        const added = all.filter((each) => folderOf(each) === folder);
        for (const index of [oracle, first]) index.learn({ folder, stamp: folder, added, gone: [] });
      }
      const index = await createSqliteIndex(first.bytes());
      first.close();
      const compare = () => {
        for (const each of queries) expect(index.find(each)).toEqual(oracle.find(each));
        for (const { id } of all) expect(index.get(id)).toEqual(oracle.get(id));
        for (const folder of folders) expect(index.ids(folder)).toEqual(oracle.ids(folder));
        for (const sha256 of ['a', 'b'])
          expect(index.contents([sha256.repeat(64)])).toEqual(oracle.contents([sha256.repeat(64)]));
        expect(index.folders()).toEqual(oracle.folders());
        expect(index.services()).toEqual(oracle.services());
      };
      compare();
      const [folder, other] = folders;
      const gone = folder === undefined ? [] : [...oracle.ids(folder)].slice(0, 1);
      for (const each of [oracle, index]) {
        if (folder !== undefined)
          each.learn({ folder, stamp: undefined, added: all.filter((one) => folderOf(one) === folder).slice(1), gone });
        if (other !== undefined) each.forget(other);
      }
      compare();
      index.close();
    }),
    { numRuns: 60 },
  );
});

it('leaves a database of another version aside', async () => {
  const index = await createSqliteIndex();
  const bytes = index.bytes();
  index.learn({ folder: '1970-01-01', stamp: 'x', added: [], gone: [] });
  // The user version lies at offset 60 of the header (sqlite.org/fileformat2.html).
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(60, 2 ** 31);
  expect((await createSqliteIndex(bytes)).folders().size).toBe(0);
});
