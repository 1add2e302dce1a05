import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOf } from '../../src/host/text.ts';

it('gives the text of every UTF-8 text without NUL back', () => {
  const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0') && !/^\ufeff/.test(each));
  fc.assert(fc.property(text, (each) => textOf(Buffer.from(each, 'utf8')) === each));
});

it.each([
  ['UTF-16 of little endians', Buffer.from('\ufeffname: a', 'utf16le'), 1, 1, 'is UTF-16'],
  ['UTF-16 of big endians', Buffer.from([0xfe, 0xff, 0, 0x61]), 1, 1, 'is UTF-16'],
  ['UTF-16 without a mark', Buffer.from('name', 'utf16le'), 1, 2, 'has a NUL byte'],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 1, 1, 'is UTF-32'],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 1, 1, 'is gzip'],
  ['latin1', Buffer.from('a: b\nc: caf\xe9\n', 'latin1'), 2, 7, 'byte 0xe9'],
  ['a text cut within a character', Buffer.from('caf\u00e9').subarray(0, 4), 1, 4, 'byte 0xc3'],
  ['a NUL in the middle', Buffer.from('a\nb\0c'), 2, 2, 'has a NUL byte'],
])('says where %s is no text', (_, bytes, line, column, message) => {
  expect(textOf(bytes)).toEqual({ line, column, message: expect.stringContaining(message) });
});
