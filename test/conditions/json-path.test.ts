/** Values at paths of JSON, for any JSON and any path into it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, readJson, valueAt } from '../../src/conditions/json-path.ts';

const name = fc.stringMatching(/^[A-Za-z_][\w-]{0,8}$/);
const odd = fc.stringMatching(/^[^"\\]{0,8}$/);

function pathTo(keys: readonly (string | number)[]): string {
  const text = keys.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`;
  });
  return text.join('').replace(/^\./, '');
}

/** Wraps it in lists and maps, so that it stands where the keys lead. */
function wrapped(value: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduceRight<unknown>((inside, key) => {
    if (typeof key === 'string') return { other: 1, [key]: inside };
    return [...Array.from({ length: key }, () => null), inside];
  }, value);
}

describe('a path', () => {
  it('leads to what stands there, with $ and dot before it or not', () => {
    const keys = fc.array(fc.oneof(name, odd, fc.nat(5)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(keys, fc.jsonValue(), (given, value) => {
        const path = pathTo(given);
        const from = wrapped(value, given);
        expect(valueAt(from, path)).toEqual(value);
        const dollar = path.startsWith('[') ? `$${path}` : `$.${path}`;
        expect(valueAt(from, dollar)).toEqual(value);
      }),
    );
  });

  it('leads nowhere in any JSON that does not have it, and never fails', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(valueAt(value, 'absent-here[3].x')).toBeUndefined();
      }),
    );
    expect(valueAt({ a: 'text' }, 'a.length')).toBeUndefined();
    expect(valueAt({}, 'constructor.name')).toBeUndefined();
    expect(valueAt([], 'at')).toBeUndefined();
  });

  it('ends with the length of a list, unless a map has such a key', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        expect(valueAt({ members: list }, 'members.length')).toBe(list.length);
        expect(valueAt(list, 'length')).toBe(list.length);
      }),
    );
    expect(valueAt({ queue: { length: 7 } }, 'queue.length')).toBe(7);
  });
});

describe('JSON', () => {
  it('is read as JSON.parse reads it, where numbers fit into doubles', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const hasLong = /(?<!["\d])-?\d{16,}/.test(text);
        if (!hasLong) expect(readJson(text)).toEqual({ value: JSON.parse(text) });
      }),
    );
  });

  it('keeps every digit of long integers, as identities are, and leaves text and fractions as they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }), (id) => {
        expect(readJson(`{"leader":${id}, "text":"${id} is \\" ${id}", "list":[${id}]}`)).toEqual({
          value: { leader: String(id), text: `${id} is " ${id}`, list: [String(id)] },
        });
      }),
    );
    expect(readJson('[1.12345678901234567890, 12345678901234567890e3, 1e16, 9007199254740991]')).toEqual({
      value: [1.1234567890123457, Number('12345678901234567890e3'), 1e16, 9007199254740991],
    });
  });

  it('that is none is said to be none', () => {
    expect(readJson('<html>\n')).toEqual({ why: '"<html>" is no JSON' });
    expect(readJson(' ')).toEqual({ why: 'an empty answer is no JSON' });
    expect(readJson('[00000000000000000001]')).toMatchObject({ why: expect.stringContaining('is no JSON') });
  });
});

it('the same value is the same text, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), (map) => {
      const turned = Object.fromEntries(Object.entries(map).toReversed());
      expect(canonicalText(turned)).toBe(canonicalText(map));
    }),
  );
  expect(canonicalText({ b: [1, { d: 1, c: 2 }], a: 1 })).toBe('{"a":1,"b":[1,{"c":2,"d":1}]}');
});
