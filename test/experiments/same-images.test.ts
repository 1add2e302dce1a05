import { expect, it } from 'vitest';
import { otherNodesText, refuseMovedImages } from '../../src/experiments/same-images.ts';

const ran = (round: number, variant: string, id?: string) => ({
  round,
  variant,
  ...(id === undefined ? {} : { images: { api: `shop/api@sha256:${id}`, db: 'db@sha256:1' } }),
});

it('refuses rounds of an arm whose tag moved between them', () => {
  const runs = [ran(1, 'old', 'a'), ran(1, 'new', 'b'), ran(2, 'new', 'b'), ran(2, 'old', 'c')];
  expect(() => refuseMovedImages(runs)).toThrow(
    expect.objectContaining({
      code: 'image-moved',
      exitCode: 5,
      message: expect.stringMatching(/^old: api ran shop\/api@sha256:a in round 1 and shop\/api@sha256:c in round 2/),
    }),
  );
});

it.each([
  ['that kept their images', [ran(1, 'old', 'a'), ran(1, 'new', 'b'), ran(2, 'old', 'a')]],
  ['of which nobody could tell', [ran(1, 'old'), ran(2, 'old', 'a'), ran(3, 'old')]],
])('lets arms go on %s', (_, runs) => {
  expect(() => refuseMovedImages(runs)).not.toThrow();
});

it('says when pods were on other nodes than at first', () => {
  const on = (nodes: string) => ({ nodes: { api: nodes } });
  expect(otherNodesText([on('a'), on('b'), on('a')])).toBeUndefined();
  expect(otherNodesText([on('a'), on('a, b')])).toMatch(/^api was on a, b, and in the first run on a:.*nodeSelector/);
  expect(otherNodesText([{}, on('b')])).toBeUndefined();
});
