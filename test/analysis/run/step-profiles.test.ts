import { expect, test } from 'vitest';
import { profileWorks } from '../../../src/analysis/run/profile-work.ts';
import { stepProfiles } from '../../../src/analysis/run/step-profiles.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { ProfileSample } from '../../../src/model/sample.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';

const serviceOf = (target: string) => target.replace(/-\d+$/, '');

type Stacks = Readonly<Record<string, number>>;

function samplesOf(stacks: Stacks, values: (value: number) => number[]) {
  return Object.entries(stacks).map(([stack, value]) => sampleOf(stack.split(' < '), values(value).map(BigInt)));
}

/** A CPU profile in milliseconds by stack, innermost function first. */
function cpu(target: string, step: number, stacks: Stacks): ProfileSample {
  const content = encodeProfile(profileOf(samplesOf(stacks, (ms) => [Math.ceil(ms / 10), ms * 1e6])));
  return { kind: 'profile', type: 'cpu', target, step, atUs: 1e6, untilUs: 3e6, outcome: 'ok', content };
}

/** A mutex profile since the start of the process, in nanoseconds waited by stack. */
function mutex(target: string, step: number, stacks: Stacks): ProfileSample {
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  const periodType = { type: 'contentions', unit: 'count' };
  const profile = profileOf(
    samplesOf(stacks, (delay) => [1, delay]),
    { sampleTypes, periodType, period: 1n, durationNanos: 0n },
  );
  const atUs = (step + 1) * 4e6;
  return {
    kind: 'profile',
    type: 'mutex',
    target,
    step,
    atUs,
    untilUs: atUs,
    outcome: 'ok',
    content: encodeProfile(profile),
  };
}

const of = (samples: readonly ProfileSample[], step = 0) => stepProfiles(step, profileWorks(samples), serviceOf);

test('CPU profiles of replicas are added up, and shown as functions and as a tree', () => {
  const { hot, profiles } = of([
    cpu('api-1', 0, { 'work < serve': 300, serve: 100 }),
    cpu('api-2', 0, { 'work < serve': 500, idle: 100 }),
    cpu('lb-1', 0, { copy: 2000 }),
  ]);
  expect(profiles?.map(({ target, outcome }) => `${target} ${outcome}`)).toEqual(['api-1 ok', 'api-2 ok', 'lb-1 ok']);
  expect(hot?.map(({ service, total }) => [service, total / 1e6])).toEqual([
    ['lb', 2000],
    ['api', 1000],
  ]);
  expect(hot?.[1]).toMatchObject({ unit: 'nanoseconds', replicas: 2, windowUs: 2e6 });
  expect(hot?.[1]?.functions.map(({ name, flat, cum }) => [name, flat / 1e6, cum / 1e6])).toEqual([
    ['work', 800, 800],
    ['idle', 100, 100],
    ['serve', 100, 900],
  ]);
  expect(hot?.[1]?.flame.map(([depth, name, value]) => [depth, name, value / 1e6])).toEqual([
    [0, 'serve', 900],
    [1, 'work', 800],
    [0, 'idle', 100],
  ]);
});

test('of profiles that accumulate, a step has what was added from edge to edge', () => {
  const samples = [
    mutex('api-1', -1, { lock: 70 }),
    mutex('api-1', 0, { lock: 100 }),
    mutex('api-1', 1, { lock: 100, other: 5 }),
  ];
  expect(of(samples, 0).hot?.[0]).toMatchObject({ total: 30, windowUs: 4e6 });
  expect(of(samples, 1).hot?.[0]?.functions).toEqual([{ name: 'other', flat: 5, cum: 5 }]);
});

test('a step whose profiles are missing or empty says so for each', () => {
  const { content: _, ...busy } = cpu('api-1', 0, { work: 1 });
  const { profiles, hot } = of([
    { ...busy, outcome: 'busy', message: 'cpu profiling already in use' },
    mutex('api-1', -1, { lock: 70 }),
    mutex('api-1', 0, { lock: 70 }),
    mutex('api-2', 0, { lock: 70 }),
    { ...cpu('api-2', 0, {}), content: new Uint8Array([1, 2, 3]) },
  ]);
  expect(hot).toEqual([]);
  expect(profiles).toEqual([
    { target: 'api-1', type: 'cpu', outcome: 'busy', message: 'cpu profiling already in use' },
    {
      target: 'api-1',
      type: 'mutex',
      outcome: 'empty',
      message: expect.stringContaining('runtime.SetMutexProfileFraction'),
    },
    { target: 'api-2', type: 'cpu', outcome: 'failed', message: expect.stringMatching(/./) },
    { target: 'api-2', type: 'mutex', outcome: 'failed', message: 'its file is not in the run directory' },
  ]);
});

test('counters that began anew in a step are no work of the step', () => {
  const samples = [mutex('api-1', -1, { lock: 70, other: 9 }), mutex('api-1', 0, { lock: 10 })];
  expect(of(samples).profiles).toMatchObject([{ outcome: 'failed', message: expect.stringContaining('restarted') }]);
});

test('a run without profiles has none of it', () => {
  expect(of([])).toEqual({});
});
