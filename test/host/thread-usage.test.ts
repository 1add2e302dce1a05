import { afterEach, expect, it } from 'vitest';
import { type ThreadWatch, watchThread } from '../../src/host/thread-usage.ts';

let watch: ThreadWatch | undefined;

afterEach(() => watch?.stop());

/** Works until the process has used so much processor time more. */
function burn(cpuUs: number): void {
  const before = process.cpuUsage();
  for (let used = process.cpuUsage(before); used.user + used.system < cpuUs; used = process.cpuUsage(before));
}

it('counts the processor time of one stretch after the other', () => {
  watch = watchThread();
  burn(60_000);
  expect(watch.take().cpuUs).toBeGreaterThanOrEqual(60_000);
  burn(20_000);
  const whole = process.cpuUsage();
  // What was burnt before is not counted again.
  expect(watch.take().cpuUs).toBeLessThan(whole.user + whole.system - 60_000);
});

it('knows how long the thread waited for a processor, where Linux counts it', () => {
  watch = watchThread();
  burn(5000);
  const { cpuWaitUs } = watch.take();
  if (process.platform === 'linux') expect(cpuWaitUs).toBeGreaterThanOrEqual(0);
  else expect(cpuWaitUs).toBeUndefined();
});

it('takes a thread that never waits for events for one that is wholly busy', async () => {
  await new Promise((resolve) => setImmediate(resolve));
  watch = watchThread();
  burn(20_000);
  expect(watch.take().loopUtilisation).toBe(1);
});
