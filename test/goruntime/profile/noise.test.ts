import { describe, expect, test } from 'vitest';
import { requestCost } from '../../../src/goruntime/profile/cost.ts';
import { flameDiff } from '../../../src/goruntime/profile/flame-diff.ts';
import { functionChanges } from '../../../src/goruntime/profile/noise.ts';
import { countBounds, differenceP, differenceZ, falseDiscoveryRates } from '../../../src/goruntime/profile/poisson.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { profileOf, sampleOf } from './made-profile.ts';

const tenMs = 10_000_000;

/** A CPU profile with so many samples of each stack, `outermost > innermost`. */
function cpu(stacks: Readonly<Record<string, number>>): PprofProfile {
  const samples = Object.entries(stacks).map(([stack, count]) =>
    sampleOf(stack.split(' > ').reverse(), [BigInt(count), BigInt(count * tenMs)]),
  );
  return profileOf(samples);
}

function heap(stacks: Readonly<Record<string, readonly number[]>>, period: bigint): PprofProfile {
  const types = ['alloc_objects/count', 'alloc_space/bytes', 'inuse_objects/count', 'inuse_space/bytes'];
  const sampleTypes = types.map((text) => ({ type: text.split('/')[0]!, unit: text.split('/')[1]! }));
  const samples = Object.entries(stacks).map(([name, values]) => sampleOf([name], values.map(BigInt)));
  return profileOf(samples, { sampleTypes, periodType: { type: 'space', unit: 'bytes' }, period });
}

function contentions(stacks: Readonly<Record<string, readonly [number, number]>>): PprofProfile {
  const samples = Object.entries(stacks).map(([name, values]) => sampleOf([name], values.map(BigInt)));
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  return profileOf(samples, { sampleTypes, periodType: sampleTypes[0]!, period: 1n });
}

const rowOf = (changes: ReturnType<typeof functionChanges>, wanted: string) =>
  changes.functions.find(({ name }) => name === wanted)!;

describe('the chance of counts', () => {
  test.each([
    [4, 0, 1, 0.125],
    [8, 2, 1, 0.109375],
    [100, 100, 1, 1],
    [0, 0, 1, 1],
    // Of 3 events all on the side that gets a third of them.
    [3, 0, 0.5, 2 / 27],
  ])('%i against %i times %d is p = %d', (count, base, factor, p) => {
    expect(differenceP(count, base, factor)).toBeCloseTo(p, 9);
  });

  test('large counts have the p of a normal distribution, and the z of the formula', () => {
    expect(differenceZ(10_400, 10_000, 1)).toBeCloseTo(2.8006, 4);
    expect(differenceP(10_400, 10_000, 1)).toBeCloseTo(0.0052, 4);
    expect(differenceZ(0, 0, 1)).toBe(0);
    expect(differenceP(3_000_000, 1_000_000, 3)).toBeGreaterThan(0.99);
  });

  test('the bounds of a count are those of its exact distribution', () => {
    // Garwood, Biometrika 28, 1936.
    for (const [count, low, high] of [
      [0, 0, 3.69],
      [5, 1.62, 11.67],
      [10, 4.8, 18.39],
      [100, 81.36, 121.63],
    ] as const) {
      const found = countBounds(count);
      expect(Math.abs(found.low - low)).toBeLessThan(0.03);
      expect(Math.abs(found.high - high)).toBeLessThan(0.06);
    }
  });

  test('rates of false discoveries are those of the paper', () => {
    const ps = [0.01, 0.04, 0.03, 0.005];
    expect(falseDiscoveryRates(ps).map((q) => Math.round(q * 1000) / 1000)).toEqual([0.02, 0.04, 0.04, 0.02]);
    expect(falseDiscoveryRates([])).toEqual([]);
  });
});

