import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMessageReader } from '../../../src/host/kube/exec.ts';

/** A frame as a server writes it (RFC 6455, 5.2). */
function frame(opcode: number, data: Buffer, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  if (data.length < 126) return Buffer.concat([Buffer.from([first, data.length]), data]);
  if (data.length < 65_536) {
    const head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(data.length, 2);
    return Buffer.concat([head, data]);
  }
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([head, data]);
}

function read(bytes: Buffer, cuts: readonly number[]): { opcode: number; data: string }[] {
  const messages: { opcode: number; data: string }[] = [];
  const reader = createMessageReader(({ opcode, data }) => messages.push({ opcode, data: data.toString('hex') }));
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let index = 1; index < places.length; index++) reader(bytes.subarray(places[index - 1], places[index]));
  return messages;
}

it('reads what was written, wherever the bytes are cut', () => {
  const message = fc.record({
    data: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    parts: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 10 }), (messages, cuts) => {
      const bytes = messages.map(({ data, parts }) => {
        const size = Math.ceil(data.length / parts) || 1;
        const frames = Array.from({ length: parts }, (_, index) =>
          frame(index === 0 ? 2 : 0, data.subarray(index * size, (index + 1) * size), index === parts - 1),
        );
        // A ping may come between the frames of a message.
        return Buffer.concat(
          frames.flatMap((each, index) => (index === 0 ? [each] : [frame(9, Buffer.from('p')), each])),
        );
      });
      const found = read(Buffer.concat(bytes), cuts).filter(({ opcode }) => opcode === 2);
      expect(found).toEqual(messages.map(({ data }) => ({ opcode: 2, data: data.toString('hex') })));
    }),
  );
});

it.each([125, 126, 65_535, 65_536])('reads a message of %d bytes', (length) => {
  const data = Buffer.alloc(length, 7);
  expect(read(frame(2, data), [])).toEqual([{ opcode: 2, data: data.toString('hex') }]);
});
