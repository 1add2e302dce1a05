import { expect, it } from 'vitest';
import { createProgressSink } from '../../src/sinks/progress-sink.ts';
import { healthySamples, scenario } from '../helpers/raw-run.ts';

function draw(redraw: boolean, columns = 200) {
  const written: string[] = [];
  const sink = createProgressSink({
    write: (text) => written.push(text),
    redraw,
    columns,
    steps: scenario.load.steps,
    startUs: 1_000_000,
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
  const lines = draw(true);
  expect(lines.at(-2)?.replace('\r\x1b[2K', '')).toMatch(
    /^\[\d\/3\] \S+ \| 2,000\/s \| p50 .* p99 .* \| lag p99 .* \| runq 7 \| goroutines 40 \| gc 3 \| 1s left$/,
  );
  expect(lines.at(-1)).toBe(
    '\r\x1b[2K[2/3] low | 2,000/s | p50 2 ms p99 2 ms | lag p99 100 us | runq 7 | goroutines 40 | gc 3',
  );
});

it('never draws wider than the terminal', () => {
  expect(draw(true, 40).every((line) => line.replace('\r\x1b[2K', '').length < 40)).toBe(true);
});

it('writes one line for each step where nothing can be redrawn', () => {
  expect(draw(false)).toEqual([
    '[1/3] warm-up | 10 answered so far | p50 900 us p99 900 us\n',
    '[2/3] low | 2,000 answered so far | p50 1 ms p99 1 ms\n',
    '[3/3] high | 4,000 answered so far | p50 2 ms p99 2 ms\n',
  ]);
});
