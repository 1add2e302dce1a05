/** The engine's framed log stream, wherever its chunks are cut. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDemultiplexer } from '../../src/host/demux.ts';

interface Frame {
  readonly stream: number;
  readonly payload: Uint8Array;
}

function encode({ stream, payload }: Frame): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

it('gives every stream its own bytes, in order, however the chunks are cut', () => {
  const frame = fc.record({ stream: fc.constantFrom(1, 2), payload: fc.uint8Array({ maxLength: 20 }) });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat({ max: 200 })), (frames, cuts) => {
      const whole = Buffer.concat(frames.map(encode));
      const got: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
      const demultiplex = createDemultiplexer((stream, data) => got[stream].push(Buffer.from(data)));
      const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      for (const [index, end] of places.slice(1).entries()) demultiplex(whole.subarray(places[index], end));
      const sent = (stream: number) =>
        Buffer.concat(frames.filter((one) => one.stream === stream).map((one) => one.payload));
      expect(Buffer.concat(got.stdout)).toEqual(sent(1));
      expect(Buffer.concat(got.stderr)).toEqual(sent(2));
    }),
  );
});

it('takes a hundred thousand tiny frames in one chunk', () => {
  const chunk = Buffer.concat(Array.from({ length: 100_000 }, () => encode({ stream: 2, payload: Buffer.from('\n') })));
  let bytes = 0;
  createDemultiplexer((_stream, data) => {
    bytes += data.length;
  })(chunk);
  expect(bytes).toBe(100_000);
});
