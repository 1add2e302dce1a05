import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeHistogram as encode, mergeHistograms } from '../../../src/model/histogram.ts';
import { constantStep, imbalance, planFor } from '../load-run.ts';
import { startTruthServer } from '../truth-server.ts';
import { collectOver } from './collect-over.ts';
import { openOver, startListening, startSome } from './local-generators.ts';

/** A monotonic clock of its own, as another machine has (time_namespaces(7)); where this process may make one. */
const aheadS = 123_456;
const otherClock = ['unshare', '--time', '--monotonic', String(aheadS)];
const hasOtherClock = spawnSync('unshare', [...otherClock.slice(1), 'true']).status === 0;

it.runIf(hasOtherClock)(
  'a clock that is far from ours is measured, and all that it stamps is told in our time',
  async () => {
    await using truth = await startTruthServer({ delay: '5ms' });
    await using ours = await startListening('ours');
    await using theirs = await startListening('theirs', [], otherClock);
    await using fleet = await openOver([ours, theirs]);
    const plan = planFor(truth.port, { steps: [constantStep(100, 1500)] });
    const report = await collectOver(fleet, plan);
    expect(report.total).toMatchObject({ planned: 150, completed: 150 });
    const facts = report.facts.findLast(({ name }) => name === 'theirs');
    expect(Math.abs((facts?.offsetUs ?? 0) - aheadS * 1e6)).toBeLessThanOrEqual(facts?.uncertaintyUs ?? 0);
    // Windows are of seconds since our origin, of each of which both had half.
    const seconds = [...new Set(report.windows.map(({ dueUs }) => dueUs))];
    expect(seconds.filter((dueUs) => dueUs % 1_000_000 !== 0)).toEqual([]);
    const plannedIn = (second: number, index: number) =>
      report.windows
        .filter(({ generator, dueUs }) => generator === index && dueUs === second)
        .reduce((sum, { planned }) => sum + planned, 0);
    const apart = seconds.map((second) => Math.abs(plannedIn(second, 0) - plannedIn(second, 1)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    const merged = report.ticks.reduce((sum, { sent }) => sum + sent, 0);
    expect(merged).toBe(150);
  },
);

describe.each([1, 2, 8])('%d generators', (count) => {
  it('send each planned arrival once, and what they tell adds up to the whole', async () => {
    await using truth = await startTruthServer({ delay: '5ms' });
    await using started = await startSome(count);
    await using fleet = await openOver(started.all);
    const steps = [constantStep(150, 1000), constantStep(400, 1500)];
    const report = await collectOver(fleet, planFor(truth.port, { steps }));
    expect(report.failure).toBeUndefined();
    expect(report.total.planned).toBe(750);
    expect(report.total.completed).toBe(750);
    expect(report.steps.map(imbalance)).toEqual([0, 0]);
    const { us } = await truth.arrivals();
    expect(us.length).toBe(750);
    // Each had its share, and the sum of their histograms is the one of the load.
    const own = Array.from({ length: count }, (_, index) =>
      report.windows.filter(({ generator }) => generator === index),
    );
    const planned = own.map((windows) => windows.reduce((sum, each) => sum + each.planned, 0));
    expect(Math.max(...planned) - Math.min(...planned)).toBeLessThanOrEqual(1);
    const merged = mergeHistograms(
      own.map((windows) => mergeHistograms(windows.map((each) => each.response))).map(encode),
    );
    expect(merged.toJSON()).toEqual(report.response.toJSON());
    const ticks = report.samples.filter((sample) => sample.kind === 'generator-tick');
    const sent = (all: readonly { readonly sent: number }[]) => all.reduce((sum, each) => sum + each.sent, 0);
    expect(sent(ticks.map(({ tick }) => tick))).toBe(sent(report.ticks));
    const last = report.facts.slice(-count);
    expect(last.map(({ name }) => name).sort()).toEqual(started.all.map((_, index) => `g${index + 1}`).sort());
    for (const { offsetUs, uncertaintyUs, driftUs } of last) {
      // Processes of one machine share its clock: what is measured is the error.
      expect(Math.abs(offsetUs)).toBeLessThanOrEqual(uncertaintyUs);
      expect(driftUs).toBeDefined();
    }
  });
});
