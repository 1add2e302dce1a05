import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonPath, valueAt } from '../../src/model/json-path.ts';

const at = (json: string, path: string) => valueAt(json, parseJsonPath(path)!);
const store = JSON.stringify({
  token: 'abc',
  items: [{ id: 7, 'the name': 'pen' }, { id: 8 }],
  "it's": { ok: true, "a'b": 'quoted' },
  price: { cents: 1.5 },
});

describe('a JSON path', () => {
  it.each([
    ['$.token', 'abc'],
    ["$['token']", 'abc'],
    ['$["items"][0].id', '7'],
    ['$.items[-1].id', '8'],
    ["$.items[0]['the name']", 'pen'],
    ['$.items[*].id', '7'],
    ['$.*', 'abc'],
    ['$..id', '7'],
    ['$..[1].id', '8'],
    ['$["it\'s"].ok', 'true'],
    ["$['it\\'s']['a\\'b']", 'quoted'],
    ['$.price.cents', '1.5'],
  ])('%s leads to %s', (path, value) => {
    expect(at(store, path)).toBe(value);
  });

  it.each(['', 'token', '.token', '$token', '$.', '$..', '$[', '$[?(@.a)]', '$[0:2]', '$[0,1]', '$.items[]', '$.a b'])(
    'is not %j',
    (text) => {
      expect(parseJsonPath(text)).toBeUndefined();
    },
  );

  it.each([
    ['$.nothing', 'is not there'],
    ['$.items[2].id', 'is not there'],
    ['$.token.length', 'is not there'],
    ['$.items', 'is a list or a map, not a value'],
  ])('says of %s why it leads to no value', (path, why) => {
    expect(() => at(store, path)).toThrow(why);
  });

  it('says what is null, and what is no JSON', () => {
    expect(() => at('{"a":null}', '$.a')).toThrow('is null');
    expect(() => at('<html>', '$.a')).toThrow('the body is no JSON');
    expect(() => at('', '$.a')).toThrow('the body is no JSON');
  });

  it.each(['9007199254740993', '-12345678901234567890', '1.10', '1e400', '0.30000000000000004', '1E2'])(
    'gives the number %s as it is written',
    (number) => {
      expect(at(`{"text":"a 9007199254740993 \\"1.50\\"","id":${number},"list":[${number}]}`, '$.id')).toBe(number);
      expect(at(`{"a":"\\\\","b":[1,${number}]}`, '$.b[1]')).toBe(number);
      expect(at(`{"text":"a 9007199254740993 \\"1.50\\"","id":${number}}`, '$.text')).toBe('a 9007199254740993 "1.50"');
    },
  );

  it('finds by names and indexes what is there, whatever it is called', () => {
    const key = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 5 }), fc.string(), (keys, value) => {
        const document = keys.reduceRight<unknown>(
          (inner, each) =>
            typeof each === 'number' ? [...Array.from({ length: each }, () => 0), inner] : { [each]: inner },
          value,
        );
        const path = keys
          .map((each) => (typeof each === 'number' ? `[${each}]` : `['${each.replace(/[\\']/g, '\\$&')}']`))
          .join('');
        const parsed = parseJsonPath(`$${path}`);
        expect(parsed).toBeDefined();
        if (!keys.includes('__proto__')) expect(valueAt(JSON.stringify(document), parsed!)).toBe(value);
      }),
    );
  });
});
