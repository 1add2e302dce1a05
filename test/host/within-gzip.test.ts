import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { withinGzip } from '../../src/host/within-gzip.ts';

const capitals = (bytes: Uint8Array) => Buffer.from(Buffer.from(bytes).toString().toUpperCase());

it('changes what a gzip stream holds, and bytes that are none', () => {
  expect(gunzipSync(withinGzip(gzipSync('abc'), capitals)).toString()).toBe('ABC');
  expect(Buffer.from(withinGzip(Buffer.from('abc'), capitals)).toString()).toBe('ABC');
});

it('gives back the very bytes where nothing changes, or where the stream is damaged', () => {
  const whole = gzipSync('abc');
  expect(withinGzip(whole, (inner) => inner)).toBe(whole);
  const cut = whole.subarray(0, 12);
  expect(withinGzip(cut, capitals)).toBe(cut);
});
