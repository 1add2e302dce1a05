import { expect, it } from 'vitest';
import { runAccounts } from '../../../src/analysis/profiles/run-accounts.ts';
import type { ProfileSample, Sample } from '../../../src/model/sample.ts';
import { rawRun, tick } from '../../helpers/raw-run.ts';

const target = 'loadbalancer-1';

function profile(type: ProfileSample['type'], step: number, atUs: number, untilUs = atUs): ProfileSample {
  return { kind: 'profile', target, type, step, atUs, untilUs, outcome: 'ok' };
}

const reading = (atUs: number, rps: number): Sample => ({
  kind: 'reading',
  atUs,
  target,
  source: 'metrics',
  values: { 'app.requests_per_second': rps },
});

/** 100 answers in the first second, 300 in the second; the CPU profile is of the middle of both. */
const ticks = [tick(1_000_000, 100), tick(2_000_000, 300)];
const profiles = [profile('heap', 0, 0), profile('heap', 1, 2_000_000), profile('cpu', 1, 500_000, 1_500_000)];

it('counts the answers in the time of a profile, and of a snapshot since the one before', () => {
  const account = runAccounts(rawRun([...profiles, ...ticks]));
  expect(account(target, 'cpu', 'low')).toEqual({ windowUs: 1_000_000, answered: 200, own: undefined });
  expect(account(target, 'heap', 'low')).toEqual({ windowUs: 2_000_000, answered: 400, own: undefined });
  expect(account(target, 'mutex', 'low')).toBeUndefined();
  expect(account('other-1', 'cpu', 'low')).toBeUndefined();
});

it('takes the service’s own counter where it was read for most of the time', () => {
  const own = (...readings: Sample[]) =>
    runAccounts(rawRun([...profiles, ...ticks, ...readings]))(target, 'cpu', 'low')?.own;
  expect(own(reading(500_000, 40), reading(1_000_000, 40), reading(1_500_000, 80))).toBe(60);
  // Half of the time at 40/s, and nobody looked after that.
  expect(own(reading(500_000, 40), reading(1_000_000, 40))).toBe(40);
  expect(own(reading(500_000, 40), reading(900_000, 40))).toBeUndefined();
});
