/** Containers that print and die while nobody asked. */
import { expect, it } from 'vitest';
import type { ContainerEvent, ContainerLine } from '../../../src/host/docker-engine.ts';
import type { TargetExit } from '../../../src/model/topology.ts';
import { watchContainers } from '../../../src/topology/docker/container-watch.ts';
import { inspectContainer } from '../../../src/topology/docker/containers.ts';
import { createLiveEvents } from '../../../src/topology/liveness/live-events.ts';
import { fakeContainer, fakeEngine, fakeStream } from '../../helpers/fake-engine.ts';
import { testRun } from '../../helpers/run-context.ts';

const { labels } = fakeContainer();

async function watched(ignored: readonly string[] = []) {
  const lives = fakeStream<ContainerEvent>();
  const log = fakeStream<ContainerLine>();
  const engine = fakeEngine({
    events: async ({ signal }) => lives.open(signal),
    logs: async (_id, { signal }) => log.open(signal),
    inspect: async () => fakeContainer(),
  });
  const events = createLiveEvents();
  const exits: TargetExit[] = [];
  events.onChange((exit) => exits.push(exit));
  const choices = { ignored: new Set(ignored), followsStarts: false };
  const watch = await watchContainers(engine, 'shop', choices, events, testRun().context);
  await watch.addLog(await inspectContainer(engine, 'c1'));
  const die = (exitCode: string) =>
    lives.give({ action: 'die', containerId: 'c1', attributes: { ...labels, exitCode } });
  return { lives, log, events, exits, watch, die };
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
