/** What every engine says of single exchanges, in each way that it can be asked to work, against a server that knows how many it answered. */
import { describe, expect, it } from 'vitest';
import { exchangesOfText } from '../../src/model/exchange-text.ts';
import type { LoadExchanges, LoadMessage, LoadPlan } from '../../src/model/load.ts';
import { testRun } from '../helpers/run-context.ts';
import { builtEngines } from '../load/built-engines.ts';
import { constantStep, planFor } from '../load/load-run.ts';
import { startTruthServer } from '../load/truth-server.ts';

const engines = await builtEngines();

const ways = engines.flatMap((engine) => {
  const plain = { title: `the ${engine.kind} engine`, engine, workers: 1, http: 1 as const };
  if (engine.pacing !== 'open') return [plain];
  return [
    plain,
    { ...plain, title: `${plain.title} with two workers`, workers: 2 },
    { ...plain, title: `${plain.title} over HTTP/2`, http: 2 as const },
  ];
});

describe.each(ways)('$title', ({ engine, workers, http }) => {
  async function run(plan: LoadPlan): Promise<LoadMessage[]> {
    const messages: LoadMessage[] = [];
    for await (const message of engine.run({ ...plan, workers, http }, testRun().context)) messages.push(message);
    return messages;
  }

  const toldIn = (messages: readonly LoadMessage[]) =>
    messages
      .filter((message): message is LoadExchanges => message.kind === 'exchanges')
      .flatMap(({ worker, step, exchanges }) =>
        [...exchangesOfText(exchanges)].map((each) => ({ ...each, line: `${worker}.${each.connection}`, step })),
      );

  it('tells each answered exchange of the stretches once, with times in their order', async () => {
    await using truth = await startTruthServer({ delay: '5ms' });
    const steps = [constantStep(200, 400), constantStep(300, 800)];
    const plan = planFor(truth.port, {
      steps,
      maxConnections: 8,
      exchangesIn: [0, 1].map((step) => ({ step, atUs: 0, untilUs: 1e9 })),
    });
    const messages = await run(plan);
    const told = toldIn(messages);
    const { us } = await truth.arrivals();
    expect(told).toHaveLength(us.length);
    for (const { dueUs, writtenUs, firstByteUs, endUs } of told) {
      expect(dueUs).toBeLessThanOrEqual(writtenUs);
      expect(writtenUs).toBeLessThanOrEqual(firstByteUs);
      expect(firstByteUs).toBeLessThanOrEqual(endUs);
      expect(endUs - writtenUs).toBeGreaterThanOrEqual(4999);
    }
    const planned = (step: number) =>
      messages.reduce((sum, each) => sum + (each.kind === 'window' && each.step === step ? each.planned : 0), 0);
    expect([0, 1].map((step) => told.filter((each) => each.step === step).length)).toEqual([0, 1].map(planned));
    if (http === 2) return;
    // A connection carries one exchange at a time: two that share a number would overlap.
    for (const line of new Set(told.map((each) => each.line))) {
      const own = told.filter((each) => each.line === line).sort((a, b) => a.writtenUs - b.writtenUs);
      for (const [index, each] of own.entries())
        expect(each.writtenUs, line).toBeGreaterThanOrEqual(own[index - 1]?.endUs ?? 0);
    }
  });

  it('tells nothing beside the stretches, and nothing where none are asked for', async () => {
    await using truth = await startTruthServer({ delay: '1ms' });
    const plan = planFor(truth.port, { startInMs: 700, steps: [constantStep(100, 3000)], maxConnections: 2 });
    const exchangesIn = [
      { step: 0, atUs: 0, untilUs: 500_000 },
      { step: 0, atUs: 2_000_000, untilUs: 1e9 },
    ];
    const messages = await run({ ...plan, exchangesIn });
    const startUs = messages.find((message) => message.kind === 'step')?.startUs ?? 0;
    // It begins at no whole second.
    const [firstUs, lastUs] = [startUs + 1_500_000, startUs + 2_000_000];
    const told = toldIn(messages);
    expect(told.length).toBeGreaterThan(0);
    for (const { writtenUs, endUs } of told) expect(writtenUs <= firstUs || endUs >= lastUs).toBe(true);
    const left = (us: number) => told.some(({ endUs }) => endUs >= us);
    expect([left(startUs), left(lastUs)]).toEqual([true, true]);
    expect(toldIn(await run(planFor(truth.port, { steps: [constantStep(100, 300)] })))).toEqual([]);
  });
});
