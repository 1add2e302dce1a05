import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { drained } from '../../src/host/drained.ts';

/** Takes nothing further until it is let. */
function slow() {
  let take = () => {};
  const stream = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      take = done;
    },
  });
  return { stream, take: () => take() };
}

it('waits until more can be written, and leaves no listener behind', async () => {
  const { stream, take } = slow();
  await drained(stream);
  const before = stream.listenerCount('drain') + stream.listenerCount('close');
  stream.write('more than it takes');
  let isOver = false;
  const waiting = drained(stream).then(() => {
    isOver = true;
  });
  await Promise.resolve();
  expect(isOver).toBe(false);
  take();
  await waiting;
  expect(stream.listenerCount('drain') + stream.listenerCount('close')).toBe(before);
});

it('does not wait for a stream that is gone', async () => {
  const { stream } = slow();
  stream.write('more than it takes');
  const waiting = drained(stream);
  stream.destroy();
  await waiting;
  await drained(stream);
});
