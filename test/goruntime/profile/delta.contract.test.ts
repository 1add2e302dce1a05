import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deltaProfile, diffProfile, subtractProfile, totalsOf } from '../../../src/goruntime/profile/delta.ts';
import { columnKinds } from '../../../src/goruntime/profile/kind.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { framesOf, type PprofProfile } from '../../../src/goruntime/profile/types.ts';
import { contentOf, type ProfileFolder, takeProfiles } from './go-pprof.ts';
import { profileOf, sampleOf } from './made-profile.ts';

/** A mutex profile of these stacks, each with its contentions and delay. */
function mutex(stacks: Readonly<Record<string, readonly [number, number]>>, timeNanos = 5n): PprofProfile {
  const samples = Object.entries(stacks).map(([name, values]) => sampleOf([name], values.map(BigInt)));
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  const periodType = { type: 'contentions', unit: 'count' };
  return profileOf(samples, { sampleTypes, periodType, period: 1n, timeNanos, durationNanos: 0n });
}

function stacksOf({ samples }: PprofProfile) {
  return Object.fromEntries(samples.map((sample) => [framesOf(sample).join(' < '), sample.values.map(Number)]));
}

describe('the difference of two made profiles', () => {
  const earlier = mutex({ a: [1, 10], b: [2, 20], c: [9, 90] }, 1_000n);

  test('has what was added, and leaves out what stayed', () => {
    const { profile, restarted, fallen } = deltaProfile(
      mutex({ a: [1, 10], b: [3, 50], c: [9, 90], d: [4, 40] }, 3_500n),
      earlier,
    );
    expect(stacksOf(profile)).toEqual({ b: [1, 30], d: [4, 40] });
    expect({ restarted, fallen }).toEqual({ restarted: false, fallen: 0 });
    expect(profile).toMatchObject({ timeNanos: 3_500n, durationNanos: 2_500n });
  });

  test('of a process that was restarted is the later one as it is, of unknown duration', () => {
    const later = mutex({ a: [1, 9], b: [1, 5] }, 3_500n);
    const { profile, restarted } = deltaProfile(later, earlier);
    expect([stacksOf(profile), profile.durationNanos, restarted]).toEqual([stacksOf(later), 0n, true]);
  });

  test('tells a restart also when one stack has more than all before it', () => {
    const { profile, restarted, fallen } = deltaProfile(mutex({ a: [0, 0], b: [1, 1], d: [999, 9999] }), earlier);
    expect({ restarted, fallen, d: stacksOf(profile)['d'] }).toEqual({ restarted: true, fallen: 3, d: [999, 9999] });
  });

  test('keeps a counter that fell by itself as a negative value, and counts it', () => {
    const { profile, restarted, fallen } = deltaProfile(mutex({ a: [0, 5], b: [9, 90], c: [9, 90] }), earlier);
    expect([stacksOf(profile), restarted, fallen]).toEqual([{ a: [-1, -5], b: [7, 70] }, false, 1]);
  });

  test('of profiles in which nothing is cumulative is refused', () => {
    expect(() => deltaProfile(profileOf([]), profileOf([]))).toThrow(
      'nothing in a profile of samples/count, cpu/nanoseconds',
    );
  });

  test('is rounded, not cut, where a factor has a fraction', () => {
    const diff = diffProfile(mutex({}), mutex({ a: [3, 5] }), 0.5);
    expect(diff.samples.map(({ values }) => values)).toEqual([[-2n, -3n]]);
    expect(diffProfile(mutex({}), mutex({ a: [5, 7] }), 0.3).samples[0]?.values).toEqual([-2n, -2n]);
    expect(() => diffProfile(mutex({}), mutex({}), Number.NaN)).toThrow('no factor for a profile: NaN');
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
    '%s: less another is what go tool pprof makes with -base, and beside it what it makes with -diff_base',
    async (kind) => {
      const [first, second] = [`${kind}-1.pb.gz`, `${kind}-2.pb.gz`] as const;
      const [base, profile] = [await read(first), await read(second)];
      const based = decodeProfile(await folder.proto(`-base=${first}`, second));
      expect(contentOf(subtractProfile(profile, base))).toEqual(contentOf(based));
      const diffed = decodeProfile(await folder.proto(`-diff_base=${first}`, second));
      expect(contentOf(diffProfile(profile, base))).toEqual(contentOf(diffed));
    },
  );

  test.each([
    ['heap', ['cumulative', 'cumulative', 'gauge', 'gauge']],
    ['mutex', ['cumulative', 'cumulative']],
    ['block', ['cumulative', 'cumulative']],
  ])(
    '%s: no counter falls in one process, and the work of a window is the difference of the totals',
    async (kind, kinds) => {
      const [earlier, later] = [await read(`${kind}-1.pb.gz`), await read(`${kind}-2.pb.gz`)];
      expect(columnKinds(later)).toEqual(kinds);
      const { profile, restarted, fallen } = deltaProfile(later, earlier);
      expect({ restarted, fallen }).toEqual({ restarted: false, fallen: 0 });
      const [before, after] = [totalsOf(earlier), totalsOf(later)];
      const expected = after.map((total, column) => (kinds[column] === 'gauge' ? total : total - before[column]!));
      expect(totalsOf(profile)).toEqual(expected);
      expect(profile.durationNanos).toBe(later.timeNanos - earlier.timeNanos);
      expect(deltaProfile(earlier, later).restarted).toBe(true);
    },
  );

  test('the others say that their values belong to a window or a moment', async () => {
    expect(columnKinds(await read('cpu-1.pb.gz'))).toEqual(['interval', 'interval']);
    expect(columnKinds(await read('goroutine-1.pb.gz'))).toEqual(['gauge']);
  });
});
