// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Compose's interpolation, as a table that Docker Compose itself agrees with (test/e2e/topology-compose-file.test.ts). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../src/topology/compose-file/interpolate.ts';
import { interpolationTable, interpolationVariables } from '../../helpers/interpolation-table.ts';

const lookup = (name: string) => interpolationVariables[name];

describe('interpolate', () => {
  it.each(interpolationTable)('%s is "%s"', (template, expected) => {
    expect(interpolate(template, lookup).value).toBe(expected);
  });

  it.each([
    ['${NONE:?say why}', /NONE is required: say why/],
    ['${EMPTY:?}', /EMPTY is required: it is not set/],
    ['${NONE?${SET} missing}', /NONE is required: value missing/],
    ['${SET', /no closing brace/],
    ['${SET:-x', /no closing brace/],
    ['${1X}', /is not a variable/],
    ['cost: ${5}', /"\$\{5\}" is not a variable.*\$\$/],
    ['${}', /is not a variable/],
  ])('%s is refused', (template, message) => {
    expect(() => interpolate(template, lookup)).toThrow(message);
  });

  it('does not evaluate a branch that is not taken', () => {
    expect(interpolate('${SET:-${NONE:?never}}', lookup).value).toBe('value');
  });

  it('names what was not set and became empty', () => {
    expect(interpolate('$NONE ${OTHER} ${THIRD:-x}', () => undefined).unset).toEqual(['NONE', 'OTHER']);
  });

  it('gives back any text whose dollar signs are doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(interpolate(text.replaceAll('$', '$$$$'), lookup).value).toBe(text);
      }),
    );
  });

  it('answers any text with a value or an error of its own kind', () => {
    const pieces = fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'SET', 'NONE', ' ', '_1');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        try {
          expect(typeof interpolate(parts.join(''), lookup).value).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ name: 'InterpolationError' });
        }
      }),
    );
  });

  it('puts any default in the place of a variable that is not set', () => {
    const plain = fc.string().filter((text) => !/[$}]/.test(text));
    fc.assert(
      fc.property(plain, plain, plain, (before, fallback, after) => {
        expect(interpolate(`${before}\${NONE-${fallback}}${after}`, lookup).value).toBe(before + fallback + after);
      }),
    );
  });
});
