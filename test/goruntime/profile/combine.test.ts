import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  combineProfiles,
  createBytesCombiner,
  createProfileCombiner,
  type InstanceProfile,
} from '../../../src/goruntime/profile/combine.ts';
import { totalsOf } from '../../../src/goruntime/profile/delta.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { framesOf, type PprofProfile, ProfileError } from '../../../src/goruntime/profile/types.ts';
import { contentOf } from './go-pprof.ts';
import { profileOf, sampleOf } from './made-profile.ts';

type Stacks = Readonly<Record<string, readonly number[]>>;

function madeOf(types: readonly string[], period: string, stacks: Stacks, given: Partial<PprofProfile> = {}) {
  const [sampleTypes, [periodType]] = [types.map(typeOf), [period].map(typeOf)];
  const samples = Object.entries(stacks).map(([name, values]) => sampleOf([name], values.map(BigInt)));
  return profileOf(samples, { sampleTypes, periodType: periodType!, durationNanos: 0n, timeNanos: 0n, ...given });
}

function typeOf(text: string) {
  const [type = '', unit = ''] = text.split('/');
  return { type, unit };
}

const cpu = (stacks: Stacks, given: Partial<PprofProfile> = {}) =>
  madeOf(['samples/count', 'cpu/nanoseconds'], 'cpu/nanoseconds', stacks, { durationNanos: 10n, ...given });
const heap = (stacks: Stacks, timeNanos = 0n, given: Partial<PprofProfile> = {}) =>
  madeOf(
    ['alloc_objects/count', 'alloc_space/bytes', 'inuse_objects/count', 'inuse_space/bytes'],
    'space/bytes',
    stacks,
    {
      timeNanos,
      ...given,
    },
  );
const goroutines = (stacks: Stacks, timeNanos = 0n) =>
  madeOf(['goroutine/count'], 'goroutine/count', stacks, { timeNanos });
const mutex = (stacks: Stacks, timeNanos = 0n) =>
  madeOf(['contentions/count', 'delay/nanoseconds'], 'contentions/count', stacks, { timeNanos });

const of = (instance: string, ...profiles: readonly PprofProfile[]): InstanceProfile[] =>
  profiles.map((profile) => ({ instance, profile }));

function stacksOf({ samples }: PprofProfile): Record<string, number[]> {
  return Object.fromEntries(samples.map((sample) => [framesOf(sample).join(' < '), sample.values.map(Number)]));
}

const waysOf = ({ columns }: { columns: readonly { aggregation: string }[] }) =>
  columns.map(({ aggregation }) => aggregation);

