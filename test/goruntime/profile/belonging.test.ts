import { describe, expect, it } from 'vitest';
import { belongingOf } from '../../../src/goruntime/profile/belonging.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';

/** Stacks, innermost function first, each with how often it was seen at 100 Hz. */
function cpuProfile(...stacks: readonly (readonly [frames: string, looks: number])[]): PprofProfile {
  return {
    sampleTypes: [
      { type: 'samples', unit: 'count' },
      { type: 'cpu', unit: 'nanoseconds' },
    ],
    samples: stacks.map(([frames, looks]) => ({
      locations: frames.split(' ').map((name) => ({
        mapping: undefined,
        address: 1n,
        lines: [{ function: { name, systemName: name, file: '', startLine: 1 }, line: 1, column: 0 }],
        isFolded: false,
      })),
      values: [BigInt(looks), BigInt(looks) * 10_000_000n],
      labels: [],
    })),
    mappings: [],
    periodType: { type: 'cpu', unit: 'nanoseconds' },
    period: 10_000_000n,
    timeNanos: 0n,
    durationNanos: 0n,
    dropFrames: '',
    keepFrames: '',
    comments: [],
    defaultSampleType: '',
    docUrl: '',
  };
}

describe('a profile held against a binary', () => {
  const binary = new Set([
    'main.main',
    'main.handle',
    'shop.test/api/cart.Total',
    'runtime.mallocgc',
    'net/http.(*conn).serve',
  ]);

  it('of the same program has its functions', () => {
    const profile = cpuProfile(
      ['runtime.mallocgc main.handle net/http.(*conn).serve', 60],
      ['shop.test/api/cart.Total.func2 main.handle.func1.gowrap3', 30],
      ['runtime.gone', 10],
    );
    expect(belongingOf(profile, binary)).toEqual({ samples: 100, share: 0.6, ownShare: 1 });
  });

  it('of another program that shares libraries with it has hardly any of its own', () => {
    const profile = cpuProfile(
      ['runtime.mallocgc main.render net/http.(*conn).serve main.main', 75],
      ['main.handle', 25],
      ['shop.test/api/cart.Total main.render', 25],
      ['runtime.mallocgc', 75],
    );
    expect(belongingOf(profile, binary)).toEqual({ samples: 200, share: 1, ownShare: 0.2 });
  });

  it('without any function of its own is told by all of them, and counts samples by the period where it has no count', () => {
    const { sampleTypes, samples, ...rest } = cpuProfile(['runtime.mallocgc', 40]);
    const profile = {
      ...rest,
      sampleTypes: sampleTypes.slice(1),
      samples: samples.map((sample) => ({ ...sample, values: sample.values.slice(1) })),
    };
    expect(belongingOf(profile, binary)).toEqual({ samples: 40, share: 1, ownShare: undefined });
  });
});
