import { expect, it } from 'vitest';
import { refuseMovedImages } from '../../src/experiments/same-images.ts';

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