describe('without being told how', () => {
  test('windows of CPU add up, over time and over instances, and so do their durations', () => {
    const all = [...of('a', cpu({ f: [1, 10] }), cpu({ f: [2, 20], g: [1, 10] })), ...of('b', cpu({ f: [4, 40] }))];
    const combined = combineProfiles(all);
    expect(stacksOf(combined.profile)).toEqual({ f: [7, 70], g: [1, 10] });
    expect(combined).toMatchObject({ profiles: 3, instances: 2, restarted: [], leftOut: [], sinceStart: false });
    expect([waysOf(combined), combined.profile.durationNanos]).toEqual([['sum', 'sum'], 30n]);
  });

  test('of a heap, what was allocated is the last less the first, and what is in use the average', () => {
    const looks = [
      heap({ f: [10, 1000, 1, 100], g: [5, 50, 5, 50] }, 1n),
      heap({ f: [15, 1500, 2, 200], g: [5, 50, 0, 0] }, 5n),
      heap({ f: [40, 4000, 6, 600], g: [5, 50, 1, 10], h: [1, 8, 0, 0] }, 11n),
    ];
    const combined = combineProfiles(of('a', ...looks));
    expect(stacksOf(combined.profile)).toEqual({ f: [30, 3000, 3, 300], g: [0, 0, 2, 20], h: [1, 8, 0, 0] });
    expect(waysOf(combined)).toEqual(['delta', 'delta', 'avg', 'avg']);
    expect(combined.profile).toMatchObject({ timeNanos: 11n, durationNanos: 10n });
  });

  test('ten looks at one heap are not ten heaps', () => {
    const looks = Array.from({ length: 10 }, () => heap({ f: [10, 1000, 1, 100] }));
    expect(totalsOf(combineProfiles(of('a', ...looks)).profile)).toEqual([0n, 0n, 1n, 100n]);
    expect(totalsOf(combineProfiles(of('a', ...looks), 'sum').profile)).toEqual([100n, 10_000n, 10n, 1000n]);
  });

  test('goroutines are averaged over the looks at each instance, which need not be as many', () => {
    const all = [...of('a', goroutines({ f: [4] }), goroutines({ g: [2] })), ...of('b', goroutines({ f: [3] }))];
    const combined = combineProfiles(all);
    expect([stacksOf(combined.profile), waysOf(combined), combined.sinceStart]).toEqual([
      { f: [5], g: [1] },
      ['avg'],
      false,
    ]);
  });

  test('a thousand stacks that were seen once in three looks are a third of a thousand, not none', () => {
    const looks = [0, 1, 2].map((turn) =>
      goroutines(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${turn}-${index}`, [1]]))),
    );
    expect(totalsOf(combineProfiles(of('a', ...looks)).profile)).toEqual([1000n]);
  });

  test('a profile that is a difference already is not taken apart again: windows of it add up', () => {
    const windows = [1n, 2n].map((time) => heap({ f: [3, 30, -1, -10] }, time, { durationNanos: 5n }));
    const combined = combineProfiles(of('a', ...windows));
    expect([stacksOf(combined.profile), combined.profile.durationNanos]).toEqual([{ f: [6, 60, -2, -20] }, 10n]);
    expect(() => combineProfiles(of('a', ...windows), 'delta')).toThrow('is of a time of its own');
  });

  test('a difference and a look at a moment are refused, whichever came first, unless a plain sum is asked for', () => {
    const window = heap({ f: [3, 30, 1, 10] }, 1n, { durationNanos: 5n });
    const look = heap({ f: [9, 90, 1, 10] }, 2n);
    for (const both of [
      [window, look],
      [look, window],
    ]) {
      expect(() => combineProfiles(of('a', ...both))).toThrow(
        'one was taken over a time (?seconds=), the other at a moment',
      );
      expect(totalsOf(combineProfiles(of('a', ...both), 'sum').profile)).toEqual([12n, 120n, 2n, 20n]);
    }
  });

  test('columns of unknown kind are added up, as go tool pprof does', () => {
    const strange = madeOf(['widgets/count'], 'gizmos/count', { f: [2] });
    expect(combineProfiles(of('a', strange, strange))).toMatchObject({
      columns: [{ kind: 'unknown', aggregation: 'sum' }],
      profile: { samples: [{ values: [4n] }] },
    });
  });
});

describe('counters of processes that come and go', () => {
  test('of a process that was restarted, what it did after that is added as it is', () => {
    const series = [
      mutex({ f: [5, 50] }, 1n),
      mutex({ f: [9, 90] }, 2n),
      mutex({ f: [2, 20] }, 3n),
      mutex({ f: [3, 30] }, 4n),
    ];
    const combined = combineProfiles([
      ...of('a', ...series),
      ...of('b', mutex({ f: [1, 1] }, 1n), mutex({ f: [2, 2] }, 2n)),
    ]);
    expect(stacksOf(combined.profile)).toEqual({ f: [8, 71] });
    expect(combined.restarted).toEqual(['a']);
  });

  test('a process that was restarted at once has only what it did since', () => {
    const combined = combineProfiles(of('a', mutex({ f: [5, 50] }), mutex({ f: [1, 10] })));
    expect([stacksOf(combined.profile), combined.restarted]).toEqual([{ f: [1, 10] }, ['a']]);
  });

  test('an instance of which there is one look is left out beside others that have more', () => {
    const combined = combineProfiles([
      ...of('a', mutex({ f: [1, 10] }), mutex({ f: [4, 40] })),
      ...of('b', mutex({ f: [900, 900] })),
    ]);
    expect(stacksOf(combined.profile)).toEqual({ f: [3, 30] });
    expect(combined).toMatchObject({ leftOut: ['b'], sinceStart: false, instances: 2, profiles: 3 });
  });

  test('of an instance with one look among others what is in use counts, and what it counted from its start does not', () => {
    const all = [
      ...of('a', heap({ f: [10, 1000, 1, 100] }, 1n), heap({ f: [40, 4000, 3, 300] }, 2n)),
      ...of('b', heap({ f: [900, 9000, 5, 500], g: [7, 70, 0, 0] }, 2n)),
    ];
    const combined = combineProfiles(all);
    expect(stacksOf(combined.profile)).toEqual({ f: [30, 3000, 7, 700] });
    expect(combined.leftOut).toEqual(['b']);
  });

  test('of one look at each instance the counters are as they are, and this is said; a difference that was asked for is refused', () => {
    const all = [...of('a', mutex({ f: [1, 10] })), ...of('b', mutex({ f: [4, 40] }))];
    const combined = combineProfiles(all);
    expect(stacksOf(combined.profile)).toEqual({ f: [5, 50] });
    expect(combined).toMatchObject({ leftOut: [], sinceStart: true });
    expect(() => combineProfiles(all, 'delta')).toThrow('only one profile of each instance');
  });

  test('they may come in any order where they have a time', () => {
    const [first, second] = [mutex({ f: [1, 10] }, 7n), mutex({ f: [4, 40] }, 9n)];
    expect(combineProfiles(of('a', second, first))).toEqual(combineProfiles(of('a', first, second)));
  });
});

describe('by a way that is asked for', () => {
  test('the last is the latest look at each instance', () => {
    const all = [
      ...of('a', heap({ f: [1, 1, 1, 1] }, 1n), heap({ g: [2, 2, 2, 2] }, 2n)),
      ...of('b', heap({ g: [3, 3, 3, 3] }, 1n)),
    ];
    expect(stacksOf(combineProfiles(all, 'last').profile)).toEqual({ g: [5, 5, 5, 5] });
  });

  test('the average window of CPU is as long as the average', () => {
    const { profile } = combineProfiles(
      of('a', cpu({ f: [1, 10] }, { durationNanos: 30n }), cpu({ f: [3, 30] })),
      'avg',
    );
    expect([stacksOf(profile), profile.durationNanos]).toEqual([{ f: [2, 20] }, 20n]);
  });

  test('the difference of goroutines is how many there are more', () => {
    const { profile } = combineProfiles(of('a', goroutines({ f: [4], g: [1] }), goroutines({ f: [9] })), 'delta');
    expect(stacksOf(profile)).toEqual({ f: [5], g: [-1] });
  });

  test('what it has no meaning for goes by its own way, and is refused where nothing else is there', () => {
    const looks = of('a', heap({ f: [1, 10, 4, 40] }), heap({ f: [3, 30, 2, 20] }));
    expect(waysOf(combineProfiles(looks, 'avg'))).toEqual(['delta', 'delta', 'avg', 'avg']);
    expect(() => combineProfiles(of('a', mutex({})), 'avg')).toThrow('counts on from the start of its process');
    expect(() => combineProfiles(of('a', cpu({})), 'delta')).toThrow(
      'samples/count, cpu/nanoseconds is of a time of its own',
    );
  });
});

test('none at all, and profiles that do not go together, are refused; the others go on', () => {
  expect(() => combineProfiles([])).toThrow('no profiles to combine');
  const combiner = createProfileCombiner();
  combiner.add({ instance: 'a', profile: cpu({ f: [1, 1] }) });
  expect(() => combiner.add({ instance: 'b', profile: goroutines({}) })).toThrow(ProfileError);
  expect(combiner.result()).toMatchObject({ profiles: 1, instances: 1 });
});

describe('of bytes', () => {
  test('labels are put on every sample that has none with the same key, and stacks that differ in them stay apart', () => {
    const own = profileOf([sampleOf(['f'], [1n, 1n], [{ key: 'step', text: 'own' }]), sampleOf(['f'], [2n, 2n])]);
    const content = encodeProfile(own);
    const combiner = createBytesCombiner();
    const size = { key: 'size', number: 2n ** 40n, unit: 'bytes' };
    combiner.add({ instance: 'a', content, labels: [{ key: 'step', text: 'one' }] });
    combiner.add({ instance: 'a', content, labels: [{ key: 'step', text: 'two' }, size] });
    const { samples } = decodeProfile(combiner.result().content);
    expect(samples.map(({ labels, values }) => [labels, values])).toEqual([
      [[{ key: 'step', text: 'own' }], [1n, 1n]],
      [[{ key: 'step', text: 'one' }], [2n, 2n]],
      [
        [{ key: 'step', text: 'own' }, size],
        [1n, 1n],
      ],
      [
        [{ key: 'step', text: 'two' }, size],
        [2n, 2n],
      ],
    ]);
  });

  test('what is no profile is refused, and the others go on', () => {
    const combiner = createBytesCombiner();
    combiner.add({ instance: 'a', content: encodeProfile(mutex({ f: [1, 10] })) });
    expect(() => combiner.add({ instance: 'a', content: Uint8Array.of(1, 2, 3) })).toThrow(ProfileError);
    combiner.add({ instance: 'a', content: encodeProfile(mutex({ f: [5, 50] })) });
    expect(stacksOf(decodeProfile(combiner.result().content))).toEqual({ f: [4, 40] });
  });
});

const name = fc.constantFrom('f', 'g', 'h', 'i');
const gauge = fc.dictionary(name, fc.tuple(fc.integer({ min: 0, max: 50 }))).map((stacks) => goroutines(stacks));
const growing = fc
  .array(fc.dictionary(name, fc.tuple(fc.nat(9), fc.nat(99))), { minLength: 2, maxLength: 5 })
  .map((steps) => {
    const sums: Record<string, [number, number]> = {};
    return steps.map((step) => {
      for (const [key, [times, ns]] of Object.entries(step)) {
        const [sum, sumNs] = sums[key] ?? [0, 0];
        sums[key] = [sum + times, sumNs + ns];
      }
      return mutex({ ...sums });
    });
  });

describe('whatever the profiles', () => {
  test('the average of a stack lies between its least and its most, and the total is the rounded average of the totals', () => {
    fc.assert(
      fc.property(fc.array(gauge, { minLength: 1, maxLength: 6 }), (looks) => {
        const { profile } = combineProfiles(of('a', ...looks));
        const found = stacksOf(profile);
        for (const each of ['f', 'g', 'h', 'i']) {
          const seen = looks.map((look) => stacksOf(look)[each]?.[0] ?? 0);
          const average = found[each]?.[0] ?? 0;
          expect(average).toBeGreaterThanOrEqual(Math.min(...seen));
          expect(average).toBeLessThanOrEqual(Math.max(...seen));
          expect(Math.abs(average - seen.reduce((a, b) => a + b) / looks.length)).toBeLessThan(1);
        }
        const sum = looks.reduce((all, look) => all + Number(totalsOf(look)[0]), 0);
        expect(Number(totalsOf(profile)[0])).toBe(Math.round(sum / looks.length));
      }),
    );
  });

  test('the order of the instances does not matter, and theirs add up to the whole', () => {
    fc.assert(
      fc.property(
        fc.array(growing, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('delta', 'last', 'sum'),
        (all, way) => {
          const groups = all.map((looks, index) => of(`i${index}`, ...looks));
          const whole = combineProfiles(groups.flat(), way as 'delta');
          const parts = groups.map((group) => combineProfiles(group, way as 'delta').profile);
          expect(contentOf(combineProfiles(groups.toReversed().flat(), way as 'delta').profile)).toEqual(
            contentOf(whole.profile),
          );
          expect(contentOf(mergeProfiles(parts))).toEqual(contentOf(whole.profile));
        },
      ),
    );
  });

  test('a difference of counters is the total of the last less that of the first, and of pieces of the time together as much', () => {
    fc.assert(
      fc.property(growing, (looks) => {
        const { profile, restarted } = combineProfiles(of('a', ...looks));
        const [first, last] = [totalsOf(looks[0]!), totalsOf(looks.at(-1)!)];
        expect([totalsOf(profile), restarted]).toEqual([last.map((total, column) => total - first[column]!), []]);
        const pieces = looks.slice(1).map((look, index) => combineProfiles(of('a', looks[index]!, look)).profile);
        expect(contentOf(mergeProfiles(pieces)).samples).toEqual(contentOf(profile).samples);
      }),
    );
  });
});
