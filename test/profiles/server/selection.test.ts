import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/profiles/server/api-error.ts';
import { parseQuery } from '../../../src/profiles/server/query-string.ts';
import { readSelection } from '../../../src/profiles/server/selection.ts';
import { goTimeText, parameterTime, parseTime, secondsText } from '../../../src/profiles/server/times.ts';

describe('a query', () => {
  it('keeps the first of each name, and drops what Go drops', () => {
    expect([...parseQuery('a=1&a=2&b=%GG&c=x;y&d&=e&f=x=y&%61=3&g=a+b%2Bc')]).toEqual([
      ['a', '1'],
      ['d', ''],
      ['', 'e'],
      ['f', 'x=y'],
      ['g', 'a b+c'],
    ]);
  });
});

describe('a time', () => {
  it.each([
    ['2019-05-30T11:49:00', '2019-05-30T11:49:00Z', false],
    ['2019-05-30T11:49:00.5', '2019-05-30T11:49:00Z', true],
    ['2024-02-29T23:59:59', '2024-02-29T23:59:59Z', false],
    ['1969-12-31T23:59:59.25', '1969-12-31T23:59:59Z', true],
    ['0099-01-01T00:00:00', '0099-01-01T00:00:00Z', false],
  ])('%s is read', (text, shown, hasFraction) => {
    const time = parseTime(text);
    expect(time?.hasFraction).toBe(hasFraction);
    expect(secondsText(time?.ns ?? 0n)).toBe(shown);
  });

  it.each([
    '2019-05-30T11:49:00Z',
    '2019-05-30T11:49:00+02:00',
    '2019-05-30 11:49:00',
    '2019-05-30T11:49',
    '2019-02-29T00:00:00',
    '2019-13-01T00:00:00',
    '2019-05-30T24:00:00',
    '2019-05-30T11:49:60',
    '0001-01-01T00:00:00',
    '1559216940',
    '',
  ])('%j is none', (text) => expect(parseTime(text)).toBeUndefined());

  it('is read to the nanosecond, and written as it was', () => {
    expect(parseTime('2019-05-30T11:49:00.123456789')?.ns).toBe(1_559_216_940_123_456_789n);
    expect(goTimeText(1_559_216_940_500_000_000n)).toBe('2019-05-30 11:49:00.5 +0000 UTC');
    expect(goTimeText(1_559_216_940_000_000_000n)).toBe('2019-05-30 11:49:00 +0000 UTC');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
        expect(parseTime(parameterTime(ns))?.ns).toBe(ns);
      }),
    );
  });
});

const whole = 'service=api&type=cpu&labels=a=b&from=2019-05-30T11:49:00&to=2019-05-30T12:49:00';
const select = (query: string) => readSelection(parseQuery(query));

describe('a selection', () => {
  it('has both ends of its window, the last second to its end', () => {
    expect(select(whole)).toEqual({
      service: 'api',
      type: 'cpu',
      labels: [{ key: 'a', value: 'b' }],
      limit: undefined,
      fromNs: 1_559_216_940_000_000_000n,
      toNs: 1_559_220_540_999_999_999n,
    });
    expect(select(`${whole}.0`).toNs).toBe(1_559_220_540_000_000_000n);
  });

  it.each([
    ['', 'missing "service"'],
    ['service=', 'missing "service"'],
    ['service=a&labels=%25GG', 'bad "labels" "%GG": invalid URL escape "%GG"'],
    ['service=a', 'missing "from"'],
    ['service=a&from=x', 'bad "from" timestamp "x": time in unsupported format "x"'],
    ['service=a&from=2019-05-30T11:49:00', 'missing "to"'],
    [
      'service=a&from=2019-05-30T11:49:00&to=2019-05-30T11:49:00Z',
      'bad "to" timestamp "2019-05-30T11:49:00Z": time in unsupported format "2019-05-30T11:49:00Z"',
    ],
    [`${whole}&limit=x`, 'bad "limit" "x": strconv.Atoi: parsing "x": invalid syntax'],
    [
      'service=a&from=2019-05-30T11:49:01&to=2019-05-30T11:49:00',
      'CreatedAtMin after CreatedAtMax: 2019-05-30 11:49:01 +0000 UTC, 2019-05-30 11:49:00 +0000 UTC',
    ],
  ])('of %j is refused: %s', (query, why) => {
    expect(() => select(query)).toThrow(new ApiError(400, `bad request: ${why}`));
  });

  it('never asks a store for a time that 64 bits do not hold', () => {
    const { fromNs, toNs } = select('service=a&from=0002-01-01T00:00:00&to=9999-12-31T23:59:59');
    expect([fromNs, toNs].every((ns) => ns !== undefined && BigInt.asIntN(64, ns) === ns)).toBe(true);
  });

  it('is read or refused with 400, whatever is asked', () => {
    const names = fc.constantFrom('service', 'type', 'labels', 'from', 'to', 'limit', 'x');
    const pair = fc.tuple(names, fc.string()).map(([name, value]) => `${name}=${value}`);
    fc.assert(
      fc.property(fc.array(pair), (all) => {
        try {
          select(all.join('&'));
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).status).toBe(400);
        }
      }),
    );
  });
});
