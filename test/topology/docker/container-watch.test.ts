/** Containers that print and die while nobody asked. */
import { expect, it } from 'vitest';
import type { ContainerEvent, ContainerLine } from '../../../src/host/docker-engine.ts';
import type { TargetChange } from '../../../src/model/topology.ts';
import { watchContainers } from '../../../src/topology/docker/container-watch.ts';
import { inspectContainer } from '../../../src/topology/docker/containers.ts';
import { createLiveEvents } from '../../../src/topology/liveness/live-events.ts';
import { fakeContainer, fakeEngine, fakeStream } from '../../helpers/fake-engine.ts';
import { testRun } from '../../helpers/run-context.ts';

const { labels } = fakeContainer();

async function watched(ignored: readonly string[] = [], followsStarts = false) {
  const lives = fakeStream<ContainerEvent>();
  const log = fakeStream<ContainerLine>();
  const engine = fakeEngine({
    events: async ({ signal }) => lives.open(signal),
    logs: async (_id, { signal }) => log.open(signal),
    inspect: async () => fakeContainer(),
  });
  const events = createLiveEvents();
  const exits: TargetChange[] = [];
  events.onChange((exit) => exits.push(exit));
  const told: string[] = [];
  const choices = {
    ignored: new Set(ignored),
    followsStarts,
    onDeath: (target: string) => told.push(`${target} died`),
    onStart: ({ target }: { target: string }, hadDied: boolean) =>
      told.push(`${target} ${hadDied ? 'back' : 'started'}`),
  };
  const watch = await watchContainers(engine, 'shop', choices, events, testRun().context);
  await watch.addLog(await inspectContainer(engine, 'c1'));
  const die = (exitCode: string) =>
    lives.give({ action: 'die', containerId: 'c1', attributes: { ...labels, exitCode } });
  const start = () => lives.give({ action: 'start', containerId: 'c1', attributes: labels });
  return { lives, log, events, exits, told, watch, die, start };
}

it('a death is told with its cause, after the last lines', async () => {
  const { lives, log, events, watch, die } = await watched();
  lives.give({ action: 'oom', containerId: 'c1', attributes: labels });
  die('137');
  log.give({ stream: 'stderr', text: 'last words' });
  log.end();
  expect(await watch.stopped('web-1')).toBe('web-1 exited with code 137 (killed: out of memory)');
  expect(events.lastLines('web-1', 5)).toEqual(['last words']);
  watch.close();
});

it('a death that was asked for is no news', async () => {
  const { log, exits, watch, die } = await watched();
  watch.expectDeaths();
  die('0');
  log.end();
  await watch.lastLines('web-1');
  expect(exits).toEqual([]);
  watch.close();
});

it('a death that a fault asked for is no news, and the next one is', async () => {
  const { log, exits, told, watch, die, start } = await watched([], true);
  watch.expectDeath('c1');
  die('137');
  start();
  await expect.poll(() => told).toEqual(['web-1 started']);
  expect(exits).toEqual([]);
  die('2');
  log.end();
  await expect.poll(() => exits).toMatchObject([{ event: 'exit', message: 'web-1 exited with code 2' }]);
  watch.close();
});

it('a container that comes back by itself is told of after its end', async () => {
  const { log, exits, told, watch, die, start } = await watched([], true);
  die('1');
  start();
  log.end();
  await expect
    .poll(() => exits)
    .toMatchObject([
      { event: 'exit', message: 'web-1 exited with code 1' },
      { event: 'restart', target: 'web-1', message: 'container c1 started again' },
    ]);
  expect(told).toEqual(['web-1 died', 'web-1 back']);
  watch.close();
});

it('how a target ended is forgotten when it is started on purpose', async () => {
  const { log, exits, told, watch, die, start } = await watched([], true);
  die('1');
  log.end();
  await expect.poll(() => exits).toHaveLength(1);
  watch.expectStart('web-1');
  start();
  await expect.poll(() => told).toEqual(['web-1 died', 'web-1 started']);
  expect(exits).toHaveLength(1);
  watch.close();
});

it('the end of a service that runs to its end is no news', async () => {
  const { log, exits, watch, die } = await watched(['web']);
  die('0');
  log.end();
  await watch.lastLines('web-1');
  expect(exits).toEqual([]);
  watch.close();
});

it('lines that cannot be read are a warning', async () => {
  const run = testRun();
  const engine = fakeEngine({
    events: async ({ signal }) => fakeStream<ContainerEvent>().open(signal),
    logs: () => Promise.reject(new Error('configured logging driver does not support reading')),
    inspect: async () => fakeContainer(),
  });
  const choices = { ignored: new Set<string>(), followsStarts: false };
  const watch = await watchContainers(engine, 'shop', choices, createLiveEvents(), run.context);
  await watch.addLog(await inspectContainer(engine, 'c1'));
  expect(run.logged).toEqual(['the lines of web-1 cannot be read: configured logging driver does not support reading']);
  watch.close();
});
