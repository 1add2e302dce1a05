import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameReader, frameOf } from '../../../src/load/generators/frames.ts';

it('are read back as they were written, however the bytes come', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), fc.array(fc.nat(40), { minLength: 1 }), (values, cuts) => {
      const bytes = Buffer.concat(values.map(frameOf));
      const read = createFrameReader();
      const got: unknown[] = [];
      for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
        const next = at + 1 + (cuts[turn % cuts.length] ?? 0);
        got.push(...read(bytes.subarray(at, next)));
        at = next;
      }
      expect(JSON.stringify(got)).toBe(JSON.stringify(values));
    }),
  );
});

it('of more than a message can have are refused before they are taken', () => {
  const read = createFrameReader();
  expect(() => read(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow('4294967295 bytes is announced');
});

it('that hold no JSON are refused', () => {
  expect(() => createFrameReader()(Buffer.from([0, 0, 0, 2, 0x7b, 0x7b]))).toThrow(SyntaxError);
});

it('never make a reader hang or hold what was read, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = createFrameReader();
      try {
        for (const byte of bytes) read(Uint8Array.of(byte));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});
