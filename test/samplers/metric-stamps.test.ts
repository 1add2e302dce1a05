import { expect, test } from 'vitest';
import type { MetricSample } from '../../src/goruntime/metrics/exposition.ts';
import { createStampedTime } from '../../src/samplers/metric-stamps.ts';

const wallMs = Date.UTC(2030, 0, 1);
const sample = (atMs?: number): MetricSample => ({
  name: 'x',
  labels: {},
  value: 1,
  ...(atMs === undefined ? {} : { atMs }),
});

test('without stamps, and with those of now, values are of the moment they are asked for', () => {
  const timeOf = createStampedTime({ originWallMs: wallMs });
  expect(timeOf(9e6, [sample()])).toEqual({ atUs: 9e6 });
  expect(timeOf(9e6, [sample(wallMs + 9000), sample()])).toEqual({ atUs: 9e6 });
});

test('what a scrape has kept is counted once, at its stamp', () => {
  const timeOf = createStampedTime({ originWallMs: wallMs });
  expect(timeOf(9e6, [sample(wallMs + 8000)])).toEqual({ atUs: 8e6 });
  expect(timeOf(10e6, [sample(wallMs + 8000)])).toEqual({ atUs: undefined });
  expect(timeOf(20e6, [sample(wallMs + 8000)])).toEqual({
    atUs: undefined,
    doubt: expect.stringMatching(/stamps of 2030-01-01T00:00:08.000Z, 12s before .*address of the process itself/),
  });
  expect(timeOf(21e6, [sample(wallMs + 23_000)])).toEqual({ atUs: 21e6 });
});

test('values from before the run are none of it', () => {
  const timeOf = createStampedTime({ originWallMs: wallMs });
  expect(timeOf(1e6, [sample(wallMs - 60_000)])).toMatchObject({ atUs: undefined, doubt: expect.any(String) });
});

test('one old value among others is told', () => {
  const timeOf = createStampedTime({ originWallMs: wallMs });
  const { atUs, doubt } = timeOf(1e6, [sample(), sample(wallMs - 60_000)]);
  expect(atUs).toBe(1e6);
  expect(doubt).toMatch(/1m1s before they were asked for; they are taken as of now/);
});
