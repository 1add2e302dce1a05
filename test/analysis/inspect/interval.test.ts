import { expect, it } from 'vitest';
import { createIntervalBook } from '../../../src/analysis/inspect/interval.ts';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import { intervalText } from '../../../src/report/terminal/inspect/interval.ts';
import { gc, sched } from '../../helpers/inspect-log.ts';

function follow() {
  const book = createIntervalBook();
  const scanner = createLogScanner(book.record);
  return (text: string) => {
    scanner.write(Buffer.from(text));
    return intervalText(book.take(), 2000);
  };
}

it('says what each stretch added, and nothing of the stretch before', () => {
  const line = follow();
  expect(line(sched(0, 2, 1) + gc(1, 0.5, 0.25, 8) + gc(2, 0.6, 0.5, 9))).toBe(
    'queued mean 5, max 5; idle Ps min 1 of 2; 5 threads | GC 1/s, pause max 0.5 ms, 9 MiB live, 3 % of CPU since start',
  );
  expect(line(sched(1000, 0, 0))).toBe('queued mean 3, max 3; idle Ps min 0 of 2; 5 threads');
  expect(line('request served\n')).toBe('nothing from the runtime');
});

it('says that another process began, and that a dump was printed and why', () => {
  const line = follow();
  line(sched(5000, 0, 0));
  expect(line(sched(0, 0, 0))).toMatch(/^another process began \| /);
  const goroutine = (id: number) => `goroutine ${id} [select]:\nmain.f()\n\t/src/main.go:7 +0x1\n\n`;
  expect(line(`panic: out of luck\n\n${goroutine(1)}${goroutine(2)}`)).toBe(
    'dump of 2 goroutines (panic: out of luck)',
  );
});
