import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Line, Location, Function as PprofFunction, Profile, Sample, StringTable, ValueType } from 'pprof-format';
import { expect, test } from 'vitest';
import { decodeProfile } from '../../src/goruntime/pprof-profile.ts';

const recorded = gunzipSync(readFileSync(new URL('../fixtures/goruntime/go126-waits.pb.gz', import.meta.url)));

test('a recorded profile has its stacks, innermost function first, inlined ones too', () => {
  const { sampleTypes, samples } = decodeProfile(recorded);
  expect(sampleTypes).toEqual([{ type: 'goroutine', unit: 'count' }]);
  expect(samples.map(({ frames }) => frames)).toContainEqual([
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
        expect(String(error)).toMatch(/^Error: not a/);
        return;
      }
      // What follows the last field that is used may be missing.
      expect(whole).toEqual(decodeProfile(recorded));
    }),
    { numRuns: 300 },
  );
});

test('any bytes are a profile or an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeProfile(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
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
  expect(decodeProfile(profile.encode()).samples).toEqual([{ frames: ['main.f'], values: [-5n] }]);
});
