import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html, jsonForScript, raw } from '../../../src/report/html/markup.ts';

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
