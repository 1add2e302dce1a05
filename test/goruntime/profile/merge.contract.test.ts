import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { flameTree } from '../../../src/goruntime/profile/flame-tree.ts';
import { addLabels } from '../../../src/goruntime/profile/labels.ts';
import { createProfileMerger, mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { topTable } from '../../../src/goruntime/profile/top.ts';
import { framesOf, type PprofProfile, ProfileError, type ProfileSample } from '../../../src/goruntime/profile/types.ts';
import { contentOf, type ProfileFolder, takeProfiles } from './go-pprof.ts';
import { locationOf, mappingOf, profileOf, sampleOf } from './made-profile.ts';
import { oddName, oddSample } from './odd-profile.ts';

const one = [1n, 10n];

/** Each sample of a merge as its frames and values. */
function samplesOf({ samples }: PprofProfile) {
  return samples.map((sample) => [framesOf(sample).join(' < '), ...sample.values.map(Number)]);
}

function mergeSamples(...samples: readonly ProfileSample[]): PprofProfile {
  return mergeProfiles(samples.map((sample) => profileOf([sample])));
}

function negated(profile: PprofProfile): PprofProfile {
  const samples = profile.samples.map((sample) => ({ ...sample, values: sample.values.map((value) => -value) }));
  return { ...profile, samples };
}

describe('what the merge of made profiles says', () => {
  test('values of the same stack add up, column by column; other stacks stay apart', () => {
    const a = profileOf([sampleOf(['f', 'main'], one), sampleOf(['g', 'main'], one)]);
    expect(samplesOf(mergeProfiles([a, profileOf([sampleOf(['f', 'main'], [2n, 5n])])]))).toEqual([
      ['f < main', 3, 15],
      ['g < main', 1, 10],
    ]);
  });

  test('a profile and its opposite leave no samples, and keep columns and the main binary', () => {
    const main = mappingOf();
    const other = mappingOf({ file: '/lib/other.so' });
    const inOther = { locations: [locationOf(['f'], { mapping: other })], values: one, labels: [] };
    const profile = profileOf([inOther], { mappings: [main, other] });
    const sum = mergeProfiles([profile, negated(profile)]);
    expect(sum).toMatchObject({ samples: [], sampleTypes: profile.sampleTypes, mappings: [main] });
    expect(mergeProfiles([profile]).mappings).toEqual([main, other]);
  });

  test('the merge of one is the profile made compact, and of two of it the same with every value doubled', () => {
    const samples = [sampleOf(['f', 'main'], one), sampleOf(['idle', 'main'], [0n, 0n])];
    const profile = profileOf(samples, { mappings: [mappingOf()] });
    const compact = { ...profile, samples: samples.slice(0, 1) };
    expect(mergeProfiles([profile])).toEqual(compact);
    const doubled = [{ ...compact.samples[0]!, values: [2n, 20n] }];
    expect(mergeProfiles([profile, profile])).toEqual({ ...compact, samples: doubled, durationNanos: 2_000_000_000n });
  });

  test('labels that came in another order are the same', () => {
    const [a, b] = [
      { key: 'a', text: '1' },
      { key: 'b', number: 2n, unit: 'bytes' },
    ] as const;
    const read = (...labels: ProfileSample['labels']) =>
      decodeProfile(encodeProfile(profileOf([sampleOf(['f'], one, labels)])));
    expect(samplesOf(mergeProfiles([read(a, b), read(b, a)]))).toEqual([['f', 2, 20]]);
  });

  test('a stack that is zero in every column is left out; one that is negative is not', () => {
    const zero = sampleOf(['idle'], [0n, 0n]);
    expect(samplesOf(mergeSamples(zero, sampleOf(['f'], [-3n, 0n])))).toEqual([['f', -3, 0]]);
  });

  test('a merge of merges is the merge of all', () => {
    const [a, b, c] = ['a', 'b', 'a'].map((name) => profileOf([sampleOf([name, 'main'], one)])) as [
      PprofProfile,
      PprofProfile,
      PprofProfile,
    ];
    const all = contentOf(mergeProfiles([a, b, c]));
    expect(contentOf(mergeProfiles([mergeProfiles([a, b]), c]))).toEqual(all);
    expect(contentOf(mergeProfiles([a, mergeProfiles([b, c])]))).toEqual(all);
  });

  test('the result is of its own: what is added later does not change it', () => {
    const merger = createProfileMerger();
    merger.add(profileOf([sampleOf(['f'], one)]));
    const before = merger.result();
    merger.add(profileOf([sampleOf(['f'], one)]));
    expect([samplesOf(before), samplesOf(merger.result())]).toEqual([[['f', 1, 10]], [['f', 2, 20]]]);
  });

  test('500 profiles that were given up one by one sum like one', () => {
    const merger = createProfileMerger();
    for (let turn = 0; turn < 500; turn += 1) merger.add(profileOf([sampleOf([`f${turn % 3}`, 'main'], one)]));
    expect(samplesOf(merger.result())).toEqual([
      ['f0 < main', 167, 1670],
      ['f1 < main', 167, 1670],
      ['f2 < main', 166, 1660],
    ]);
  });

  test('values wrap around like an int64, and are exact up to there', () => {
    const large = 2n ** 63n - 1n;
    const sum = mergeSamples(sampleOf(['f'], [large, large - 1n]), sampleOf(['f'], [1n, 1n]));
    expect(sum.samples[0]?.values).toEqual([-(2n ** 63n), large]);
  });

  test('a sample without a stack, and recursion in a stack, have keys of their own', () => {
    const sum = mergeSamples(sampleOf([], one), sampleOf(['f', 'f'], one), sampleOf(['f'], one), sampleOf([], one));
    expect(samplesOf(sum)).toEqual([
      ['', 2, 20],
      ['f < f', 1, 10],
      ['f', 1, 10],
    ]);
  });
});

describe('what the header of a merge says', () => {
  const header = (...given: readonly Partial<PprofProfile>[]) =>
    mergeProfiles(given.map((each) => profileOf([], each)));

  test.each([
    [[7, 5], 5],
    [[0, 5], 5],
    [[5, 0, 7], 5],
    [[0, 0], 0],
  ])('of the times %j, the earliest that is known', (times, expected) => {
    expect(header(...times.map((time) => ({ timeNanos: BigInt(time) }))).timeNanos).toBe(BigInt(expected));
  });

  test('durations add up, the longest period counts, comments are a union, the first text that is there counts', () => {
    const sum = header(
      { durationNanos: 1n, period: 5n, comments: ['a', 'b'], defaultSampleType: '', docUrl: '', dropFrames: 'd1' },
      { durationNanos: 2n, period: 10n, comments: ['b', 'c'], defaultSampleType: 'x', docUrl: 'u', dropFrames: 'd2' },
      { durationNanos: 3n, period: 7n, comments: [], defaultSampleType: 'y', docUrl: 'v', dropFrames: '' },
    );
    expect(sum).toMatchObject({ durationNanos: 6n, period: 10n, comments: ['a', 'b', 'c'], dropFrames: 'd1' });
    expect(sum).toMatchObject({ defaultSampleType: 'x', docUrl: 'u' });
  });
});

describe('which profiles go together', () => {
  const cpu = profileOf([]);
  const contention = {
    sampleTypes: [{ type: 'contentions', unit: 'count' }],
    periodType: { type: 'c', unit: 'count' },
  };

  test('none at all is refused', () => {
    expect(() => mergeProfiles([])).toThrow('no profiles to merge');
  });

  test.each([
    ['another period', { periodType: { type: 'space', unit: 'bytes' } }],
    ['a period in one of them', { periodType: { type: '', unit: '' } }],
    ['other order', { sampleTypes: cpu.sampleTypes.toReversed() }],
    ['another unit', { sampleTypes: [cpu.sampleTypes[0], { type: 'cpu', unit: 'ms' }] as never }],
    ['fewer columns', { sampleTypes: cpu.sampleTypes.slice(0, 1) }],
  ])('%s is refused, and the sum goes on without it', (_, given) => {
    const merger = createProfileMerger();
    merger.add(cpu);
    expect(() => merger.add(profileOf([], given))).toThrow(/^profiles do not go together: .*cpu\/nanoseconds/);
    expect(merger.result().durationNanos).toBe(cpu.durationNanos);
  });

  test('mutex and block profiles do, for their headers are the same; so do profiles that all have no period', () => {
    expect(mergeProfiles([profileOf([], contention), profileOf([], contention)]).sampleTypes).toHaveLength(1);
    const none = profileOf([], { periodType: { type: '', unit: '' } });
    expect(mergeProfiles([none, none]).periodType).toEqual({ type: '', unit: '' });
  });
});

describe('what counts as the same', () => {
  const inMapping = (given: Parameters<typeof mappingOf>[0], address = 0x1234n): ProfileSample => ({
    locations: [locationOf(['f'], { mapping: mappingOf(given), address })],
    values: one,
    labels: [],
  });

  test('a function by name, file and start line', () => {
    const [other] = locationOf(['f']).lines;
    const moved = { ...other!, function: { ...other!.function, startLine: 2 } };
    const sum = mergeSamples(sampleOf(['f'], one), {
      ...sampleOf([], one),
      locations: [locationOf([], { lines: [moved] })],
    });
    expect(sum.samples).toHaveLength(2);
    expect(decodeProfile(encodeProfile(sum)).samples[1]?.locations[0]?.lines[0]?.function.startLine).toBe(2);
  });

  test('mappings whose sizes round to the same page count', () => {
    const sum = mergeSamples(inMapping({ limit: 0x2001n }), inMapping({ limit: 0x3000n }));
    expect([sum.mappings.length, sum.samples.length]).toEqual([1, 1]);
  });

  test('mappings by build id, else by file', () => {
    expect(
      mergeSamples(inMapping({ buildId: 'b' }), inMapping({ buildId: 'b', file: '/moved' })).mappings,
    ).toHaveLength(1);
    expect(mergeSamples(inMapping({ buildId: 'b' }), inMapping({ buildId: 'c' })).mappings).toHaveLength(2);
  });

  test('an address relative to where its mapping starts; the sum has the address of the first', () => {
    const sum = mergeSamples(inMapping({}), inMapping({ start: 0x5000n, limit: 0x7000n }, 0x5234n));
    expect(sum.samples.map(({ locations, values }) => [locations[0]?.address, values])).toEqual([[0x1234n, [2n, 20n]]]);
  });

  test('locations at one address differ by inlined lines and by being folded', () => {
    const at = (location: ReturnType<typeof locationOf>) => ({ locations: [location], values: one, labels: [] });
    const sum = mergeSamples(
      at(locationOf(['f', 'main'])),
      at(locationOf(['g', 'main'])),
      at(locationOf(['f', 'main'], { isFolded: true })),
    );
    expect(sum.samples).toHaveLength(3);
  });

  test('a profile with mappings after one without is no crash', () => {
    expect(mergeSamples(sampleOf(['f'], one), inMapping({})).mappings).toHaveLength(1);
  });

  test('labels by text; numbers by unit too', () => {
    const labelled = (...labels: ProfileSample['labels']) => sampleOf(['f'], one, labels);
    const sum = mergeSamples(
      labelled({ key: 'k', text: 'v1' }),
      labelled({ key: 'k', text: 'v2' }),
      labelled(),
      labelled({ key: 'bytes', number: 10n, unit: 'bytes' }),
      labelled({ key: 'bytes', number: 10n, unit: 'kilobytes' }),
      labelled({ key: 'k', text: 'v1' }),
    );
    expect(sum.samples.map(({ values }) => Number(values[0]))).toEqual([2, 1, 1, 1, 1]);
  });
});

describe('real profiles', () => {
  let folder: ProfileFolder;
  beforeAll(async () => {
    folder = await takeProfiles();
  }, 180_000);
  afterAll(() => folder.remove());
  const read = async (name: string) => decodeProfile(await folder.bytes(name));

  test.each(['cpu', 'heap', 'allocs', 'mutex', 'block', 'goroutine'])(
    '%s: go tool pprof reads what we write as what it reads itself, and merges to what we merge',
    async (kind) => {
      const [first, second] = [`${kind}-1.pb.gz`, `${kind}-2.pb.gz`] as const;
      const [a, b] = [await read(first), await read(second)];
      expect(a.samples.length).toBeGreaterThan(0);
      expect(contentOf(decodeProfile(encodeProfile(a)))).toEqual(contentOf(a));
      const copied = decodeProfile(await folder.proto(await folder.write('copy.pb', a)));
      expect(contentOf(copied)).toEqual(contentOf(decodeProfile(await folder.proto(first))));
      expect(contentOf(mergeProfiles([a, b]))).toEqual(contentOf(decodeProfile(await folder.proto(first, second))));
    },
  );

  test('odd ones merge to what go tool pprof merges them to', async () => {
    // A single file pprof does not merge, and a profile without mappings gets one that stands for its file.
    const main = mappingOf({ file: '/bin/main' });
    const odd = fc
      .record({
        samples: fc.array(oddSample, { maxLength: 6 }),
        given: fc.record({ timeNanos: fc.nat(9).map((time) => BigInt(time + 1)), comments: fc.array(oddName) }),
      })
      .map(({ samples, given }) => {
        const profile = profileOf(samples, given);
        return { ...profile, mappings: [main, ...profile.mappings] };
      });
    await fc.assert(
      fc.asyncProperty(fc.array(odd, { minLength: 2, maxLength: 3 }), async (profiles) => {
        const files = await Promise.all(profiles.map((profile, index) => folder.write(`odd-${index}.pb`, profile)));
        const theirs = decodeProfile(await folder.proto('-symbolize=none', ...files));
        expect(contentOf(mergeProfiles(profiles))).toEqual(contentOf(theirs));
      }),
      { numRuns: 20 },
    );
  }, 180_000);

  test.each(['cpu', 'heap', 'block'])(
    '%s: with a few bytes changed it is a profile that can be worked with, or a ProfileError',
    async (kind) => {
      const whole = await folder.bytes(`${kind}-2.pb.gz`);
      let read = 0;
      const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
          const bytes = Uint8Array.from(whole);
          for (const { at, byte } of changes) bytes[at] = byte;
          let profile: PprofProfile;
          try {
            profile = decodeProfile(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ProfileError);
            return;
          }
          read += 1;
          const sum = mergeProfiles([profile, decodeProfile(encodeProfile(addLabels(profile, { step: '1' })))]);
          topTable(sum);
          flameTree(sum);
        }),
        { numRuns: 200 },
      );
      expect(read).toBeGreaterThan(10);
    },
  );
});
