import { setTimeout as delay, setImmediate as turnOfLoop } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type LoopWatch, watchLoop } from '../../src/host/event-loop.ts';

let watch: LoopWatch | undefined;

afterEach(() => watch?.stop());

/** Keeps the loop from turning. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Lets the loop turn until the watch's timer has surely run. */
async function turn(): Promise<void> {
  await delay(30);
  await turnOfLoop();
}

it('sees how long the loop was held up', async () => {
  watch = watchLoop();
  await turn();
  watch.take();
  await turn();
  block(150);
  await turn();
  const { loopDelayP99Us, loopDelayMaxUs } = watch.take();
  expect(loopDelayMaxUs).toBeGreaterThan(120_000);
  expect(loopDelayP99Us).toBeLessThanOrEqual(loopDelayMaxUs);
});

it('begins anew with each look', async () => {
  watch = watchLoop();
  await turn();
  block(300);
  await turn();
  const first = watch.take();
  await turn();
  expect(watch.take().loopDelayMaxUs).toBeLessThan(first.loopDelayMaxUs);
});

it('adds up the pauses of the garbage collector', async () => {
  watch = watchLoop();
  let kept: object[] = [];
  for (let round = 0; round < 400; round++) kept = Array.from({ length: 5000 }, (_, index) => ({ index, round }));
  await turn();
  expect(kept).toHaveLength(5000);
  expect(watch.take().gcPauseMs).toBeGreaterThan(0);
});

it('says zero, not nonsense, when it is asked before the loop has turned', () => {
  watch = watchLoop();
  expect(watch.take()).toMatchObject({ loopDelayP99Us: 0, loopDelayMaxUs: 0 });
});
