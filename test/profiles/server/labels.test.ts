import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsText, parseLabels } from '../../../src/profiles/server/labels.ts';

const pairs = (text: string) => parseLabels(text).map(({ key, value }) => `${key}:${value}`);

describe('labels', () => {
  it.each([
    ['', []],
    ['blabel=value2,alabel=value1', ['alabel:value1', 'blabel:value2']],
    ['alabel=', ['alabel:']],
    ['alabel', ['alabel:']],
    ['=value', []],
    ['alabel=val=val', ['alabel:val=val']],
    [',namespace=default,from=kube-profefe', ['from:kube-profefe', 'namespace:default']],
    [' a = b , c = d ', ['a:b', 'c:d']],
    ['a=1,a=2', ['a:1', 'a:2']],
    ['a=x%2Cy', ['a:x,y']],
    ['a=x+y', ['a:x y']],
    ['a=%C3%A4', ['a:ä']],
    ['%20=x', [' :x']],
  ])('of %j are %j', (text, expected) => expect(pairs(text)).toEqual(expected));

  it('with a bad escape are refused in the words of Go', () => {
    expect(() => parseLabels('%GG=v1')).toThrow('bad request: bad "labels" "%GG=v1": invalid URL escape "%GG"');
    expect(() => parseLabels('a=%2')).toThrow('invalid URL escape "%2"');
    expect(() => parseLabels('a=100%')).toThrow('invalid URL escape "%"');
  });

  it('are read as they were written, whatever is in them', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const labels = fc.array(fc.record({ key: text, value: fc.string({ unit: 'grapheme' }) }));
    fc.assert(
      fc.property(labels, (given) => {
        const sorted = parseLabels(labelsText(given));
        expect(new Set(sorted.map(({ key, value }) => JSON.stringify([key, value])))).toEqual(
          new Set(given.map(({ key, value }) => JSON.stringify([key, value]))),
        );
        expect(parseLabels(labelsText(sorted))).toEqual(sorted);
      }),
    );
  });
});
