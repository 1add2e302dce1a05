/** Limits of containers, and kills in them, as an engine tells. */
import { expect, it } from 'vitest';
import type { ContainerEvent } from '../../src/host/docker-engine.ts';
import { followFacts } from '../../src/samplers/container-facts.ts';
import { fakeContainer, fakeEngine, fakeStream } from '../helpers/fake-engine.ts';
import { bareTarget, manualRun } from './manual-run.ts';

const targets = [{ ...bareTarget('web-1'), containerId: 'c1' }];

it('a kill for want of memory names the limit, as it was changed last', async () => {
  const events = fakeStream<ContainerEvent>();
  let memoryBytes = 64 * 1024 ** 2;
  const run = manualRun(targets);
  const engine = fakeEngine({
    events: async ({ signal }) => events.open(signal),
    inspect: async () => fakeContainer({ limits: { cpus: 1, memoryBytes } }),
  });
  const facts = followFacts(engine, 'containers', run.context);
  expect(facts.limitsOf('c1')).toBeUndefined();
  await run.advance(1);
  expect(facts.limitsOf('c1')).toEqual({ cpus: 1, memoryBytes });
  memoryBytes *= 2;
  events.give({ action: 'update', containerId: 'c1', attributes: {} });
  await run.advance(1);
  events.give({ action: 'oom', containerId: 'c1', attributes: {} });
  events.give({ action: 'oom', containerId: 'of another', attributes: {} });
  await run.advance(1);
  expect(run.samples).toEqual([
    { kind: 'event', atUs: 2000, target: 'web-1', event: 'oom', message: 'out of memory: its limit is 128 MiB' },
  ]);
  facts.close();
});

it('counts how often a container started', async () => {
  const events = fakeStream<ContainerEvent>();
  const run = manualRun(targets);
  const facts = followFacts(
    fakeEngine({ events: async ({ signal }) => events.open(signal) }),
    'containers',
    run.context,
  );
  expect(facts.startsOf('c1')).toBe(0);
  for (const containerId of ['c1', 'of another', 'c1']) events.give({ action: 'start', containerId, attributes: {} });
  await run.advance(1);
  expect(facts.startsOf('c1')).toBe(2);
  facts.close();
});

it('an engine that breaks off is a gap, and one that is closed is none', async () => {
  const run = manualRun(targets);
  followFacts(fakeEngine({}), 'containers', run.context);
  await run.advance(1);
  expect(run.samples).toMatchObject([
    { kind: 'gap', target: 'all', message: expect.stringContaining('kills for want of memory are not seen') },
  ]);
  const events = fakeStream<ContainerEvent>();
  const quiet = manualRun(targets);
  followFacts(fakeEngine({ events: async ({ signal }) => events.open(signal) }), 'containers', quiet.context).close();
  await quiet.advance(1);
  expect(quiet.samples).toEqual([]);
});
