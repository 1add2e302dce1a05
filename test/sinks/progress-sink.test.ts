/** Live progress, of a load and without one. */
import { expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { createProgressSink } from '../../src/sinks/progress-sink.ts';
import { healthySamples, scenario } from '../helpers/raw-run.ts';

function drawLoad(redraw: boolean, columns = 200) {
  const written: string[] = [];
  const sink = createProgressSink({
    write: (text) => written.push(text),
    redraw,
    columns,
    startUs: 1_000_000,
    of: { steps: scenario.load.steps },
  });
  sink.accept({
    kind: 'reading',
    atUs: 1,
    target: 'loadbalancer-1',
    source: 'schedtrace',
    values: { 'sched.runqueue': 7, 'goroutines.total': 40, 'gc.cycles': 3 },
  });
  for (const sample of healthySamples()) sink.accept(sample);
  return written;
}

it('redraws one line with step, rate, latency, runtime, lag and time left', () => {
  const lines = drawLoad(true);
  expect(lines.at(-2)?.replace('\r\x1b[2K', '')).toMatch(
    /^\[\d\/3\] \S+ \| 2,000\/s [▁-█]+ \| p50 \S+ ms \| p99 .* [▁-█]+ \| lag p99 .* \| runq 7 █+ \| goroutines 40 █+ \| gc 3 \| 1s left$/,
  );
  expect(lines.at(-1)).toBe(
    '\r\x1b[2K[2/3] low | 2,000/s ▂▅▅██ | p50 2 ms | p99 2 ms ▅▅▅██ | lag p99 100 us | runq 7 █████ | goroutines 40 █████ | gc 3',
  );
});

it('never draws wider than the terminal', () => {
  expect(drawLoad(true, 40).every((line) => line.replace('\r\x1b[2K', '').length < 40)).toBe(true);
});

it('writes one line for each step where nothing can be redrawn', () => {
  expect(drawLoad(false)).toEqual([
    '[1/3] warm-up | 10 answered so far | p50 900 us p99 900 us\n',
    '[2/3] low | 2,000 answered so far | p50 1 ms p99 1 ms\n',
    '[3/3] high | 4,000 answered so far | p50 2 ms p99 2 ms\n',
  ]);
});

function drawWatch(redraw: boolean, forMs: number | undefined, columns = 200): string[] {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
  };
  const sink = createProgressSink({ write, redraw, columns, startUs: 1_000_000, of: { forMs } });
  const reading = (atUs: number, target: string, values: Record<string, number>): Sample => ({
    kind: 'reading',
    atUs,
    target,
    source: 'x',
    values,
  });
  sink.accept({ kind: 'event', atUs: 1, event: 'phase', message: 'observing' });
  sink.accept(reading(2_000_000, 'api-1', { 'goroutines.total': 40 }));
  sink.accept(reading(13_100_000, 'api-2', { 'goroutines.total': 2, 'container.cpu_percent': 12.34 }));
  sink.accept({ kind: 'event', atUs: 2, target: 'api-1', event: 'exit', message: 'process 7 (api) ended' });
  return written;
}

it('writes what happens to targets that are only looked at where nothing can be redrawn', () => {
  expect(drawWatch(false, undefined)).toEqual(['observing until Ctrl-C\n', 'api-1: process 7 (api) ended\n']);
  expect(drawWatch(false, 600_000)[0]).toBe('observing for 10m, or until Ctrl-C\n');
});

it('redraws one line without load with sums over all targets, never wider than the terminal', () => {
  expect(drawWatch(true, undefined)[2]).toBe('\r\x1b[2Kobserving 12s | CPU % 12.3 | goroutines 42 ██ | until Ctrl-C');
  expect(drawWatch(true, undefined, 30).every((line) => line.replace('\r\x1b[2K', '').length < 31)).toBe(true);
});
