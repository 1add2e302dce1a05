import { expect, test } from 'vitest';
import { parsePacerLine } from '../../../src/goruntime/lines/pacer.ts';

test.each([
  [
    'pacer: assist ratio=+1.884413e+000 (scan 1 MB in 3->4 MB) workers=1+2.500000e-001',
    { what: 'assist', values: { assistRatio: 1.884413, scanMib: 1, dedicatedWorkers: 1, fractionalWorkers: 0.25 } },
  ],
  [
    'pacer: 30% CPU (25 exp.) for 86880+3368+175178 B work (257106 B exp.) in 2985576 B -> 4787816 B (∆goal -593512, cons/mark +2.151822e+000)',
    {
      what: 'work',
      values: { cpuPercent: 30, stackWorkBytes: 3368, goalDifferenceBytes: -593_512, consPerMark: 2.151822 },
    },
  ],
  [
    'pacer: sweep done at heap size 4MB; allocated 0MB during sweep; swept 629 pages at +2.624225e-004 pages/byte',
    { what: 'sweep', values: { heapMib: 4, sweptPages: 629 } },
  ],
  [
    'pacer: H_m_prev=2176 h_t=+9.500000e-001 H_T=4243 h_a=+1.0e+000 H_a=4352 h_g=+1.0e+000 H_g=4352 u_a=+2.5e-001 u_g=+2.5e-001 W_a=1024 goalΔ=+5.0e-002 actualΔ=+5.0e-002 u_a/u_g=+1.0e+000',
    { what: 'cycle', values: { H_m_prev: 2176, goalΔ: 0.05, 'u_a/u_g': 1 } },
  ],
])('%s', (text, value) => {
  const parsed = parsePacerLine(text);
  expect(parsed?.value).toMatchObject(value);
  expect(parsed?.end).toBe(text.length);
});

test('a ratio that is not a number is left out, and the rest is kept', () => {
  expect(parsePacerLine('pacer: assist ratio=+Inf (scan 0 MB in 0->4 MB) workers=0+NaN')?.value.values).toEqual({
    scanMib: 0,
    heapStartMib: 0,
    heapGoalMib: 4,
    dedicatedWorkers: 0,
  });
});

test('a cycle line without its last pair is not whole', () => {
  expect(parsePacerLine('pacer: H_m_prev=2176 h_t=+9.5e-001 H_T=4243')).toBeUndefined();
});
