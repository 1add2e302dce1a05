import { expect, it } from 'vitest';
import { judgeRecovery } from '../../../src/analysis/faults/recovery-rules.ts';
import type { FaultOutcome } from '../../../src/model/fault-outcome.ts';
import type { SloRule } from '../../../src/model/slo-rule.ts';

const rule: SloRule = { text: 'recovery < 5s', metric: 'recovery', comparison: '<', bound: 5e6 };
const fault = (recovery: Partial<FaultOutcome['recovery']>, name = 'gone'): FaultOutcome => ({
  name,
  kind: 'kill',
  what: 'killed api-1',
  targets: ['api-1'],
  askedUs: 1e6,
  startUs: 1e6,
  broken: [],
  recovery: { state: 'recovered', uncertaintyUs: 20_000, why: 'because', ...recovery },
});
const outcomes = (faults: readonly FaultOutcome[], change: Partial<SloRule> = {}) =>
  judgeRecovery([{ ...rule, ...change }], faults).map(({ outcome }) => outcome);

it.each([
  ['in time', { afterUs: 1_200_000 }, 'pass'],
  ['too late', { afterUs: 7e6 }, 'fail'],
  ['at the bound, as far as can be told', { afterUs: 4_990_000 }, 'cannot-tell'],
  ['in time, but too late after its end', { afterUs: 1e6, afterEndUs: 6e6 }, 'fail'],
  ['never', { state: 'not-recovered' }, 'fail'],
  ['nobody knows when', { state: 'cannot-tell' }, 'cannot-tell'],
  ['from nothing', { state: 'no-harm' }, 'pass'],
] as const)('judges one that recovered %s', (_, recovery, outcome) => {
  expect(outcomes([fault(recovery)])).toEqual([outcome]);
});

it('judges the fault that is named, or each of them, and passes none that did not begin', () => {
  const both = [fault({ afterUs: 1e6 }, 'one'), fault({ afterUs: 9e6 }, 'two')];
  expect(outcomes(both)).toEqual(['pass', 'fail']);
  expect(outcomes(both, { of: 'one' })).toEqual(['pass']);
  expect(outcomes(both, { of: 'three' })).toEqual(['no-data']);
  expect(outcomes([])).toEqual(['no-data']);
  const { startUs: _, ...unborn } = fault({ state: 'cannot-tell' });
  expect(outcomes([{ ...unborn, failed: 'no such process' }])).toEqual(['no-data']);
});

it('says what was seen, and how sure it is', () => {
  const [told] = judgeRecovery([rule], [fault({ afterUs: 1_234_567 })]);
  expect(told).toEqual({ rule: 'recovery < 5s', observed: 'gone: 1.235s ± 20ms', outcome: 'pass' });
});
