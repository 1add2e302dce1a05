import { expect, it } from 'vitest';
import { otherVersions, storedChanges, storedSteps, unlikeness } from '../../../src/analysis/gate/stored-baseline.ts';
import { storedBaseline } from '../../helpers/stored-baseline.ts';
import { armRun } from '../../helpers/trial-rounds.ts';

const fingerprint = (change: Partial<ReturnType<typeof storedBaseline>['fingerprint']>) =>
  storedBaseline({ fingerprint: { ...storedBaseline().fingerprint, ...change } });

it('keeps the windows of every round, and the median of their p99s', () => {
  const steps = storedSteps([armRun(2000, 4000).steps, armRun(2200, 4000).steps, armRun(9000, 4000).steps]);
  expect(steps.map(({ name, p99Us }) => [name, p99Us])).toEqual([
    ['low', 2200],
    ['high', 4000],
  ]);
  expect(steps[0]?.rounds.map(([first]) => first)).toEqual([2000, 2200, 9000]);
});

it('refuses another machine or scenario, but not a patch of the kernel', () => {
  expect(unlikeness(storedBaseline(), fingerprint({ os: 'Linux 6.1.99' }))).toEqual([]);
  expect(unlikeness(storedBaseline(), fingerprint({ os: 'Linux 6.2.0', cpuModel: 'EPYC', cpus: 2 }))).toEqual([
    'processor: Xeon, now EPYC',
    'number of CPUs: 4, now 2',
    'kernel: Linux 6.1, now Linux 6.2',
  ]);
  const other = storedBaseline({ scenario: { name: 'ramp', seed: 1, digest: 'other' } });
  expect(unlikeness(storedBaseline(), other)).toEqual(['digest of the scenario: abc, now other']);
  expect(unlikeness(storedBaseline(), storedBaseline({ scenario: { name: 'ramp', seed: 1 } }))).toEqual([]);
});

it('names versions that changed', () => {
  const now = fingerprint({ go: 'go1.27.0', facts: { docker: '28' } });
  expect(otherVersions(storedBaseline(), now)).toEqual(['go of the service: go1.26.0, now go1.27.0']);
});

it('holds only steps of the same rate against each other', () => {
  const [low, high] = storedBaseline().steps;
  const now = storedBaseline({
    steps: [
      { ...low, p99Us: 3000 },
      { ...high, rps: 2000 },
    ] as (typeof low & object)[],
  });
  expect(storedChanges(storedBaseline(), now)).toEqual([{ step: 'low', thenUs: 2000, nowUs: 3000, percent: 50 }]);
});