describe('what differs between two profiles', () => {
  test('a function that grew stands out of those that stayed, in itself and in its callers', () => {
    const before = cpu({ 'main > same': 1000, 'main > slow > inner': 100 });
    const changes = functionChanges(cpu({ 'main > same': 1010, 'main > slow > inner': 300 }), before);
    const [first] = changes.functions;
    expect(first).toMatchObject({ name: 'inner', flat: { value: 300 * tenMs, base: 100 * tenMs, state: 'both' } });
    expect(first?.flat.noise).toMatchObject({ samples: 300, baseSamples: 100, z: 10 });
    expect(rowOf(changes, 'slow').cum.noise?.q).toBeLessThan(1e-9);
    expect(rowOf(changes, 'same').flat.noise?.q).toBeGreaterThan(0.5);
    expect(rowOf(changes, 'slow').flat).toEqual({ value: 0, base: 0, state: 'none' });
  });

  test('twice the requests at the same cost each is no difference', () => {
    const changes = functionChanges(cpu({ f: 2000, g: 210 }), cpu({ f: 1000, g: 100 }), { factor: 2 });
    for (const { flat } of changes.functions) expect(Math.abs(flat.noise!.z)).toBeLessThan(1);
    expect(changes.total).toMatchObject({ value: 2210 * tenMs, base: 2200 * tenMs, state: 'both' });
  });

  test('functions of one side are new or gone; one sample more is noise', () => {
    const changes = functionChanges(cpu({ a: 1, big: 500 }), cpu({ b: 40, big: 500 }));
    expect(rowOf(changes, 'a').flat).toMatchObject({ state: 'new', base: 0, noise: { z: 1, p: 1 } });
    expect(rowOf(changes, 'b').flat.state).toBe('gone');
    expect(rowOf(changes, 'b').flat.noise!.q).toBeLessThan(0.001);
  });

  test('an empty side is no error', () => {
    const empty = functionChanges(cpu({}), cpu({}));
    expect(empty).toMatchObject({ functions: [], total: { value: 0, base: 0, state: 'none' } });
    expect(rowOf(functionChanges(cpu({ f: 9 }), cpu({})), 'f').flat.state).toBe('new');
    expect(flameDiff(cpu({}), cpu({}))).toMatchObject({ root: { children: [] } });
  });

  test('the tree has both sides in each place', () => {
    const { root } = flameDiff(
      cpu({ 'main > f': 40, 'main > new': 60 }),
      cpu({ 'main > f': 50, 'main > f > gone': 50 }),
    );
    expect(root.children).toMatchObject([
      {
        name: 'main',
        all: { value: 100 * tenMs, base: 100 * tenMs },
        children: [
          {
            name: 'f',
            all: { value: 40 * tenMs, base: 100 * tenMs },
            self: { base: 50 * tenMs },
            children: [{ name: 'gone', all: { state: 'gone' } }],
          },
          { name: 'new', all: { state: 'new', noise: { samples: 60, baseSamples: 0 } } },
        ],
      },
    ]);
  });
});

describe('how many samples stand behind a value', () => {
  const rate = 524_288;

  test('of a heap, as many as its rate makes likely', () => {
    const column = { column: 'alloc_space' };
    // A block as large as the rate is sampled with 1 − 1/e; a small one with size / rate.
    const profile = heap({ large: [1000, 1000 * rate, 0, 0], small: [10_000_000, 160_000_000, 0, 0] }, BigInt(rate));
    const changes = functionChanges(profile, heap({}, BigInt(rate)), column);
    expect(rowOf(changes, 'large').flat.noise?.samples).toBeCloseTo(632.12, 1);
    expect(rowOf(changes, 'small').flat.noise?.samples).toBeCloseTo(305.2, 0);
  });

  test('of what is in use, those that are in use', () => {
    const profile = heap({ f: [100, 100, 7, 7] }, 1n);
    const changes = functionChanges(profile, profile, { column: 'inuse_space' });
    expect(rowOf(changes, 'f').flat.noise?.samples).toBeCloseTo(7 * (1 - 1 / Math.E), 5);
  });

  test('of locks, the contentions by the fraction; of blocked time, one for each rate waited, where the rate is known', () => {
    const profile = contentions({ f: [1000, 50_000] });
    const samplesBy = (contentionRate: { mutexFraction: number } | { blockRateNs: number }) =>
      rowOf(functionChanges(profile, profile, { contentionRate }), 'f').flat.noise?.samples;
    expect(samplesBy({ mutexFraction: 100 })).toBe(10);
    expect(samplesBy({ blockRateNs: 10_000 })).toBe(5);
    expect(samplesBy({ blockRateNs: 10 })).toBe(1000);
  });

  test.each([
    ['contentions without their rate', contentions({ f: [1, 1] }), 'which part of the events'],
    [
      'goroutines',
      profileOf([sampleOf(['f'], [1n])], {
        sampleTypes: [{ type: 'goroutine', unit: 'count' }],
        periodType: { type: 'goroutine', unit: 'count' },
      }),
      'how a profile of goroutine/count was sampled',
    ],
    [
      'wall clock looks',
      profileOf([sampleOf(['f'], [1n, 1n])], { periodType: { type: 'wallclock', unit: 'nanoseconds' } }),
      'seen again in every look',
    ],
    ['a difference', cpu({ f: -3 }), 'below zero'],
  ])('of %s it is not known, and the reason is said in place of noise', (_, profile, reason) => {
    const changes = functionChanges(profile, profile);
    expect(changes.unknown).toContain(reason);
    expect(changes.functions[0]?.flat).not.toHaveProperty('noise');
    expect(flameDiff(profile, profile).unknown).toContain(reason);
    expect(requestCost(profile, 10)).toMatchObject({ unknown: expect.stringContaining(reason) });
  });
});

