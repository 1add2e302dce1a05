import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { pause, startClock } from '../../src/host/clock.ts';

it('lets many sleep until one signal, without a warning about them', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const { signal, ...stop } = withStop();
  const { sleep } = startClock();
  const sleeping = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0 ? sleep(60_000, signal).catch(() => undefined) : pause(60_000, { signal }),
  );
  stop.abort();
  await Promise.all(sleeping);
  // Warnings come in a later turn of the loop; this one comes after them.
  process.emitWarning('the last');
  while (warnings.length === 0) await once(process, 'warning');
  expect(warnings.map(({ message }) => message)).toEqual(['the last']);
});

/** Such as samplers share: of several signals one. */
function withStop() {
  const stopping = new AbortController();
  return { signal: AbortSignal.any([stopping.signal]), abort: () => stopping.abort() };
}
