import { expect, it } from 'vitest';
import { parseRows } from '../../../src/load/requests/feeder-rows.ts';

it('reads CSV with quotes, line breaks in fields, empty fields and lines, and a byte order mark', () => {
  const text = '\uFEFFid,name,note\r\n1,"Lee, Ann","says ""hi""\nand bye"\r\n\r\n2,Bob,\n3,,"x"';
  expect(parseRows(text, 'csv')).toEqual([
    { id: '1', name: 'Lee, Ann', note: 'says "hi"\nand bye' },
    { id: '2', name: 'Bob', note: '' },
    { id: '3', name: '', note: 'x' },
  ]);
});

it('reads a JSON list of flat maps', () => {
  expect(parseRows('[{"id":1,"ok":true},{"id":"x"}]', 'json')).toEqual([{ id: '1', ok: 'true' }, { id: 'x' }]);
});

it.each([
  ['csv', '', 'there are no rows in it'],
  ['csv', 'id,name\n', 'there are no rows in it'],
  ['csv', 'id,name\n"1\n2",a\n3', 'line 4 has 1 fields, but line 1 names 2 columns'],
  ['csv', 'id,id\n1,2', 'line 1 names the column "id" more than once'],
  ['csv', 'id\na"b', 'line 2 is no CSV: a quote or carriage return is out of place'],
  ['csv', 'id\n"open', 'line 2 is no CSV: a quote or carriage return is out of place'],
  ['json', '[]', 'there are no rows in it'],
  ['json', '{"id":1}', 'it must be a list of maps (example: [{ "id": 1 }])'],
  ['json', '[1]', 'row 1 must be a map (example: { "id": 1 })'],
  ['json', '[{"id":{}}]', 'row 1 must have text, a number, true or false as "id"'],
] as const)('refuses %s %j', (format, text, message) => {
  expect(() => parseRows(text, format)).toThrow(message);
});
