import { expect, it } from 'vitest';
import { firstNodes, otherNodes } from '../../../src/analysis/rounds/other-nodes.ts';

const on = (nodes: string, variant = 'old') => ({ variant, nodes: { api: nodes, db: 'd' } });
const variants = [{ settings: { 'image.api': 'a' } }, { settings: { 'image.api': 'b' } }];
const scaled = [{ settings: { 'scale.api': '1' } }, { settings: { 'scale.api': '2' } }];

it('does not count a run on other nodes than the first, whichever arm that was of', () => {
  expect(otherNodes({ runs: [on('a'), on('b')], variants }, on('b', 'new'))).toEqual([
    {
      code: 'other-nodes',
      message: expect.stringMatching(/^api was on b, and in the first run on a: .*nodeSelector/),
    },
  ]);
  expect(otherNodes({ runs: [on('a')], variants }, on('a, b'))).toHaveLength(1);
});

it.each([
  ['on the same nodes', [on('a'), on('b')], on('a')],
  ['that is the first', [], on('a')],
  ['where nobody knows on which the others were', [{ variant: 'old' }], on('a')],
  ['of which nobody knows where it was', [on('a')], { variant: 'old' }],
])('counts a run %s', (_, runs, run) => {
  expect(otherNodes({ runs, variants }, run)).toEqual([]);
});

it('holds arms that set the number of replicas to their own first run', () => {
  expect(otherNodes({ runs: [on('a')], variants: scaled }, on('a, b', 'new'))).toEqual([]);
  expect(otherNodes({ runs: [on('a'), on('a, b', 'new')], variants: scaled }, on('b, c', 'new'))).toHaveLength(1);
});

it('gives the nodes that the next run is to be on', () => {
  expect(firstNodes({ runs: [{ variant: 'old' }, on('a, b'), on('c')], variants }, 'new')).toEqual({
    api: ['a', 'b'],
    db: ['d'],
  });
  expect(firstNodes({ runs: [on('a')], variants: scaled }, 'new')).toEqual({ db: ['d'] });
  expect(firstNodes({ runs: [], variants }, 'new')).toEqual({});
});
