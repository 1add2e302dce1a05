import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import { expect, test } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { framesOf, type PprofProfile, ProfileError } from '../../../src/goruntime/profile/types.ts';
import { locationOf, mappingOf, profileOf } from './made-profile.ts';

const recorded = gunzipSync(readFileSync(new URL('../../fixtures/goruntime/go126-waits.pb.gz', import.meta.url)));

test('a recorded profile has its stacks, innermost function first, inlined ones too', () => {
  const { sampleTypes, samples } = decodeProfile(recorded);
  expect(sampleTypes).toEqual([{ type: 'goroutine', unit: 'count' }]);
  expect(samples.map(framesOf)).toContainEqual([
    'runtime.gopark',
    'runtime.goparkunlock',
    'runtime.semacquire1',
    'sync.runtime_SemacquireRWMutexR',
    'sync.(*RWMutex).RLock',
    'main.parkRWMutexRead',
  ]);
});

test('a profile cut anywhere is refused, never read in part', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: recorded.length - 1 }), (length) => {
      let whole: unknown;
      try {
        whole = decodeProfile(recorded.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
        return;
      }
      // What follows the last field that is used may be missing.
      expect(whole).toEqual(decodeProfile(recorded));
    }),
    { numRuns: 300 },
  );
});

test('any bytes are a profile or a ProfileError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeProfile(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
      }
    }),
  );
});

test('a negative value, as in the difference of two profiles, keeps its sign', () => {
  const stringTable = new StringTable();
  const index = (text: string) => stringTable.dedup(text);
  const profile = new Profile({
    sampleType: [new ValueType({ type: index('goroutine'), unit: index('count') })],
    function: [new PprofFunction({ id: 1, name: index('main.f') })],
    location: [new Location({ id: 1, line: [new Line({ functionId: 1 })] })],
    sample: [new Sample({ locationId: [1], value: [-5] })],
    stringTable,
  });
  const { samples } = decodeProfile(profile.encode());
  expect(samples.map((sample) => [framesOf(sample), sample.values])).toEqual([[['main.f'], [-5n]]]);
});

test('bytes of a real profile that are changed, cut out or repeated are a profile that can be merged, or a ProfileError', () => {
  const mutation = fc.record({
    at: fc.nat(recorded.length - 1),
    byte: fc.nat(255),
    take: fc.nat(40),
    again: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
      // A slice of a Buffer is the same memory.
      let bytes = Buffer.from(recorded);
      for (const { at, byte, take, again } of mutations) {
        const [before, piece, after] = [
          bytes.subarray(0, at),
          Buffer.from(bytes.subarray(at, at + take)),
          bytes.subarray(at + take),
        ];
        piece[0] = byte;
        bytes = Buffer.concat([before, ...Array<Buffer>(again).fill(piece), after]);
      }
      let profile: PprofProfile;
      try {
        profile = decodeProfile(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
        return;
      }
      mergeProfiles([profile, decodeProfile(encodeProfile(profile))]);
    }),
    { numRuns: 1000 },
  );
});

test('a profile whose stacks have more frames than the limit is refused, however small its bytes are', () => {
  const fat = locationOf(Array<string>(1000).fill('f'));
  const bytes = encodeProfile(profileOf([{ locations: Array(1000).fill(fat), values: [1n, 1n], labels: [] }]));
  expect(bytes.length).toBeLessThan(25_000);
  expect(() => decodeProfile(bytes, { maxFrames: 999_999 })).toThrow(
    'too large: its stacks have more than 999999 frames',
  );
  expect(decodeProfile(bytes, { maxFrames: 1_000_000 }).samples).toHaveLength(1);
});

test.each([
  ['two profiles in one file', (bytes: Uint8Array) => Buffer.concat([bytes, bytes]), 'it has two times'],
  ['no bytes', () => new Uint8Array(), 'it is empty'],
  ['a text', () => Buffer.from('goroutine profile: total 8'), 'not a'],
])('%s is refused with the reason', (_, change, message) => {
  expect(() => decodeProfile(change(encodeProfile(profileOf([]))))).toThrow(message);
});

test('what does not fit a double is exact: addresses, times and values', () => {
  const vsyscall = mappingOf({ start: 0xffffffffff600000n, limit: 0xffffffffff601000n });
  const location = locationOf(['f'], { mapping: vsyscall, address: 0xffffffffff600005n });
  const values = [-(2n ** 63n), 2n ** 63n - 1n];
  const profile = profileOf([{ locations: [location], values, labels: [] }], { timeNanos: 1_700_000_000_123_456_789n });
  expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
});
