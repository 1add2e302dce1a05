/** What is said of a fault, held against the clock of a server that goes dark and knows from when to when. */
import { describe, expect, it } from 'vitest';
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
  const moments = momentsOf(seen.firstUnixUs - originUnixUs);
  const outcomes = faultOutcomes({
    faults: moments.map(({ fault }) => ({ name: fault, atMs: 0, action: { kind: 'run', command: ['true'] } })),
    moments,
    bins: messages.filter((message) => message.kind === 'bins'),
    spans: [{ index: 0, name: step.name, kind: 'measure', startUs, endUs: startUs + forS * 1e6 }],
    steps: [step],
    slo: [],
    isComplete: true,
    ownErrorUsAt: () => 0,
  });
  return { outcomes, seen, report };
}

/**
 * Within 50 ms or 2 %, whichever is more; where the machine itself was late, within the two seconds that must be well before a fault is said
 * to be over: what it held up in them belongs to the fault for those who use the service.
 */
function expectNear(us: number | undefined, truthUs: number, machineLateUs: number) {
  expect(us).toBeDefined();
  const bound = machineLateUs < 20_000 ? Math.max(50_000, 0.02 * truthUs) : 2e6;
  expect(Math.abs((us ?? 0) - truthUs)).toBeLessThan(bound);
}

const darkAtS = 5;
const darkForS = 1.2;

describe.concurrent('of a server that goes dark', () => {
  it('and answers its backlog, one after the other, when it is back: over when the last of it is answered', async () => {
    const plan = { delay: '2ms', darkWay: 'hold', darkAt: `${darkAtS}s`, darkFor: `${darkForS}s`, drain: '400' };
    await using server = await startTruthServer(plan);
    const { outcomes, seen, report } = await run(server, 12, (firstUs) =>
      faultMoments(firstUs + darkAtS * 1e6, firstUs + (darkAtS + darkForS) * 1e6, 'dark', 0),
    );
    const held = seen.us.filter((_, index) => (seen.heldUs[index] ?? 0) > 20_000);
    const [outcome] = outcomes;
    expect(outcome?.recovery.state).toBe('recovered');
    const lateUs = report.lag.maxValue;
    expectNear(outcome?.detectedUs, Math.min(...held) - darkAtS * 1e6, lateUs);
    expectNear(outcome?.recovery.afterUs, Math.max(...held) - darkAtS * 1e6, lateUs);
    expect(outcome?.lost?.observed).toBe(report.total.planned - report.total.completed);
    expect(outcome?.slow?.observed).toBeGreaterThan(held.length * 0.97);
    expect(outcome?.slow?.observed).toBeLessThan(held.length * 1.03 + 5);
  });

  it.each(['drop', 'refuse'])('and would %s whoever comes: over when it is back', async (darkWay) => {
    const plan = { delay: '2ms', darkWay, darkAt: `${darkAtS}s`, darkFor: `${darkForS}s` };
    await using server = await startTruthServer(plan);
    const { outcomes, seen, report } = await run(server, 12, (firstUs) =>
      faultMoments(firstUs + darkAtS * 1e6, firstUs + (darkAtS + darkForS) * 1e6, 'dark', 0),
    );
    const { darkUs } = seen;
    const [outcome] = outcomes;
    expect(outcome?.recovery.state).toBe('recovered');
    // Who is answered is answered after 2 ms: what is over that is the machine's.
    const lateUs = report.response.maxValue;
    expectNear(outcome?.detectedUs, darkUs[0] - darkAtS * 1e6, lateUs);
    expectNear(outcome?.recovery.afterUs, darkUs[1] - darkAtS * 1e6, lateUs);
    expectNear(outcome?.recovery.afterEndUs, darkUs[1] - (darkAtS + darkForS) * 1e6, lateUs);
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

it('says of twenty faults of no length that they did no harm, and of nothing that it recovered', async () => {
  await using server = await startTruthServer({ delay: '2ms', slow: '25ms', slowEvery: '97' });
  const all: FaultOutcome[] = [];
  const one = async () => {
    const { outcomes } = await run(server, 14, (firstUs) =>
      Array.from({ length: 4 }, (_, nth) => {
        const atUs = firstUs + (4 + 2.5 * nth) * 1e6 + nth * 13_000;
        return faultMoments(atUs, atUs, `nothing ${nth}`, 0);
      }).flat(),
    );
    all.push(...outcomes);
  };
  await Promise.all([one(), one(), one(), one(), one()]);
  expect(all).toHaveLength(20);
  expect(all.map(({ recovery }) => recovery.state)).toEqual(all.map(() => 'no-harm'));
  expect(all.filter(({ detectedUs, recovery }) => detectedUs !== undefined || recovery.afterUs !== undefined)).toEqual(
    [],
  );
});
