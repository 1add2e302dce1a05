import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { createBytesMerger } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../../src/goruntime/profile/types.ts';
import { contentOf } from './go-pprof.ts';
import { profileOf, sampleOf } from './made-profile.ts';
import { int64, oddName, oddSample } from './odd-profile.ts';

function mergeAll(profiles: readonly PprofProfile[]): PprofProfile {
  const merger = createBytesMerger();
  for (const profile of profiles) merger.add(encodeProfile(profile));
  return decodeProfile(merger.result());
}

const profile = fc
  .record({
    samples: fc.array(oddSample, { maxLength: 6 }),
    given: fc.record({ timeNanos: fc.nat(9).map(BigInt), period: int64, comments: fc.array(oddName), docUrl: oddName }),
  })
  .map(({ samples, given }) => profileOf(samples, given));

describe('a merger of bytes', () => {
  test('is associative, whatever the profiles', () => {
    fc.assert(
      fc.property(fc.array(profile, { minLength: 1, maxLength: 4 }), fc.nat(3), (all, cut) => {
        const [front, back] = [all.slice(0, cut + 1), all.slice(cut + 1)];
        expect(contentOf(mergeAll([mergeAll(front), ...back]))).toEqual(contentOf(mergeAll(all)));
      }),
    );
  });

  test('adds up every column, wrapping around like an int64', () => {
    const totals = ({ samples }: PprofProfile) =>
      [0, 1].map((column) =>
        BigInt.asIntN(
          64,
          samples.reduce((sum, { values }) => sum + values[column]!, 0n),
        ),
      );
    fc.assert(
      fc.property(fc.array(profile, { minLength: 1, maxLength: 4 }), (all) => {
        const sums = all.map(totals).reduce((a, b) => a.map((value, column) => BigInt.asIntN(64, value + b[column]!)));
        expect(totals(mergeAll(all))).toEqual(sums);
      }),
    );
  });

  test('does not change texts that are no UTF-8: two such functions stay two', () => {
    const bytes = encodeProfile(profileOf([sampleOf(['§§'], [1n, 1n]), sampleOf(['¶¶'], [2n, 2n])]));
    // 0xc2 0xa7 and 0xc2 0xb6 lose their first bytes.
    for (const [at, byte] of bytes.entries()) if (byte === 0xc2) bytes[at] = 0xff;
    const merger = createBytesMerger();
    merger.add(bytes);
    merger.add(bytes);
    const merged = merger.result();
    expect(decodeProfile(merged).samples.map(({ values }) => values)).toEqual([
      [2n, 2n],
      [4n, 4n],
    ]);
    expect(Buffer.from(merged).includes(Buffer.from([0xff, 0xa7, 0xff, 0xa7]))).toBe(true);
  });

  test('is as before after bytes that are no profile, are cut, or do not go with the first', () => {
    const good = encodeProfile(profileOf([sampleOf(['f', 'main'], [1n, 10n])]));
    const other = encodeProfile(profileOf([sampleOf(['g'], [1n, 1n])], { periodType: { type: 'x', unit: 'y' } }));
    const merger = createBytesMerger();
    merger.add(good);
    const before = merger.result();
    const cut = good.subarray(0, good.length - 3);
    for (const bad of [new Uint8Array(), Buffer.from('heap profile: 1'), cut, other]) {
      expect(() => merger.add(bad)).toThrow(ProfileError);
      expect(merger.result()).toEqual(before);
    }
  });

  test('of nothing has no result', () => {
    expect(() => createBytesMerger().result()).toThrow('no profiles to merge');
  });
});

/** A field of a protobuf message that holds bytes. */
const bytesField = (number: number, content: readonly number[]) => [(number << 3) | 2, content.length, ...content];

describe('a profile in an unusual form', () => {
  const types = [...bytesField(1, [8, 1, 16, 2])];
  const strings = ['', 'cpu', 'ns', 'f'].flatMap((text) => bytesField(6, [...Buffer.from(text)]));
  const func = bytesField(5, [8, 9, 16, 3]);
  const place = bytesField(4, [8, 7, ...bytesField(4, [8, 9])]);
  const readBack = (...parts: readonly (readonly number[])[]) => {
    const merger = createBytesMerger();
    merger.add(Uint8Array.from(parts.flat()));
    return decodeProfile(merger.result()).samples.map(({ locations, values }) => [
      locations.map(({ lines }) => lines[0]?.function.name),
      values,
    ]);
  };

  test('is read: numbers not packed, messages in any order, ids of any size, fields that newer versions have', () => {
    // Field 20, four bytes wide, and field 16 of bytes.
    const newer = [0xa5, 0x01, 1, 2, 3, 4, 0x82, 0x01, 2, 8, 8];
    const large = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    const farPlace = bytesField(4, [8, ...large, ...bytesField(4, [8, 9]), ...bytesField(9, [1])]);
    expect(readBack(bytesField(2, [8, 7, 8, 7, 16, 5]), place, func, newer, types, strings)).toEqual([
      [['f', 'f'], [5n]],
    ]);
    expect(readBack(bytesField(2, [8, ...large, 16, 5]), farPlace, func, types, strings)).toEqual([[['f'], [5n]]]);
  });

  test.each([
    [
      'a field of fixed width where a number belongs',
      [(9 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0],
      'bytes where a number belongs',
    ],
    ['two locations of one id', place, 'two locations have the id 7'],
    ['a line without a function', bytesField(4, [8, 8, ...bytesField(4, [16, 1])]), 'function 0 is missing'],
    ['a mapping that is not there', bytesField(4, [8, 8, 16, 3]), 'mapping 3 is missing'],
    ['a location that is not there', bytesField(2, [8, 55, 16, 1]), 'location 55 is missing'],
    ['a function of the id 0', bytesField(5, [16, 1]), 'a function has the id 0'],
    ['a text that is not there', bytesField(5, [8, 2, 16, 77]), 'a string is missing'],
    [
      'more values than columns',
      bytesField(2, [8, 7, 16, 1, 16, 1]),
      'a sample has 2 values, and there are 1 sample types',
    ],
  ])('is refused with %s', (_, part, message) => {
    expect(() => readBack(types, strings, func, place, part)).toThrow(message);
    expect(() => decodeProfile(Uint8Array.from([types, strings, func, place, part].flat()))).toThrow(message);
  });
});
