import { expect, it } from 'vitest';
import type { Look } from '../../../src/analysis/waits/looks.ts';
import { crowdingOf, underWayOf } from '../../../src/analysis/waits/under-way.ts';
import { window } from '../../helpers/raw-run.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

it('takes the arrivals of a second for due evenly over it, and each for as long as it took', () => {
  const at = underWayOf([window(0, 2_000_000, 1000, 100_000)]);
  const moments = [1_900_000, 2_050_000, 2_500_000, 3_050_000, 3_200_000];
  expect(moments.map((atUs) => Math.round(at(atUs)))).toEqual([0, 50, 100, 50, 0]);
});

it('adds up what several processes sent, and seconds of which some is still under way', () => {
  const own = window(0, 2_000_000, 1000, 2_500_000);
  const at = underWayOf([own, own, window(0, 3_000_000, 500, 1_000_000)]);
  expect(Math.round(at(3_500_000)) / 10).toBeCloseTo(225, 0);
});

it('has the mean that rate and response time say', () => {
  const at = underWayOf([window(0, 0, 400, 5000), window(0, 1_000_000, 400, 300_000), window(0, 2_000_000, 400, 5000)]);
  const moments = Array.from({ length: 4000 }, (_, ms) => at(ms * 1000));
  const mean = moments.reduce((sum, each) => sum + each, 0) / moments.length;
  expect(mean).toBeCloseTo((400 * 0.005 + 400 * 0.3 + 400 * 0.005) / 4, 0);
});

const look = (atUs: number): Look => ({ atUs, target: 'api-1', counts: new Map() });

it('says how many times as many were under way at the looks as over the step, and never fewer', () => {
  const [step] = madeEvidence([{ rps: 100, responseMs: 50, stacks: {} }]).steps;
  if (!step) throw new Error('no step was made');
  const stall = (atUs: number) => (atUs < 5_000_000 ? 2 : 18);
  expect(crowdingOf(step, [look(1), look(6_000_000)], stall)).toBe(2);
  expect(crowdingOf(step, [look(1)], stall)).toBe(1);
  expect(crowdingOf(step, [], stall)).toBe(1);
});
