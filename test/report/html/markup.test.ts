import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, jsonForScript, raw, wholeText } from '../../../src/report/html/markup.ts';

test('text and attribute values are escaped, markup is not escaped twice', () => {
  const inner = html`<i title="${'"x"'}">${'<b>'} & more</i>`;
  expect(html`<p>${inner}${[raw('<hr>'), 'a&b']}${undefined}${3}</p>`.markup).toBe(
    '<p><i title="&quot;x&quot;">&lt;b&gt; & more</i><hr>a&amp;b3</p>',
  );
});

test('embedded JSON comes back as it was and cannot end its script', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('</script>', '<!--', '<script')), (text) => {
      const { markup } = jsonForScript({ text });
      expect(markup).not.toContain('<');
      expect(JSON.parse(markup)).toEqual({ text });
    }),
    { seed: 1 },
  );
});

test('what cannot be seen, or turns the text beside it, is shown; line breaks and letters of every script stay', () => {
  const seen = (text: string) => html`${text}`.markup;
  expect(seen('a\u0000\u001b[31m\r\n\tb\u007f')).toBe('a␀␛[31m␍\n\tb[U+007F]');
  expect(seen('\u202egnp.exe\u2066')).toBe('[U+202E]gnp.exe[U+2066]');
  expect(seen('שלום 日本 😀 \ud800')).toBe('שלום 日本 😀 [U+D800]');
  expect(JSON.parse(jsonForScript(['\u202e']).markup)).toEqual(['[U+202E]']);
});

test('a text as long as a page is cut and says so, unless it is read by scrolling', () => {
  const long = `${'a'.repeat(5000)}${'z'.repeat(5000)}`;
  expect(html`${long}`.markup).toBe(`${'a'.repeat(200)} … 9600 characters more … ${'z'.repeat(200)}`);
  expect(html`${'a'.repeat(1000)}`.markup).toHaveLength(1000);
  expect(wholeText(`<${long}`).markup).toBe(`&lt;${long}`);
});
