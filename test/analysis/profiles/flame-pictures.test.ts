import { expect, it } from 'vitest';
import { profileDifference, scaledSides } from '../../../src/analysis/profiles/difference.ts';
import { differencePicture, flamePictures, namedProfiles } from '../../../src/analysis/profiles/flame-pictures.ts';
import { flameFileHtml } from '../../../src/report/html-report.ts';
import { groupOf } from './made-group.ts';

const words = () => ({ heading: 'all', detail: '' });

it('draws services side by side, and each step once more where there are several', () => {
  const groups = [
    groupOf({ 'a main': 30, main: 10 }),
    groupOf({ b: 100 }, { service: 'lb' }),
    groupOf({ 'a main': 5 }, { step: 'high' }),
  ];
  const pictures = flamePictures(groups, 'cpu', words);
  expect(pictures).toHaveLength(3);
  expect(pictures[0]).toMatchObject({ total: 1450e6, functions: 3 });
  expect(pictures[0]?.flame.map(({ depth, name, width }) => [depth, name, width / 1e6])).toEqual([
    [0, 'lb', 1000],
    [1, 'b', 1000],
    [0, 'api', 450],
    [1, 'main', 450],
    [2, 'a', 350],
  ]);
  expect(flamePictures(groups.slice(2), 'cpu', words)[0]?.flame.map(({ name }) => name)).toEqual(['main', 'a']);
  expect(namedProfiles(groups, 'cpu').map(({ name }) => name)).toEqual(['all', 'api low', 'lb low', 'api high']);
});

it('gives a difference room for both sides, and colours only what is beyond noise', () => {
  const base = [groupOf({ 'gone main': 400, 'same main': 400, 'few main': 2 })];
  const now = [groupOf({ 'fresh main': 300, 'same main': 400, 'few main': 3 })];
  const view = { by: 'function', order: 'flat', rows: 0, column: undefined } as const;
  const sides = { base, now, type: 'cpu', notes: [] } as const;
  const scaled = scaledSides(sides, undefined, view);
  const diff = profileDifference(sides, scaled, view);
  const picture = differencePicture(scaled, diff, { heading: 'Difference', detail: '' });
  expect(picture.flame.map(({ depth, name, width, state }) => [depth, name, width / 1e7, state])).toEqual([
    [0, 'main', 1103, 'shrunk'],
    [1, 'gone', 400, 'gone'],
    [1, 'same', 400, 'same'],
    [1, 'fresh', 300, 'new'],
    [1, 'few', 3, 'same'],
  ]);
  expect(picture).toMatchObject({ total: 1103e7, per: 1000 });
  const page = flameFileHtml({ title: '<script>', tool: 'rampart', facts: [], pictures: [picture], notes: ['a < b'] });
  const gone = ['−4 ms', '4 ms', '0', 'gone'].map((text) => `<td class="n"[^>]*>${text}</td>`);
  expect(page).toMatch(new RegExp(gone.join('')));
  expect(page).toContain("default-src 'none'");
  expect(page).not.toContain('<h1><script>');
  expect(page).not.toMatch(/https?:\/\//);
});
