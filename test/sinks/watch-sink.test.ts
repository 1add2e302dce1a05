/** Live progress of an observation. */
import { expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { createWatchSink } from '../../src/sinks/watch-sink.ts';

function draw(redraw: boolean, forMs: number | undefined, columns = 200): string[] {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
  };
  const sink = createWatchSink({ write, redraw, columns, startUs: 1_000_000, forMs });
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

it('writes what happens where nothing can be redrawn', () => {
  expect(draw(false, undefined)).toEqual(['observing until Ctrl-C\n', 'api-1: process 7 (api) ended\n']);
  expect(draw(false, 600_000)[0]).toBe('observing for 10m, or until Ctrl-C\n');
});

it('redraws one line with sums over all targets, never wider than the terminal', () => {
  expect(draw(true, undefined)[2]).toBe('\r\x1b[2Kobserving 12s | CPU % 12.3 | goroutines 42 | until Ctrl-C');
  expect(draw(true, undefined, 30).every((line) => line.replace('\r\x1b[2K', '').length < 31)).toBe(true);
});
