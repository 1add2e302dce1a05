/** What reports say of faults, conditions and roles: the same words in all of them, and never a number that is not known. */
import { expect, it } from 'vitest';
import {
  faultAnswer,
  faultCaution,
  faultTable,
  faultTone,
  harmCell,
  oddsText,
  recoveryCell,
} from '../../../src/report/words/fault-words.ts';
import { convergenceTable, membershipTable } from '../../../src/report/words/membership-words.ts';
import { sampleResult } from '../../golden/sample-result.ts';
import {
  failedFault,
  faultyResult,
  harmlessFault,
  metastableFault,
  recoveredFault,
  untoldFault,
} from '../../helpers/faulty-result.ts';

it('says what users saw and when it was over, in one sentence', () => {
  expect(faultAnswer(recoveredFault)).toBe(
    'Users saw it after 41 ms; 1,312 arrivals lost and 2,480 slow. All was well again 7.3 s ± 20 ms after it began, 2.3 s after it ended. Broken meanwhile: p99 < 50ms for 6.9 s, errors < 0.1% for 5.06 s.',
  );
  for (const detectedUs of [0, -335_213])
    expect(faultAnswer({ ...recoveredFault, detectedUs })).toMatch(/^Users saw it at once; /);
  expect(faultAnswer(harmlessFault)).toBe(
    'Users saw nothing of it: response times, errors and throughput stayed in their band.',
  );
  expect(faultAnswer({ ...harmlessFault, lost: { observed: 1, expected: 0, odds: 0.3 } })).toBe(
    '1 arrival lost in its time, no more than chance may bring: response times, errors and throughput stayed in their band.',
  );
});

it('gives no time of recovery where there was none, or where nobody can tell', () => {
  expect(faultAnswer(metastableFault)).toContain(
    'It was not over when the load ended, and the system keeps itself down (metastable).',
  );
  expect(faultAnswer(untoldFault)).toMatch(/^When it was over cannot be told: /);
  expect(faultAnswer(failedFault)).toBe('It could not be put in force: tc: Operation not permitted.');
  for (const fault of [metastableFault, untoldFault, failedFault, harmlessFault])
    expect(recoveryCell(fault)).not.toMatch(/\d/);
});

it('tells recovery while the fault was still in force, and a fault that could not be taken back', () => {
  const { recovery } = recoveredFault;
  expect(faultAnswer({ ...recoveredFault, recovery: { ...recovery, afterEndUs: -400_000 } })).toContain(
    ', 400 ms before it ended.',
  );
  const { afterEndUs: _, ...open } = recovery;
  const { endUs: __, ...rest } = recoveredFault;
  expect(faultAnswer({ ...rest, recovery: open })).toContain('with the fault still in force');
  const stuck = { ...recoveredFault, failed: 'no such container' };
  expect(faultAnswer(stuck)).toMatch(/It could not be taken back: no such container\.$/);
  expect(faultTone(stuck)).toBe('warn');
});

it('calls harm what chance seldom brings, and says so of the rest', () => {
  expect(harmCell({ observed: 14, expected: 11, odds: 0.22 })).toBe('14 (11 expected, so perhaps chance)');
  expect(harmCell({ observed: 14, expected: 1, odds: 1e-9 })).toBe('14 (1 expected)');
  const chance = { observed: 3, expected: 2, odds: 0.4 };
  expect(faultAnswer({ ...recoveredFault, lost: chance, slow: chance })).toContain(
    'no more arrivals lost or slow than chance brings',
  );
});

it('tells small odds from none', () => {
  expect([0.22, 0.00012, 1e-9].map((odds) => oddsText({ observed: 1, expected: 1, odds }))).toEqual([
    'p = 0.22',
    'p = 0.00012',
    'p < 1e-6',
  ]);
});

it('has a row for each fault, and no table where there is none', () => {
  expect(faultTable(faultyResult()).map(([name]) => name)).toEqual([
    'fault',
    'leader-lost',
    'late-packets',
    'storm',
    'lossy',
    'restart-downstream#1',
  ]);
  expect(faultTable(sampleResult())).toEqual([]);
  expect(convergenceTable(sampleResult())).toEqual([]);
});

it('tells who had a role when, and how long conditions took to hold', () => {
  expect(membershipTable(faultyResult())).toEqual([
    ['', 'over time'],
    ['role leader', 'downstream-2 to 20.0 s, nobody to 21.9 s, downstream-3 to 63.0 s'],
    ['members=3', 'does not hold from 1.0 s, holds from 1.8 s, does not hold from 20.1 s, holds from 26.3 s'],
  ]);
  expect(convergenceTable(faultyResult()).map((row) => row.at(-1))).toEqual([
    'held after',
    '1.44 s, perhaps 100 ms sooner',
    '1.3 s, perhaps 100 ms sooner',
    'held throughout',
    expect.stringMatching(/^not in /),
  ]);
});

it('calls nothing good in a run that is invalid, and says so first', () => {
  const invalid = { ...faultyResult(), validity: { verdict: 'invalid' as const, reasons: [] } };
  expect(faultTone(recoveredFault, false)).toBe('warn');
  expect(faultCaution(invalid)).toMatch(/^The run is invalid/);
  expect(faultCaution(faultyResult())).toBeUndefined();
});
