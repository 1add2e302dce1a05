import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { speedscopeFile } from '../../../src/goruntime/profile/speedscope.ts';
import { locationOf, profileOf, sampleOf } from './made-profile.ts';

/** What the published schema asks of a file of sampled profiles. */
const index = z.int().min(0);
const schema = z.strictObject({
  $schema: z.literal('https://www.speedscope.app/file-format-schema.json'),
  name: z.string().optional(),
  exporter: z.string().optional(),
  activeProfileIndex: index.optional(),
  shared: z.strictObject({
    frames: z.array(
      z.strictObject({
        name: z.string(),
        file: z.string().optional(),
        line: z.number().optional(),
        col: z.number().optional(),
      }),
    ),
  }),
  profiles: z.array(
    z.strictObject({
      type: z.literal('sampled'),
      name: z.string(),
      unit: z.enum(['bytes', 'microseconds', 'milliseconds', 'nanoseconds', 'none', 'seconds']),
      startValue: z.number(),
      endValue: z.number(),
      samples: z.array(z.array(index)),
      weights: z.array(z.number()),
    }),
  ),
});

/** Reads a file as speedscope does: every stack as names, outermost first, with its weight. */
function stacksOf(file: unknown) {
  const { shared, profiles } = schema.parse(JSON.parse(JSON.stringify(file)));
  return profiles.map(({ samples, weights }) =>
    samples.map((stack, at) => {
      const names = stack.map((each) => {
        expect(each).toBeLessThan(shared.frames.length);
        return shared.frames[each]!.name;
      });
      return [names.join(' > '), weights[at]];
    }),
  );
}

describe('a speedscope file', () => {
  test('has several profiles that share their frames, outermost first and largest first', () => {
    const cpu = profileOf([sampleOf(['f', 'main'], [1n, 10n]), sampleOf(['g', 'main'], [2n, 20n])]);
    const file = speedscopeFile('run', [
      { name: 'step 100', profile: cpu },
      { name: 'step 200', profile: cpu, column: 0 },
    ]);
    expect(stacksOf(file)).toEqual([
      [
        ['main > g', 20],
        ['main > f', 10],
      ],
      [
        ['main > g', 2],
        ['main > f', 1],
      ],
    ]);
    expect(file.profiles.map(({ name, unit, endValue }) => [name, unit, endValue])).toEqual([
      ['step 100', 'nanoseconds', 30],
      ['step 200', 'none', 3],
    ]);
    expect(file.shared.frames).toHaveLength(3);
    expect(file.shared.frames[0]).toEqual({ name: 'main', file: 'main.go', line: 1 });
  });

  test('has inlined functions in their order, and an address where no function is known', () => {
    const locations = [locationOf(['inner', 'outer']), locationOf([], { address: 0xabcn }), locationOf(['main'])];
    const file = speedscopeFile('', [{ name: '', profile: profileOf([{ locations, values: [1n, 1n], labels: [] }]) }]);
    expect(stacksOf(file)).toEqual([[['main > 0xabc > outer > inner', 1]]]);
  });

  test('puts stacks that differ in labels and addresses only together', () => {
    const labelled = sampleOf(['f'], [1n, 5n], [{ key: 'step', text: '1' }]);
    const moved = { locations: [locationOf(['f'], { address: 9n })], values: [1n, 2n], labels: [] };
    expect(stacksOf(speedscopeFile('', [{ name: '', profile: profileOf([labelled, moved]) }]))).toEqual([[['f', 7]]]);
  });

  test('leaves out what a difference has below zero, and says so', () => {
    const profile = profileOf([sampleOf(['f'], [1n, 5n]), sampleOf(['g'], [-1n, -5n]), sampleOf(['h'], [1n, 0n])]);
    const file = speedscopeFile('', [{ name: 'growth', profile }]);
    expect([stacksOf(file), file.profiles[0]?.name]).toEqual([[[['f', 5]]], 'growth (without 1 stack below zero)']);
  });

  test('of a recorded profile has all of its goroutines, and of none it is empty', () => {
    const recorded = gunzipSync(readFileSync(new URL('../../fixtures/goruntime/go126-waits.pb.gz', import.meta.url)));
    const profile = decodeProfile(recorded);
    const file = speedscopeFile('waits', [{ name: 'goroutines', profile }]);
    const total = profile.samples.reduce((sum, { values }) => sum + Number(values[0]), 0);
    expect(stacksOf(file)[0]?.length).toBeGreaterThan(10);
    expect(file.profiles[0]).toMatchObject({ endValue: total, unit: 'none' });
    expect(stacksOf(speedscopeFile('', []))).toEqual([]);
  });

  test('refuses a column that is not there', () => {
    expect(() => speedscopeFile('', [{ name: '', profile: profileOf([]), column: 7 }])).toThrow('no column 7');
  });

  test('is what the format asks for, whatever the stacks', () => {
    const stack = fc.array(fc.string(), { maxLength: 5 });
    const samples = fc.array(fc.tuple(stack, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })));
    fc.assert(
      fc.property(samples, (all) => {
        const profile = profileOf(all.map(([names, value]) => sampleOf(names, [1n, value])));
        stacksOf(speedscopeFile('any', [{ name: 'any', profile }]));
      }),
    );
  });
});
