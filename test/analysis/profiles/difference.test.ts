import { expect, it } from 'vitest';
import { markedDifference, profileDifference, scaledSides } from '../../../src/analysis/profiles/difference.ts';
import { topTable } from '../../../src/goruntime/profile/top.ts';
import { profileDiffSchema } from '../../../src/model/profile-diff.ts';
import { profileDiffText } from '../../../src/report/terminal/profiles/diff.ts';
import { groupOf } from './made-group.ts';

const view = { by: 'function', order: 'flat', rows: 0, column: undefined } as const;

/** Twice the requests now: `same` costs what it did, `more` twice as much, `few` is seen once more. */
const base = [groupOf({ same: 400, more: 400, few: 1, old: 100 }, { requests: { answered: 1000 } })];
const now = [groupOf({ same: 800, more: 1600, few: 3, fresh: 100 }, { requests: { answered: 2000 }, windowNs: 4e9 })];
const sides = { base, now, type: 'cpu', notes: [] } as const;

it('says per request what changed, and what is within noise', () => {
  const scaled = scaledSides(sides, undefined, view);
  const diff = profileDifference(sides, scaled, view);
  expect(profileDiffSchema.parse(diff)).toEqual(diff);
  expect(diff).toMatchObject({
    per: 'request',
    factor: 2,
    perUnit: 2000,
    requestsOf: 'run',
    beyondNoise: 3,
    compared: 5,
  });
  const told = diff.rows.map(({ name, flat }) => [name, flat.verdict, flat.state]);
  expect(told).toEqual([
    ['more', 'more', 'both'],
    ['old', 'less', 'gone'],
    ['fresh', 'more', 'new'],
    ['few', 'within-noise', 'both'],
    ['same', 'same', 'both'],
  ]);
  const text = profileDiffText(diff, { color: false, columns: 100 });
  expect(text).toContain('+4 ms');
  expect(text).toMatch(/\nnew: fresh\ngone: old\n/);
  expect(text).toContain('3 of 5 functions changed beyond noise');
});

it('compares per second, as shares, or as it is, when asked', () => {
  const factor = (per: 'second' | 'share' | 'none') => scaledSides(sides, per, view).factor;
  expect(factor('second')).toBe(4);
  expect(factor('share')).toBeCloseTo(2503 / 901);
  expect(factor('none')).toBe(1);
  const unknown = { ...sides, base: [groupOf({ same: 1 }, { requests: undefined, windowNs: 0 })] };
  expect(scaledSides(unknown, undefined, view).per).toBe('none');
  expect(() => scaledSides(unknown, 'request', view)).toThrow('only the directory of a run tells them');
  expect(() => scaledSides(unknown, 'second', view)).toThrow('is not known');
  expect(() => scaledSides({ ...sides, base: [groupOf({})] }, 'share', view)).toThrow('no cpu at all');
});

it('is of one kind, and says of which its sides are', () => {
  const heap = base.map((group) => ({
    ...group,
    profile: { ...group.profile, sampleTypes: [{ type: 'inuse_space', unit: 'bytes' }] },
  }));
  const mixed = { ...sides, base: heap, type: undefined };
  expect(() => scaledSides(mixed, undefined, view)).toThrow(
    /^the sides do not go together: the base has inuse_space, the new side (samples, )?cpu$/,
  );
});

it('is a profile whose totals per function are the differences', () => {
  const rows = topTable(markedDifference(scaledSides(sides, undefined, view))).rows;
  expect(rows.find(({ name }) => name === 'more')?.flat).toBe(8e9);
  expect(rows.find(({ name }) => name === 'same')).toBeUndefined();
});

it('holds nothing for real of a handful of samples, whatever its z', () => {
  const few = { ...sides, base: [groupOf({ f: 0, g: 50 }, { requests: { answered: 1000 } })] };
  const more = { ...few, now: [groupOf({ f: 4, g: 200 }, { requests: { answered: 4000 } })] };
  const diff = profileDifference(more, scaledSides(more, undefined, view), view);
  expect(diff.rows.find(({ name }) => name === 'f')?.flat).toMatchObject({ z: 2, verdict: 'within-noise' });
});
