import { expect, test } from 'vitest';
import { startPolling } from '../../src/samplers/poll.ts';
import { manualRun } from './manual-run.ts';

const everyMs = 1000;

test('looks at once and then at fixed times, however long a look takes', async () => {
  const run = manualRun([]);
  const times: number[] = [];
  const look = async () => {
    times.push(run.context.clock.nowUs() / 1000);
    await run.context.clock.sleep(300);
  };
  startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(3500);
  expect(times).toEqual([0, 1000, 2000, 3000]);
  expect(run.samples).toEqual([]);
});

test('may start later, to keep out of the way of other looks', async () => {
  const run = manualRun([]);
  const times: number[] = [];
  const look = async () => void times.push(run.context.clock.nowUs() / 1000);
  const polling = startPolling({ source: 's', everyMs, afterMs: 125, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(2500);
  expect(times).toEqual([125, 1125, 2125]);
  await polling.close();

  const ended = manualRun([]);
  const unused = startPolling({ source: 's', everyMs, afterMs: 125, targets: [{ id: 'a', look }] }, ended.context);
  await unused.close();
  expect(times).toHaveLength(3);
});

test('never looks twice at one target at the same time; each look left out is a gap at its time', async () => {
  const run = manualRun([]);
  let looking = 0;
  let most = 0;
  const look = async () => {
    looking += 1;
    most = Math.max(most, looking);
    await run.context.clock.sleep(2500);
    looking -= 1;
  };
  startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(2900);
  const message = 'left out: the look before took longer than 1s';
  expect(most).toBe(1);
  expect(run.samples).toEqual([
    { kind: 'gap', atUs: 1_000_000, target: 'a', source: 's', message },
    { kind: 'gap', atUs: 2_000_000, target: 'a', source: 's', message },
  ]);
});

test('a slow target does not hold up another', async () => {
  const run = manualRun([]);
  let looks = 0;
  const slow = { id: 'slow', look: () => run.context.clock.sleep(1e6) };
  const quick = {
    id: 'quick',
    look: async () => {
      looks += 1;
    },
  };
  startPolling({ source: 's', everyMs, targets: [slow, quick] }, run.context);
  await run.advance(2500);
  expect(looks).toBe(3);
});

test('every look that fails is a gap; the user is told once', async () => {
  const run = manualRun([]);
  const look = () => Promise.reject(new Error('connect ECONNREFUSED'));
  startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(2500);
  expect(run.samples.map((sample) => sample.kind === 'gap' && [sample.atUs, sample.message])).toEqual([
    [0, 'connect ECONNREFUSED'],
    [1_000_000, 'connect ECONNREFUSED'],
    [2_000_000, 'connect ECONNREFUSED'],
  ]);
  expect(run.logged).toEqual(['s cannot look at a: connect ECONNREFUSED']);
});

test('close waits for the look in flight, and nothing follows it', async () => {
  const run = manualRun([]);
  let finish = () => {};
  let looks = 0;
  const look = () => {
    looks += 1;
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  };
  const polling = startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context);
  let closed = false;
  const closing = polling.close().then(() => {
    closed = true;
  });
  await run.advance(100);
  expect(closed).toBe(false);
  finish();
  await closing;
  await run.advance(5000);
  expect({ looks, samples: run.samples }).toEqual({ looks: 1, samples: [] });
});

test('a look that never ends is ended by close, without a gap', async () => {
  const run = manualRun([]);
  const look = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')));
    });
  await startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context).close();
  expect(run.samples).toEqual([]);
});

test('the end of the run ends the looks', async () => {
  const run = manualRun([]);
  let looks = 0;
  const look = async () => {
    looks += 1;
  };
  startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(500);
  run.abort.abort();
  await run.advance(5000);
  expect(looks).toBe(1);
});
