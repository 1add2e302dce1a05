/** Lines dated by the clocks of nodes. */
import { expect, it } from 'vitest';
import { createNodeClocks } from '../../../src/topology/pods/node-clocks.ts';

const originWallMs = Date.parse('2026-01-01T00:00:00Z');
/** A stamp of a node whose clock is `aheadMs` before ours. */
const stamp = (ms: number, aheadMs: number) => new Date(originWallMs + ms + aheadMs).toISOString().replace('Z', '789Z');

/** Lines that were printed so many milliseconds after the zero of our clock, and came so much later; in milliseconds when they are dated. */
function dated(lines: readonly (readonly [printedMs: number, delayMs: number])[], aheadMs = 0) {
  const clocks = createNodeClocks(originWallMs);
  const times = lines.map(([printedMs, delayMs]) => {
    const us = clocks.date('node-1', stamp(printedMs, aheadMs), (printedMs + delayMs) * 1000 + 0.789);
    return Math.round(us / 100) / 10;
  });
  return { times, clocks };
}

it.each([0, 5000, -7200_000])(
  'dates a line that came late when it was printed, of a clock that is %d ms ahead',
  (aheadMs) => {
    const { times } = dated(
      [
        [1000, 3],
        [2000, 4],
        [3000, 20_000],
        [22_000, 1000],
      ],
      aheadMs,
    );
    expect(times).toEqual([1003, 2003, 3003, 22_003]);
  },
);

it('dates no line later than it came, and the first when it came', () => {
  expect(
    dated([
      [1000, 800],
      [2000, 2],
      [3000, 1],
    ]).times,
  ).toEqual([1800, 2002, 3001]);
});

it('knows the clock of a node over a time without lines, however long', () => {
  expect(
    dated([
      [1000, 2],
      [400_000, 90_000],
      [480_000, 10_000],
    ]).times,
  ).toEqual([1002, 400_002, 480_002]);
});

it('follows a clock that was set back within two minutes', () => {
  const clocks = createNodeClocks(originWallMs);
  const late = Array.from({ length: 200 }, (_, second) => {
    const ms = second * 1000;
    return ms - clocks.date('node-1', stamp(ms, second < 10 ? 0 : -500), ms * 1000) / 1000;
  });
  expect(Math.round(late[60] ?? 0)).toBe(500);
  expect(Math.round(late.at(-1) ?? 0)).toBe(0);
});

it('says how far off it may be: the lateness that is usual; nothing of a node that printed nothing', () => {
  const { clocks } = dated(
    [
      [1000, 2],
      [2000, 5],
      [3000, 6],
      [4000, 9],
      [5000, 3],
    ],
    5000,
  );
  const [relation, ...others] = clocks.relations([
    { id: 'api-1', node: 'node-1' },
    { id: 'api-2', node: 'node-2' },
  ]);
  expect(relation).toMatchObject({ target: 'api-1', source: 'lines', method: 'least-delay', stamps: 5 });
  expect(Math.round(relation?.uncertaintyUs ?? 0)).toBe(3000);
  expect(others).toEqual([]);
});

it('dates what bears no time when it came', () => {
  expect(createNodeClocks(originWallMs).date('node-1', 'unable to retrieve container logs', 5)).toBe(5);
});
