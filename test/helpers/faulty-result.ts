/** A result of a run with faults of every outcome, roles that moved, and conditions that came to hold again. */
import type { FaultOutcome } from '../../src/model/fault-outcome.ts';
import { type RunResult, runResultSchema } from '../../src/model/run-result.ts';
import { sampleResult } from '../golden/sample-result.ts';

const band = { fromUs: 9e6, toUs: 20e6, p99Us: 21_000, failedShare: 0.002, answeredRps: 590 };

/** A fault that was over 7.3 s after it began. */
export const recoveredFault: FaultOutcome = {
  name: 'leader-lost',
  kind: 'kill',
  what: 'killed downstream-2 (pid 4711)',
  targets: ['downstream-2'],
  askedUs: 19_990_000,
  startUs: 20_000_000,
  endUs: 25_000_000,
  band,
  detectedUs: 41_000,
  lost: { observed: 1312, expected: 0.4, odds: 1e-12 },
  slow: { observed: 2480, expected: 31, odds: 1e-12 },
  broken: [
    { rule: 'p99 < 50ms', fromUs: 20_041_000, toUs: 27_200_000, totalUs: 6_900_000 },
    { rule: 'errors < 0.1%', fromUs: 20_041_000, toUs: 25_100_000, totalUs: 5_059_000 },
  ],
  recovery: {
    state: 'recovered',
    afterUs: 7_300_000,
    afterEndUs: 2_300_000,
    uncertaintyUs: 20_000,
    why: 'Response p99, errors and throughput were back in their band 7.3 s after it began, and stayed there for 10 s.',
  },
};

/** A fault of which nobody saw anything. */
export const harmlessFault: FaultOutcome = {
  name: 'late-packets',
  kind: 'network',
  what: 'packets to downstream-3 are late by 5 ms',
  targets: ['downstream-3'],
  askedUs: 36_000_000,
  startUs: 36_000_000,
  endUs: 42_000_000,
  band,
  lost: { observed: 0, expected: 0.2, odds: 1 },
  slow: { observed: 14, expected: 11, odds: 0.22 },
  broken: [],
  recovery: { state: 'no-harm', why: 'Response p99, errors and throughput never left their band of before.' },
};

/** A fault that has long ended, and whose harm goes on. */
export const metastableFault: FaultOutcome = {
  name: 'storm',
  kind: 'cpu',
  what: 'loadbalancer-1 may use 0.2 cores',
  targets: ['loadbalancer-1'],
  askedUs: 38_000_000,
  startUs: 38_004_000,
  endUs: 46_000_000,
  band,
  detectedUs: 212_000,
  lost: { observed: 8113, expected: 1.1, odds: 1e-12 },
  slow: { observed: 9240, expected: 60, odds: 1e-12 },
  broken: [{ rule: 'p99 < 50ms', fromUs: 38_300_000, toUs: 63_000_000, totalUs: 24_700_000 }],
  recovery: {
    state: 'not-recovered',
    metastable: true,
    why: 'Response p99 was 2.4 s when the load ended, 17 s after the fault; the band of before allows 21 ms.',
  },
};

/** A fault too near to the end to say anything of it. */
export const untoldFault: FaultOutcome = {
  name: 'restart-downstream#1',
  kind: 'restart',
  what: 'restarted downstream-1',
  targets: ['downstream-1'],
  askedUs: 61_000_000,
  startUs: 61_200_000,
  endUs: 61_200_000,
  broken: [],
  recovery: {
    state: 'cannot-tell',
    why: 'storm was still in its effects when it began, so there is no band of before.',
  },
};

/** A fault that never was in force. */
export const failedFault: FaultOutcome = {
  name: 'lossy',
  kind: 'network',
  what: 'one packet in ten to downstream-3 is lost',
  targets: ['downstream-3'],
  askedUs: 50_000_000,
  failed: 'tc: Operation not permitted',
  broken: [],
  recovery: { state: 'cannot-tell', why: 'It was never in force.' },
};

/** The whole. */
export function faultyResult(): RunResult {
  const sample = sampleResult();
  return runResultSchema.parse({
    ...sample,
    scenario: { ...sample.scenario, name: 'leader-lost' },
    events: [
      ...sample.events,
      { atUs: 20_010_000, target: 'downstream-2', kind: 'exit', message: 'killed' },
      { atUs: 25_600_000, target: 'downstream-2', kind: 'restart', message: 'started again (pid 4790)' },
    ],
    faults: [recoveredFault, harmlessFault, metastableFault, failedFault, untoldFault],
    conditions: [
      {
        name: 'members=3',
        changes: [
          { atUs: 1_000_000, holds: false, uncertaintyUs: 0 },
          { atUs: 1_840_000, holds: true, said: '3 of 3', uncertaintyUs: 100_000 },
          { atUs: 20_100_000, holds: false, said: '2 of 3', uncertaintyUs: 100_000 },
          { atUs: 26_300_000, holds: true, said: '3 of 3', uncertaintyUs: 100_000 },
        ],
      },
    ],
    convergences: [
      {
        condition: 'members=3',
        after: 'start',
        event: 'start',
        fromUs: 400_000,
        untilUs: 40_000_000,
        state: 'converged',
        tookUs: 1_440_000,
        uncertaintyUs: 100_000,
      },
      {
        condition: 'members=3',
        after: 'leader-lost',
        event: 'fault-end',
        fromUs: 25_000_000,
        untilUs: 40_000_000,
        state: 'converged',
        tookUs: 1_300_000,
        uncertaintyUs: 100_000,
      },
      {
        condition: 'members=3',
        after: 'storm',
        event: 'fault',
        fromUs: 38_004_000,
        untilUs: 40_000_000,
        state: 'held',
      },
      {
        condition: 'calm',
        after: 'storm',
        event: 'fault-end',
        fromUs: 46_000_000,
        untilUs: 40_000_000,
        state: 'not-converged',
      },
    ],
    roles: [
      {
        role: 'leader',
        spans: [
          { fromUs: 1_500_000, toUs: 20_040_000, targets: ['downstream-2'] },
          { fromUs: 20_040_000, toUs: 21_900_000, targets: [] },
          { fromUs: 21_900_000, toUs: 63_000_000, targets: ['downstream-3'] },
        ],
      },
    ],
  });
}