describe('what a request costs', () => {
  test('is the value of each function by the requests, with bounds from its samples', () => {
    const cost = requestCost(cpu({ 'main > f': 100, 'main > g': 4 }), 1000);
    expect(cost.functions.map(({ name, flat, cum }) => [name, flat.value, cum.value])).toEqual([
      ['f', 1_000_000, 1_000_000],
      ['g', 40_000, 40_000],
      ['main', 0, 1_040_000],
    ]);
    expect(cost.functions[0]?.flat.bounds?.low).toBeCloseTo(813_600, -3);
    expect(cost.functions[0]?.flat.bounds?.high).toBeCloseTo(1_216_300, -3);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d requests are refused', (requests) => {
    expect(() => requestCost(cpu({ f: 1 }), requests)).toThrow('no cost per request');
  });

  test('its bounds hold the true cost in 95 of 100 profiles', () => {
    const poisson = poissonOf(seededUniform(11));
    let held = 0;
    for (let turn = 0; turn < 2000; turn++) {
      const { bounds } = requestCost(cpu({ f: Math.max(1, poisson(20)) }), 100).functions[0]!.flat;
      if (bounds!.low <= 0.2 * tenMs && bounds!.high >= 0.2 * tenMs) held += 1;
    }
    expect(held / 2000).toBeGreaterThan(0.94);
    expect(held / 2000).toBeLessThan(0.98);
  });
});

/** Counts of rare events with these means, by Knuth's product of uniforms in steps that a double can hold. */
function poissonOf(uniform: () => number): (mean: number) => number {
  return (mean) => {
    let count = 0;
    for (let left = mean; left > 0; left -= 300) {
      const limit = Math.exp(-Math.min(left, 300));
      for (let product = uniform(); product > limit; product *= uniform()) count += 1;
    }
    return count;
  };
}

describe('in a thousand made profiles', () => {
  const means = Array.from({ length: 120 }, (_, index) => 400 / (index + 1));
  const profileWith = (poisson: (mean: number) => number, grown: number, times: number) =>
    cpu(
      Object.fromEntries(
        means.map((mean, index) => [`f${index}`, poisson(mean * times * (index % 12 === 3 ? grown : 1))]),
      ),
    );

  test.each([1, 0.5, 3])(
    'of one program, with %d times the requests, hardly one in twenty names a function',
    (factor) => {
      const poisson = poissonOf(seededUniform(5));
      let named = 0;
      for (let turn = 0; turn < 300; turn++) {
        const changes = functionChanges(profileWith(poisson, 1, factor), profileWith(poisson, 1, 1), { factor });
        if (changes.functions.some(({ flat }) => flat.noise && flat.noise.q <= 0.05)) named += 1;
      }
      expect(named / 300).toBeLessThanOrEqual(0.05);
    },
  );

  test('of two programs, of the functions that are named no larger share than was asked for stayed as they were', () => {
    const poisson = poissonOf(seededUniform(7));
    let [found, wrong] = [0, 0];
    for (let turn = 0; turn < 200; turn++) {
      const { functions } = functionChanges(profileWith(poisson, 2, 1), profileWith(poisson, 1, 1));
      for (const { name, flat } of functions) {
        if (!flat.noise || flat.noise.q > 0.1) continue;
        found += 1;
        if (Number(name.slice(1)) % 12 !== 3) wrong += 1;
      }
    }
    expect(found).toBeGreaterThan(200);
    expect(wrong / found).toBeLessThanOrEqual(0.1);
  });
});
