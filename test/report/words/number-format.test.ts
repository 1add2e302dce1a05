import { expect, test } from 'vitest';
import {
  counted,
  errorsText,
  latencyText,
  msCell,
  partText,
  rpsCell,
} from '../../../src/report/words/number-format.ts';

const latency = (p99: number, count = 1) => ({
  count,
  mean: p99,
  p50: p99,
  p90: p99,
  p95: p99,
  p99,
  p999: p99,
  max: p99,
});

test.each([
  [850, '0.85'],
  [9_994, '9.99'],
  [12_340, '12.3'],
  [1_530_000, '1,530'],
])('%i us in a column of milliseconds is %s', (us, text) => {
  expect(msCell(latency(us), 'p99')).toBe(text);
});

test('a latency of nothing is a dash', () => {
  expect(msCell(latency(0, 0), 'p99')).toBe('–');
  expect(latencyText(latency(0, 0), 'p99')).toBe('–');
});

test('rates are whole from 100 on', () => {
  expect([rpsCell(0.5), rpsCell(99.46), rpsCell(1234.5)]).toEqual(['0.5', '99.5', '1,235']);
});

test('errors are listed largest first', () => {
  expect(errorsText({ timeout: 3, 'status 503': 1200 })).toBe('status 503 × 1,200, timeout × 3');
});

test('one is singular', () => {
  expect([counted(1, 'gap'), counted(0, 'gap'), counted(2, 'gap')]).toEqual(['1 gap', '0 gaps', '2 gaps']);
});

test('a part of a whole is percent with one decimal; of nothing there is none', () => {
  expect([partText(1, 3), partText(0, 5), partText(3, 3), partText(0, 0)]).toEqual(['33.3 %', '0.0 %', '100.0 %', '']);
});
