import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/model/redactor.ts';
import { secretForms } from '../../src/model/secret-forms.ts';

const hard = `p@ss/w+rd "x" <&> 'y' \\ ü 50%=1`;
const go = (text: string) =>
  JSON.stringify(text).replace(/[<>&]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`);
const html = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

const written: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  'as JSON': (value) => JSON.stringify({ value }),
  'as JSON in a line of JSON': (value) => JSON.stringify({ log: JSON.stringify({ value }) }),
  'as JSON of Go': go,
  'as JSON of ASCII': (value) =>
    JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'as HTML of Go': html,
  'as an attribute': (value) =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'in YAML, single quotes': (value) => `'${value.replaceAll("'", "''")}'`,
  'in a shell': (value) => `'${value.replaceAll("'", "'\\''")}'`,
  'in a query': (value) => `?a=${encodeURIComponent(value)}`,
  'in a form': (value) => new URLSearchParams({ value }).toString(),
  'in a path of a URL': (value) => new URL(`http://h/${encodeURIComponent(value)}`).href,
  'in a query with small hex': (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  'in base64': base64,
  'in base64 for URLs': (value) => Buffer.from(value).toString('base64url'),
  'in base64 of user and password': (value) => base64(`anna:${value}`),
  'in base64 behind one': (value) => base64(`x${value}y`),
  'in base64 behind two': (value) => base64(`xx${value}yz`),
  'in base64 behind three': (value) => base64(`xxx${value}`),
  'in hexadecimal': (value) => Buffer.from(value).toString('hex'),
  'in capital hexadecimal': (value) => Buffer.from(value).toString('hex').toUpperCase(),
};

describe('secretForms', () => {
  it.each(Object.entries(written))('finds a value %s', (_, write) => {
    for (const value of [hard, 'hunter2x', 's3cr3t+/=token']) {
      const text = write(value);
      const clean = createRedactor(secretForms(value)).text(text);
      expect(clean, text).toContain('***');
      expect(clean).not.toContain(value);
    }
  });

  it('finds each line of a key, and takes no fence for one', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n';
    const { text } = createRedactor(secretForms(key));
    expect(text('line MIIEvQIBADANBgkq of it')).toBe('line *** of it');
    expect(text('other -----BEGIN PRIVATE KEY-----')).toBe('other -----BEGIN PRIVATE KEY-----');
    expect(text(`whole ${key}.`)).not.toContain('hkiG9w0BAQEFAASC');
  });

  it('gives no form of fewer than four characters, and always the value itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 4 }), (value) => {
        const forms = secretForms(value);
        expect(forms).toContain(value);
        expect(forms.every((form) => form.length >= 4)).toBe(true);
      }),
    );
  });
});
