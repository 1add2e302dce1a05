import { expect, test } from 'vitest';
import { parseScavLine, parseScvgLine } from '../../../src/goruntime/lines/scavenger.ts';

test.each([
  ['1.14, 1.19, 1.20', 'scav 8 KiB work, 520 KiB total, 71% util', { releasedKib: 8, totalKib: 520 }],
  ['1.15 to 1.18', 'scav 3 8 KiB work, 520 KiB total, 71% util (forced)', { generation: 3, forced: true }],
  [
    '1.18',
    'scav 3 8 KiB work, 520 KiB total, 71% util [controller reset]',
    { releasedKib: 8, controllerReset: true, forced: false },
  ],
  [
    '1.21 and later',
    'scav 5 KiB work (bg), 7 KiB work (eager), 15592 KiB now, 100% util (forced)',
    { releasedKib: 12, backgroundKib: 5, eagerKib: 7, totalKib: 15_592, utilPercent: 100, forced: true },
  ],
])('the scav line of Go %s is read', (_, text, value) => {
  expect(parseScavLine(text)?.value).toMatchObject(value);
  expect(parseScavLine(text)?.end).toBe(text.length);
});

test.each([
  ['scvg3: 4 MB released', { what: 'released', round: 3, values: { releasedMib: 4 } }],
  ['scvg3: GC forced', { what: 'gc forced', round: 3, values: {} }],
  [
    'forced scvg: inuse: 4, idle: 60, sys: 64, released: 59, consumed: 5 (MB)',
    {
      what: 'totals',
      round: undefined,
      forced: true,
      values: { inuseMib: 4, idleMib: 60, sysMib: 64, releasedMib: 59, consumedMib: 5 },
    },
  ],
])('%s', (text, value) => {
  expect(parseScvgLine(text)?.value).toMatchObject(value);
});
