import { expect, it } from 'vitest';
import { messagesOfFleet } from '../../../src/load/generators/fleet-load.ts';
import type { RemoteGenerator } from '../../../src/load/generators/remote-generator.ts';
import { incompleteError } from '../../../src/model/errors.ts';
import type { GeneratorSample } from '../../../src/model/generators.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import { testRun } from '../../helpers/run-context.ts';
import { planFor } from '../load-run.ts';

it('counts no arrival of a generator that was lost before all were ready, however late that is', async () => {
  let nowUs = 0;
  const lost = incompleteError('generator-lost', 'generator g1 was lost: the connection ended');
  const machine = { os: '', cpuModel: '', cpus: 1, memoryBytes: 1, node: '' };
  const generator = {
    name: 'g1',
    hello: { name: 'g1', machine, network: 'here' },
    lost: undefined as Error | undefined,
    sendFiles: async () => undefined,
    measureClock: async () => ({ offsetUs: 0, uncertaintyUs: 0 }),
    explainLoss: async () => undefined,
    work: (_: unknown, events: { failed(error: unknown): void }) => {
      queueMicrotask(() => {
        // Its workers took longer to start than the load was to begin in.
        nowUs = 10_000_000;
        generator.lost = lost;
        events.failed(lost);
      });
      return { order: () => undefined, stop: async () => undefined };
    },
  };
  const { context } = testRun();
  const samples: GeneratorSample[] = [];
  const heard: LoadMessage[] = [];
  const fleet = { generators: [generator as unknown as RemoteGenerator], network: 'here' };
  const clock = { ...context.clock, nowUs: () => nowUs };
  const onGenerator = (sample: GeneratorSample) => samples.push(sample);
  const load = async () => {
    const plan = { ...planFor(80), startUs: 2_500_000 };
    for await (const message of messagesOfFleet(fleet, 0, plan, { ...context, clock, onGenerator }))
      heard.push(message);
  };
  await expect(load()).rejects.toBe(lost);
  expect(heard.filter(({ kind }) => kind === 'window')).toEqual([]);
  expect(samples.at(-1)).toMatchObject({ kind: 'generator', lost: lost.message, lostArrivals: 0 });
});
