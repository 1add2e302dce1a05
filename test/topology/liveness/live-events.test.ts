/** Lines and stops that come before anybody listens. */
import { expect, it } from 'vitest';
import type { LogLine } from '../../../src/model/topology.ts';
import { createLiveEvents } from '../../../src/topology/liveness/live-events.ts';

const line = (text: string, target = 'api-1'): LogLine => ({ atUs: 1, target, stream: 'stdout', text });

it('are held for the first listener, and told once', () => {
  const events = createLiveEvents();
  events.line(line('settings'));
  events.exit({ atUs: 2, target: 'api-1', message: 'exited' });
  const [first, second, exits]: string[][] = [[], [], []];
  events.onLog(({ text }) => first?.push(text));
  events.line(line('serving'));
  events.onLog(({ text }) => second?.push(text));
  events.line(line('done'));
  events.onChange(({ message }) => exits?.push(message));
  events.onChange(({ message }) => exits?.push(message));
  expect(first).toEqual(['settings', 'serving', 'done']);
  expect(second).toEqual(['done']);
  expect(exits).toEqual(['exited']);
});

it('of a start that prints too much the last are counted, target by target', () => {
  const events = createLiveEvents(2);
  for (const text of ['1', '2', '3', '4']) events.line(line(text));
  events.line(line('x', 'db-1'));
  const heard: string[] = [];
  events.onLog(({ target, text }) => heard.push(`${target} ${text}`));
  expect(heard).toEqual([
    'api-1 1',
    'api-1 2',
    'api-1 rampart: 2 lines printed from here on, before the run began, were not kept',
    'db-1 rampart: 1 lines printed from here on, before the run began, were not kept',
  ]);
  expect(events.lastLines('api-1', 2)).toEqual(['3', '4']);
});

it('the lines of the runtime that rampart asks for do not hide what a target says of its start', () => {
  const events = createLiveEvents();
  events.line(line('waiting for the database'));
  for (let index = 0; index < 1000; index += 1) {
    events.line(line(`SCHED ${index * 500}ms: gomaxprocs=2 idleprocs=2 threads=4 runqueue=0 [ 0 0 ]`));
    events.line(line(`gc ${index} @${index}.250s 0%: 0.01+0.4+0.01 ms clock, 4->4->1 MB, 5 MB goal, 2 P`));
  }
  expect(events.lastLines('api-1', 20)).toEqual(['waiting for the database']);
});
