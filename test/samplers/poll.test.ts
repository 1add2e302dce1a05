import { once } from 'node:events';
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

test('looks spread over a span meet even arrivals at another moment of each', async () => {
  const run = manualRun([]);
  const times: number[] = [];
  const look = async () => void times.push(run.context.clock.nowUs() / 1000);
  startPolling({ source: 's', everyMs, afterMs: 25, spreadMs: 200, targets: [{ id: 'a', look }] }, run.context);
  await run.advance(20_300);
  expect(times).toHaveLength(21);
  expect(times.every((at, index) => at >= 25 + 1000 * index && at < 225 + 1000 * index)).toBe(true);
  // Answers that take 5 ms of each 20 ms are under way in a quarter of all looks, wherever their grid begins.
  for (const offset of [0, 5, 10, 15]) {
    const met = times.filter((at) => (at + offset) % 20 < 5).length;
    expect(met).toBeGreaterThanOrEqual(3);
    expect(met).toBeLessThanOrEqual(8);
  }
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

test('a look that does not heed its signal does not keep anybody from the end, nor does what comes of it later', async () => {
  const run = manualRun([]);
  let fail = () => {};
  const look = () =>
    new Promise<void>((_, reject) => {
      fail = () => reject(new Error('too late'));
    });
  await startPolling({ source: 's', everyMs, targets: [{ id: 'a', look }] }, run.context).close();
  fail();
  await new Promise((resolve) => setImmediate(resolve));
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

test('misses nothing of a target that is away, nor of one that goes away while it is looked at', async () => {
  const run = manualRun([]);
  let isAway = true;
  let looks = 0;
  const look = async (signal: AbortSignal) => {
    looks += 1;
    if (looks === 2) await once(signal, 'abort').then(() => signal.throwIfAborted());
  };
  const polling = startPolling(
    { source: 's', everyMs, targets: [{ id: 'a', isAway: () => isAway, look }] },
    run.context,
  );
  await run.advance(1500);
  expect(looks).toBe(0);
  isAway = false;
  await run.advance(1500);
  expect(looks).toBe(2);
  isAway = true;
  await expect.poll(() => looks).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await run.advance(2000);
  isAway = false;
  await run.advance(1000);
  expect(looks).toBe(3);
  await polling.close();
  expect(run.samples).toEqual([]);
});
