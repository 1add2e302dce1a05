import { expect, it } from 'vitest';
import { wantsCode } from '../../../src/commands/gate/code.ts';
import { madeCode } from '../../helpers/code-changes.ts';
import { keptGate } from '../../helpers/gate.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const passed = keptGate(gateRounds(8));
const failed = keptGate(gateRounds(8, { high: 0.3 }));

it('is looked for after a FAIL, always or never, as it was asked', () => {
  expect([passed, failed].map((gate) => wantsCode(gate, 'auto'))).toEqual([false, true]);
  expect([passed, failed].map((gate) => wantsCode(gate, 'always'))).toEqual([true, true]);
  expect([passed, failed].map((gate) => wantsCode(gate, 'off'))).toEqual([false, false]);
});

it('is not looked for in a self-check unless that is asked for', () => {
  const check = { ...failed, selfCheck: { looks: [8], roundMs: 1 } };
  expect([wantsCode(check, 'auto'), wantsCode(check, 'always')]).toEqual([false, true]);
});

it('is gone on with where it was interrupted, and never made twice', () => {
  expect(wantsCode({ ...failed, code: { ...madeCode(), state: 'interrupted' } }, 'auto')).toBe(true);
  for (const state of ['complete', 'cut-short', 'impossible'] as const)
    expect(wantsCode({ ...failed, code: { ...madeCode(), state } }, 'always')).toBe(false);
});
