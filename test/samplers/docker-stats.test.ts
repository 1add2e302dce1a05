/** Statistics of one container as they stream in, and what comes of a stream that ends. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { followStats } from '../../src/samplers/docker-stats.ts';
import { fakeStream } from '../helpers/fake-engine.ts';
import { manualRun } from './manual-run.ts';

const recorded = readFileSync(new URL('../fixtures/goruntime/container-stats.json', import.meta.url), 'utf8');
const text = JSON.stringify(JSON.parse(recorded));

function followed(read: (signal: AbortSignal) => Promise<AsyncIterable<string>>, isAway = () => false) {
  const run = manualRun([]);
  const used: (number | undefined)[] = [];
  const failed: string[] = [];
  const follower = {
    target: 'web-1',
    source: 'containers',
    everyMs: 1000,
    isAway,
    onUse: (use: { cpuUs: number | undefined }) => used.push(use.cpuUs),
    onFailure: (message: string) => failed.push(message),
  };
  return { run, used, failed, stats: followStats(read, follower, run.context) };
}

it('asks again when the engine ends the stream, and tells of each time it could not', async () => {
  let asked = 0;
  const { run, used, failed, stats } = followed(async () => {
    asked += 1;
    if (asked === 2) throw new Error('connect ECONNREFUSED');
    const stream = fakeStream<string>();
    stream.give(text);
    stream.end();
    return stream.open(new AbortController().signal);
  });
  await run.advance(2000);
  expect(asked).toBe(3);
  expect(used).toEqual([488_920.674, 488_920.674]);
  expect(failed).toEqual(['connect ECONNREFUSED']);
  run.abort.abort();
  await stats.close();
});

it('takes no more than the interval asks for, and a container that stopped is a failure', async () => {
  const stream = fakeStream<string>();
  const { run, used, failed, stats } = followed(async (signal) => stream.open(signal));
  stream.give(text);
  stream.give(text);
  await run.advance(1000);
  expect(used.length).toBe(1);
  stream.give(JSON.stringify({ read: '0001-01-01T00:00:00Z' }));
  await run.advance(1000);
  expect(failed).toEqual(['the container is not running']);
  run.abort.abort();
  await stats.close();
  expect(run.samples).toMatchObject([{ kind: 'clock', target: 'web-1', source: 'containers' }]);
});

it('tells nothing of a container that a fault has taken away, and goes on when it is back', async () => {
  let isAway = true;
  const stream = fakeStream<string>();
  const { run, used, failed, stats } = followed(
    async (signal) => stream.open(signal),
    () => isAway,
  );
  stream.give(JSON.stringify({ read: '0001-01-01T00:00:00Z' }));
  await run.advance(1000);
  isAway = false;
  stream.give(text);
  await run.advance(1000);
  expect({ failed, used: used.length }).toEqual({ failed: [], used: 1 });
  run.abort.abort();
  await stats.close();
});
