// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
import { expect, it } from 'vitest';
import { fill, parseTemplate, pathText } from '../../../src/load/requests/template.ts';

const rows: Record<string, Record<string, string>> = {
  user: { id: '7', 'full-name': 'Zoë $& Co' },
  item: { id: '9' },
};
const filled = (text: string, write = (value: string) => value) =>
  fill(parseTemplate(text), (feeder) => rows[feeder] ?? {}, write);

it.each([
  ['no place at all', 'no place at all'],
  ['${user.id}', '7'],
  ['/users/${user.id}/items/${item.id}?again=${user.id}', '/users/7/items/9?again=7'],
  ['{"name":"${user.full-name}"}', '{"name":"Zoë $& Co"}'],
  ['a plain $${user.id} and a $ and a ${ and ${user}', 'a plain ${user.id} and a $ and a ${ and ${user}'],
  ['', ''],
])('fills %s', (text, result) => {
  expect(filled(text)).toBe(result);
});

it('encodes in a path what cannot stand there, and nothing else', () => {
  expect(filled('/${user.full-name}', pathText)).toBe('/Zo%C3%AB%20$&%20Co');
  expect(pathText('/a/b?x=1&y=%20#z\r\n')).toBe('/a/b?x=1&y=%20%23z%0D%0A');
});
