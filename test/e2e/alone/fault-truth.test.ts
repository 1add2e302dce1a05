/** What is said of a fault, held against the clock of a server that goes dark and knows from when to when. */
import { describe, expect, it } from 'vitest';
import { binnedArrivals, binsWithin, slowerThan } from '../../../src/analysis/faults/arrivals.ts';
import { faultOutcomes } from '../../../src/analysis/faults/fault-outcomes.ts';
import { hrUs } from '../../../src/host/clock.ts';
import type { FaultOutcome } from '../../../src/model/fault-outcome.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import type { FaultMoment } from '../../../src/model/sample.ts';
import { faultMoments } from '../../helpers/fault-run.ts';
import { testRun } from '../../helpers/run-context.ts';
import { builtEngine } from '../../load/built-engines.ts';
import { constantStep, imbalance, planFor, reportOf } from '../../load/load-run.ts';
import { startTruthServer, type TruthServer } from '../../load/truth-server.ts';

const engine = await builtEngine('open');
const rps = 200;

/**
 * A load of one step, and what is said of the faults that are taken to be in force at these times after the server had its first request,
 * by the server's clock.
 */
async function run(server: TruthServer, forS: number, momentsOf: (firstUs: number) => FaultMoment[]) {
  const step = constantStep(rps, forS * 1000);
  const plan = planFor(server.port, { startInMs: engine.leadMs, steps: [step], timeoutMs: 1500, binUs: 20_000 });
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, testRun().context)) messages.push(message);
  const report = reportOf(messages, 1);
  expect(imbalance(report.total)).toBe(0);
  const startUs = messages.find((message) => message.kind === 'step')?.startUs ?? 0;
  const seen = await server.arrivals();
  const originUnixUs = Date.now() * 1000 - (hrUs() - plan.originHrUs);
  const firstUs = seen.firstUnixUs - originUnixUs;
  const moments = momentsOf(firstUs);
  const bins = messages.filter((message) => message.kind === 'bins');
  const outcomes = faultOutcomes({
    faults: moments.map(({ fault }) => ({ name: fault, atMs: 0, action: { kind: 'run', command: ['true'] } })),
    moments,
    bins,
    spans: [{ index: 0, name: step.name, kind: 'measure', startUs, endUs: startUs + forS * 1e6 }],
    steps: [step],
    slo: [],
    isComplete: true,
    ownErrorUsAt: () => 0,
  });
  /** Answers that users had to wait for longer than before, in the 300 ms after a time of the server's clock. */
  const slowAfter = (serverUs: number) => {
    const [arrivals, p99Us] = [binnedArrivals(bins), outcomes[0]?.band?.p99Us];
    const fromUs = firstUs + serverUs;
    if (!arrivals || p99Us === undefined) return 0;
    // The bin in which it was over is of before as well.
    const after = binsWithin(arrivals, fromUs + arrivals.binUs, fromUs + 300_000);
    return after.reduce((sum, bin) => sum + slowerThan(bin, p99Us), 0);
  };
  return { outcomes, seen, report, slowAfter };
}

/** Of 60 answers one may be beyond the p99 of before by chance; of more the machine made users wait although the server did not. */
const slowByChance = 1;

/**
 * Within 50 ms or 2 %, whichever is more. A machine that was late itself did harm of its own to those who use the service, before, in and
 * after the fault, which is told as what they saw: then nobody knows how much of the number is its own.
 */
function expectNear(us: number | undefined, truthUs: number, isDisturbed: boolean) {
  if (isDisturbed) return;
  expect(us).toBeDefined();
  expect(Math.abs((us ?? 0) - truthUs)).toBeLessThan(Math.max(50_000, 0.02 * truthUs));
}

/** Whether some request waited for the machine for as long as for a fault. */
function isLate(machineLateUs: number): boolean {
  return machineLateUs >= 20_000;
}

/** Whether the server itself was held up so that more than a single answer or two waited as long as for a fault. */
function isHeldUp({ heldUs, queuedUs }: { readonly heldUs: readonly number[]; readonly queuedUs: readonly number[] }) {
  return heldUs.filter((us, index) => isLate(us - (queuedUs[index] ?? 0))).length > 2;
}

/** That users were well again after it, unless the machine may have kept them from it. */
function expectRecovered(outcome: FaultOutcome | undefined, isDisturbed: boolean) {
  if (!isDisturbed) expect(outcome?.recovery.state, outcome?.recovery.why).toBe('recovered');
}

const darkAtS = 5;
const darkForS = 1.2;

