import { expect, test } from 'vitest';
import { goroutineLeaks } from '../../../src/analysis/run/goroutine-leaks.ts';
import { profileWorks } from '../../../src/analysis/run/profile-work.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { ProfileSample } from '../../../src/model/sample.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';

/** A look at a target that found so many goroutines at each stack, innermost function first. */
function look(
  target: string,
  stacks: Readonly<Record<string, number>>,
  given: Partial<ProfileSample> = {},
): ProfileSample {
  const samples = Object.entries(stacks).map(([stack, count]) => sampleOf(stack.split(' < '), [BigInt(count)]));
  const content = encodeProfile(profileOf(samples, { sampleTypes: [{ type: 'goroutineleak', unit: 'count' }] }));
  const about = { kind: 'profile', type: 'goroutineleak', step: 3, atUs: 1, untilUs: 1, outcome: 'ok' } as const;
  return { ...about, target, content, ...given };
}
const receiving = 'runtime.gopark < runtime.chanrecv < runtime.chanrecv1 < shop.await < shop.Order.func1';
const sending = 'runtime.gopark < runtime.chansend < runtime.chansend1 < shop.publish';

test('leaked goroutines are told by target and stack, the most first', () => {
  const leaks = goroutineLeaks([look('b', { [sending]: 2, [receiving]: 50 }), look('a', { [sending]: 1 })]);
  expect(leaks?.map(({ target, count, reason, site }) => ({ target, count, reason, site }))).toEqual([
    { target: 'a', count: 1, reason: 'chan send', site: 'shop.publish' },
    { target: 'b', count: 50, reason: 'chan receive', site: 'shop.await' },
    { target: 'b', count: 2, reason: 'chan send', site: 'shop.publish' },
  ]);
  expect(leaks?.[1]?.frames.at(-1)).toBe('shop.Order.func1');
});

test('that none was found is told apart from that nobody could be asked', () => {
  expect(goroutineLeaks([look('a', {})])).toEqual([]);
  expect(goroutineLeaks([look('a', {}, { outcome: 'absent', content: undefined })])).toBeUndefined();
  expect(goroutineLeaks([look('a', {}, { content: new Uint8Array([1, 2, 3]) })])).toBeUndefined();
  expect(goroutineLeaks([look('a', {}, { type: 'cpu' })])).toBeUndefined();
});

test('in the list of profiles it is one that was taken, whatever it found, or one that cannot be read', () => {
  const outcomes = (sample: ProfileSample) => profileWorks([sample]).map(({ outcome, profile }) => [outcome, profile]);
  expect(outcomes(look('a', {}))).toEqual([['ok', undefined]]);
  expect(outcomes(look('a', { [receiving]: 3 }))).toEqual([['ok', undefined]]);
  expect(outcomes(look('a', {}, { content: new Uint8Array([1, 2, 3]) }))).toEqual([['failed', undefined]]);
});
