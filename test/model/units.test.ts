/** Percentages and sizes as people read them. */
import { expect, it } from 'vitest';
import {
  formatLatencyUs,
  formatNumber,
  formatPercent,
  formatShare,
  formatSignedPercent,
  formatSizeBytes,
  formatTimeUs,
  maxLatencyUs,
  parseSizeBytes,
} from '../../src/model/units.ts';

it.each([
  [0, '0 %', '+0 %'],
  [12.345, '12.3 %', '+12.3 %'],
  [-0.0512, '-0.051 %', '−0.051 %'],
  [-1234.6, '-1,235 %', '−1,235 %'],
])('%d: %s, as a change %s', (percent, plain, signed) => {
  expect(formatPercent(percent)).toBe(plain);
  expect(formatSignedPercent(percent)).toBe(signed);
});

it('a share of one is a hundred times as many percent', () => {
  expect([0.05, 0.001, 1].map(formatShare)).toEqual(['5 %', '0.1 %', '100 %']);
});

it('what is there is not said to be nothing, however little it is', () => {
  expect([0, 0.0004, -0.0000912, 0.00061].map(formatNumber)).toEqual(['0', '0.0004', '-0.0000912', '0.00061']);
  expect([1e-9, -1e-9].map(formatNumber)).toEqual(['<0.000001', '>-0.000001']);
  expect(formatShare(1e-6)).toBe('0.0001 %');
  expect([0.0001, -0.0001].map(formatSignedPercent)).toEqual(['+0 %', '−0 %']);
});

it.each([
  ['1024B', 1024, '1 KiB'],
  ['1.5KiB', 1536, '1.5 KiB'],
  ['20GiB', 20 * 1024 ** 3, '20 GiB'],
  ['1023.9KiB', 1_048_474, '1 MiB'],
  ['0B', 0, '0 B'],
  ['5000GiB', 5000 * 1024 ** 3, '5,000 GiB'],
])('%s is %d bytes, which is said as %s', (text, bytes, said) => {
  expect(parseSizeBytes(text)).toBe(bytes);
  expect(formatSizeBytes(bytes)).toBe(said);
});

it.each(['', '12', 'GiB', '-1GiB', '1 GiB', '1GB', '1gib', '1e3B'])('%j is no size', (text) => {
  expect(parseSizeBytes(text)).toBeUndefined();
});

it('a time may be longer than any latency', () => {
  expect([850, 999_600, maxLatencyUs, 7.2e9].map(formatTimeUs)).toEqual(['850 us', '1 s', '3,600 s', '7,200 s']);
});

it('a latency without an end is no time', () => {
  expect([850, 4210, 1_530_000, maxLatencyUs].map(formatLatencyUs)).toEqual([
    '850 us',
    '4.21 ms',
    '1.53 s',
    'no answer',
  ]);
});
