import { expect, it } from 'vitest';
import { progressLine, Trends } from '../../src/sinks/progress-line.ts';

const rise = Array.from({ length: 12 }, (_, index) => index);
const parts = [
  { text: '[3/6] 1600' },
  { text: '1,600/s', trend: rise },
  { text: 'p50 2.1 ms', isExtra: true },
  { text: 'p99 24.1 ms', trend: rise },
  { text: 'lag p99 100 us', isExtra: true },
  { text: 'runq 12', trend: rise },
  { text: 'goroutines 140', short: 'gor 140', trend: rise },
  { text: 'gc 31', isExtra: true },
  { text: '24s left' },
];

it('has all there is, with wide curves, where there is room', () => {
  const line = progressLine(parts, 200);
  expect(line).toBe(
    '[3/6] 1600 | 1,600/s ▁▂▃▃▄▅▅▆▇▇██ | p50 2.1 ms | p99 24.1 ms ▁▂▃▃▄▅▅▆▇▇██ | lag p99 100 us | runq 12 ▁▂▃▃▄▅▅▆▇▇██ | goroutines 140 ▁▂▃▃▄▅▅▆▇▇██ | gc 31 | 24s left',
  );
});

it('keeps the curves of rate, p99, run queue and goroutines in 80 columns, and lets the rest go', () => {
  const line = progressLine(parts, 79);
  expect(line).toMatch(
    /^\[3\/6\] 1600 {2}1,600\/s [▁-█]{3} {2}p99 24.1 ms [▁-█]{3} {2}runq 12 [▁-█]{3} {2}gor 140 [▁-█]{3} {2}24s left$/,
  );
});

it('is never wider than there is room', () => {
  for (let room = 0; room < 200; room++) expect(progressLine(parts, room).length).toBeLessThanOrEqual(room);
});

it('draws no curve of one value, and flat ones flat', () => {
  const trends = new Trends();
  expect(progressLine([{ text: 'a', trend: trends.next('a', 5) }], 80)).toBe('a');
  expect(progressLine([{ text: 'a', trend: trends.next('a', 5) }], 80)).toBe('a ██');
  expect(progressLine([{ text: 'b', trend: [0, 0, 0] }], 80)).toBe('b ▁▁▁');
});
