import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inflateProfile } from '../../../src/goruntime/profile/inflate.ts';
import { ProfileError } from '../../../src/goruntime/profile/types.ts';

const zipped = new Uint8Array(readFileSync(new URL('../../fixtures/goruntime/go126-waits.pb.gz', import.meta.url)));
const whole = new Uint8Array(gunzipSync(zipped));

test('a gzip stream is inflated; plain bytes are given back', async () => {
  expect(await inflateProfile(zipped, whole.length)).toEqual(whole);
  expect(await inflateProfile(whole, whole.length)).toBe(whole);
});

test('more bytes than the limit are refused, inflated or plain', async () => {
  const refusal = { reason: 'too large', message: `a profile too large: it has more than ${whole.length - 1} bytes` };
  await expect(inflateProfile(zipped, whole.length - 1)).rejects.toMatchObject(refusal);
  await expect(inflateProfile(whole, whole.length - 1)).rejects.toMatchObject(refusal);
});

test('a small stream that inflates to a gigabyte is refused after the limit, and is not held in memory', async () => {
  const bomb = new Uint8Array(Buffer.concat(Array<Uint8Array>(64).fill(gzipSync(Buffer.alloc(2 ** 24)))));
  const before = process.memoryUsage.rss();
  await expect(inflateProfile(bomb, 2 ** 20)).rejects.toMatchObject({ reason: 'too large' });
  expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 28);
});

test('a stream that is cut, or damaged anywhere, is whole again or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(zipped.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
      const bytes = cut ? zipped.slice(0, Math.max(2, at)) : zipped.slice();
      if (!cut) bytes[at] = byte;
      try {
        const inflated = await inflateProfile(bytes, 2 ** 20);
        expect(cut).toBe(false);
        // Headers have parts that do not matter; without the first two bytes it is no gzip stream.
        expect(at < 10 ? whole : inflated).toEqual(whole);
      } catch (error) {
        expect(error).toBeInstanceOf(ProfileError);
      }
    }),
    { numRuns: 200 },
  );
});
