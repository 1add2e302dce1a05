/** Plain scalars as go-yaml v3 resolves them and Go prints them; the corpus of compose projects holds the same against Compose itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goText, resolvePlain } from '../../../src/topology/compose-file/go-yaml.ts';

function printed(text: string): string | null {
  const value = resolvePlain(text);
  return value === null ? null : goText(value);
}

describe('a plain scalar', () => {
  it.each([
    ['175928847299117063', '175928847299117063'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e+19'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['+9223372036854775808', '9.223372036854776e+18'],
    ['0644', '420'],
    ['-0644', '-420'],
    ['0o644', '420'],
    ['0789', '789'],
    ['0x1F', '31'],
    ['0b101', '5'],
    ['1_000', '1000'],
    ['_1', '_1'],
    ['1.10', '1.1'],
    ['1e3', '1000'],
    ['5000000', '5000000'],
    ['5e6', '5e+06'],
    ['1234567.5', '1.2345675e+06'],
    ['999999.5', '999999.5'],
    ['1e21', '1e+21'],
    ['.5', '0.5'],
    ['._5', '._5'],
    ['.1_0', '0.1'],
    ['.1__0', '.1__0'],
    ['0.00001', '1e-05'],
    ['0.0001', '0.0001'],
    ['1e400', '1e400'],
    ['1.2.3', '1.2.3'],
    ['1:30', '1:30'],
    ['yes', 'yes'],
    ['True', 'true'],
    ['tRUE', 'tRUE'],
    ['2024-1-2', '2024-01-02 00:00:00 +0000 UTC'],
    ['2024-02-30', '2024-02-30'],
    ['2024-01-02T03:04:05.600Z', '2024-01-02 03:04:05.6 +0000 UTC'],
    ['2024-01-02T03:04:05+02:00', '2024-01-02 03:04:05 +0200 +0200'],
    ['2024-01', '2024-01'],
  ])('%s is passed on as %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  it.each(['', '~', 'null', 'Null'])('%j is nothing', (text) => {
    expect(resolvePlain(text)).toBeNull();
  });

  it('that is a whole number of 64 bits is passed on as it is', () => {
    const anySigned = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
    fc.assert(fc.property(anySigned, (value) => printed(String(value)) === String(value)));
  });

  it('never makes the reader fail', () => {
    fc.assert(fc.property(fc.string(), (text) => void printed(text)));
  });
});
