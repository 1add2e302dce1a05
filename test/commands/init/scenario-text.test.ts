/** Values as `init` writes them into a scenario. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { flow } from '../../../src/commands/init/scenario-text.ts';

it('values in a line of YAML read as what they are', () => {
  const odd = fc.constantFrom('yes', 'null', '1e3', '~', './cmd/api', '0x1', '-', '..', '../a', 'a: b', '#', '');
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), odd);
  const value = fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w*$/), leaf));
  fc.assert(
    fc.property(value, (given) => {
      expect(parse(`a: ${flow(given)}`)).toEqual({ a: given });
    }),
  );
});
