import { expect, it } from 'vitest';
import type { Answer } from '../../../src/load/answers/answer.ts';
import { extractorsOf } from '../../../src/load/answers/extract.ts';
import type { ExtractSpec } from '../../../src/model/scenario.ts';

const answer: Answer = { status: 200, fields: [['x-id', 'a7']], body: undefined, hasWantedBody: false };

function taken(spec: ExtractSpec, body = '{"token":"t1"} id=42;'): string {
  const [extractor] = extractorsOf({ v: spec });
  return extractor!.take(answer, () => body);
}

it('takes values from headers, by the first group of a regular expression, or by all of it', () => {
  expect(taken({ from: 'header', name: 'X-ID' })).toBe('a7');
  expect(taken({ from: 'regex', pattern: 'id=(\\d+)' })).toBe('42');
  expect(taken({ from: 'regex', pattern: 'id=\\d+' })).toBe('id=42');
  expect(taken({ from: 'json', path: '$.token' }, '{"token":"t1"}')).toBe('t1');
});

it('says what is not there', () => {
  expect(() => taken({ from: 'header', name: 'X-Other' })).toThrow('header X-Other is not there');
  expect(() => taken({ from: 'regex', pattern: 'no(.)' })).toThrow('nothing matches no(.)');
  expect(() => taken({ from: 'json', path: '$.other' }, '{}')).toThrow('$.other is not there');
  expect(() => taken({ from: 'json', path: '$.token' })).toThrow('$.token is not there, for the body is no JSON');
});

it('makes no text of a body for a header', () => {
  const [extractor] = extractorsOf({ v: { from: 'header', name: 'x-id' } });
  expect(extractor?.readsBody).toBe(false);
  const noText = () => {
    throw new Error('somebody looked');
  };
  expect(extractor?.take(answer, noText)).toBe('a7');
});
