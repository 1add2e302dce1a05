import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BodySearch } from '../../../src/load/transport/body-search.ts';

function found(search: BodySearch, wanted: Buffer, parts: readonly Buffer[]): boolean {
  search.start(wanted);
  for (const part of parts) search.take(Buffer.concat([Buffer.from('a'), part, Buffer.from('b')]), 1, part.length + 1);
  return search.found;
}

it('finds what a whole text contains, however it is cut, one body after the other', () => {
  const search = new BodySearch();
  const letters = (minLength: number, maxLength: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
  fc.assert(
    fc.property(letters(1, 5), letters(0, 30), fc.array(fc.nat(30), { maxLength: 4 }), (wanted, body, cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), body.length];
      const parts = places.slice(1).map((to, index) => Buffer.from(body.slice(places[index], to)));
      expect(found(search, Buffer.from(wanted), parts)).toBe(parts.join('').includes(wanted));
    }),
  );
});

it('finds a character of several bytes that is cut in two', () => {
  const body = Buffer.from('prix: 5 €');
  expect(found(new BodySearch(), Buffer.from('€'), [body.subarray(0, -1), body.subarray(-1)])).toBe(true);
});