describe.concurrent('of a server that goes dark', () => {
  it('and answers its backlog, one after the other, when it is back: over when the last of it is answered', async () => {
    const plan = { delay: '2ms', darkWay: 'hold', darkAt: `${darkAtS}s`, darkFor: `${darkForS}s`, drain: '400' };
    await using server = await startTruthServer(plan);
    const { outcomes, seen, report, slowAfter } = await run(server, 12, (firstUs) =>
      faultMoments(firstUs + darkAtS * 1e6, firstUs + (darkAtS + darkForS) * 1e6, 'dark', 0),
    );
    const held = seen.us.filter((_, index) => (seen.heldUs[index] ?? 0) > 20_000);
    // A server that the machine held up for as long, before it or after it, was not dark.
    const queued = seen.us.filter((_, index) => (seen.queuedUs[index] ?? 0) > 20_000);
    const [outcome] = outcomes;
    // On a machine that is late itself, before the fault too, more than 20 ms may still be well.
    const surelySlow = seen.heldUs.filter((us) => us > (outcome?.band?.p99Us ?? Number.NaN));
    const { observed = 0 } = outcome?.slow ?? {};
    const isDisturbed = isLate(report.lag.maxValue) || isHeldUp(seen) || slowAfter(Math.max(...queued)) > slowByChance;
    expectRecovered(outcome, isDisturbed);
    expectNear(outcome?.detectedUs, Math.min(...queued) - darkAtS * 1e6, isDisturbed);
    expectNear(outcome?.recovery.afterUs, Math.max(...queued) - darkAtS * 1e6, isDisturbed);
    expect(outcome?.lost?.observed).toBe(report.total.planned - report.total.completed);
    expect(observed).toBeGreaterThan(surelySlow.length * 0.97);
    if (!isDisturbed) expect(observed).toBeLessThan(held.length * 1.03 + 5);
  });

  it.each(['drop', 'refuse'])('and would %s whoever comes: over when it is back', async (darkWay) => {
    const plan = { delay: '2ms', darkWay, darkAt: `${darkAtS}s`, darkFor: `${darkForS}s` };
    await using server = await startTruthServer(plan);
    const { outcomes, seen, report, slowAfter } = await run(server, 12, (firstUs) =>
      faultMoments(firstUs + darkAtS * 1e6, firstUs + (darkAtS + darkForS) * 1e6, 'dark', 0),
    );
    const { darkUs } = seen;
    const [outcome] = outcomes;
    const isDisturbed = isLate(report.lag.maxValue) || isHeldUp(seen) || slowAfter(darkUs[1]) > slowByChance;
    expectRecovered(outcome, isDisturbed);
    expectNear(outcome?.detectedUs, darkUs[0] - darkAtS * 1e6, isDisturbed);
    expectNear(outcome?.recovery.afterUs, darkUs[1] - darkAtS * 1e6, isDisturbed);
    expectNear(outcome?.recovery.afterEndUs, darkUs[1] - (darkAtS + darkForS) * 1e6, isDisturbed);
    // Each of them is accounted for, and no other.
    expect(outcome?.lost?.observed).toBe(report.total.planned - report.total.completed);
    expect(outcome?.lost?.observed).toBeGreaterThan(rps * darkForS * 0.9);
    expect(outcome?.lost?.expected).toBe(0);
  });

  it('and never comes back, though the fault is over: not recovered, and no number', async () => {
    await using server = await startTruthServer({ darkWay: 'hold', darkAt: `${darkAtS}s`, darkFor: '1h', drain: '1' });
    const { outcomes } = await run(server, 12, (firstUs) =>
      faultMoments(firstUs + darkAtS * 1e6, firstUs + (darkAtS + 0.5) * 1e6, 'dark', 0),
    );
    expect(outcomes[0]?.recovery).toEqual({ state: 'not-recovered', metastable: true, why: expect.any(String) });
  });
});

const slowUs = 25_000;

it('says of twenty faults of no length that they did no harm, and of nothing that it recovered', async () => {
  await using server = await startTruthServer({ delay: '2ms', slow: `${slowUs / 1000}ms`, slowEvery: '97' });
  const all: FaultOutcome[] = [];
  const one = async () => {
    const { outcomes, report } = await run(server, 14, (firstUs) =>
      Array.from({ length: 4 }, (_, nth) => {
        const atUs = firstUs + (4 + 2.5 * nth) * 1e6 + nth * 13_000;
        return faultMoments(atUs, atUs, `nothing ${nth}`, 0);
      }).flat(),
    );
    expect(outcomes).toHaveLength(4);
    // What the machine held up is harm that was done, and may well be seen.
    if (!isLate(report.response.maxValue - slowUs)) all.push(...outcomes);
  };
  await Promise.all([one(), one(), one(), one(), one()]);
  expect(all.map(({ recovery }) => recovery.state)).toEqual(all.map(() => 'no-harm'));
  expect(all.filter(({ detectedUs, recovery }) => detectedUs !== undefined || recovery.afterUs !== undefined)).toEqual(
    [],
  );
});
