import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createTraceScanner } from '../../../src/goruntime/log/trace-scanner.ts';

const sched = (ms: number, procs = 1) =>
  `SCHED ${ms}ms: gomaxprocs=${procs} idleprocs=0 threads=4 idlethreads=1 runqueue=0 [${Array(procs).fill(0).join(' ')}]`;
const gc = (cycle: number, atSeconds: number) =>
  `gc ${cycle} @${atSeconds}s 0%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, 1 P`;

/** The process to which each of these lines was given. */
function processesOf(lines: readonly string[]): number[] {
  const scanner = createTraceScanner();
  return lines.flatMap((line) => scanner.line(line, 0).map(({ process }) => process));
}

test('a process that lived for a second and was started again is another one, however long that one lives', () => {
  const lines = [0, 1001, 0, 1002, 2003, 3005, 4007].map((ms) => sched(ms));
  expect(processesOf(lines)).toEqual([0, 0, 1, 1, 1, 1, 1]);
});

test('a process that starts while another one goes on is told apart from it by its clock', () => {
  const lines = [5003, 6004, 0, 7005, 1001, 8006, 2002, 9007, 3003].map((ms) => sched(ms));
  expect(processesOf(lines)).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 1]);
});

test('two processes that started together are told apart by their number of Ps', () => {
  const lines = [0, 1001, 2003, 3004].flatMap((ms) => [sched(ms, 4), sched(ms && ms + 2, 2)]);
  expect(processesOf(lines)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});

test('gc lines of two processes go with the clocks to which they fit', () => {
  const lines = [
    sched(90_000),
    sched(91_001),
    gc(70, 91.5),
    sched(0),
    gc(1, 0.2),
    sched(92_002),
    gc(71, 92.5),
    gc(2, 0.9),
  ];
  expect(processesOf(lines)).toEqual([0, 0, 0, 1, 1, 0, 0, 1]);
});

test('gc numbers that begin again are another process', () => {
  expect(processesOf([gc(1, 0.1), gc(2, 0.4), gc(5, 0.9), gc(1, 0.1), gc(2, 0.3)])).toEqual([0, 0, 0, 1, 1]);
});

test('packages that are initialised again are another process', () => {
  const init = (at: number) => `init os @${at} ms, 0 ms clock, 0 bytes, 0 allocs`;
  expect(processesOf([init(0.1), init(0.2), init(0.1)])).toEqual([0, 0, 1]);
});

test('a real parent and its child on one stderr are told apart, line by line', () => {
  const text = readFileSync(new URL('../../fixtures/goruntime/go126-two-processes.log', import.meta.url), 'utf8');
  const scanner = createTraceScanner();
  const found = text.split('\n').flatMap((line, index) => [...scanner.line(line, index)]);
  const timesOf = (process: number) =>
    found.flatMap((each) => (each.kind === 'sched' && each.process === process ? [each.value.ms] : []));
  expect(timesOf(0)).toEqual([0, 108, 211, 319, 420, 525, 633, 734, 836, 938, 1039, 1140, 1240]);
  expect(timesOf(1)).toEqual([0, 102, 207, 312, 414, 519, 623]);
});

test('a line that a dying process prints after its own last block still belongs to it', () => {
  const block =
    'SCHED 2050ms: gomaxprocs=1 idleprocs=0 threads=4 idlethreads=1 runqueue=0 gcwaiting=false nmidlelocked=0';
  const lines = [sched(0), sched(1001), sched(0), sched(1001), `${block} stopwait=0 sysmonwait=false`, sched(2002)];
  expect(processesOf(lines)).toEqual([0, 0, 1, 1, 1, 1]);
});

test('a process that has long been silent is not taken for the writer of a line that a starved one printed late, after some were lost', () => {
  const life = (upToMs: number) =>
    Array.from({ length: upToMs / 100 }, (_, index) => [
      sched(index * 100),
      gc(index + 1, Number((index / 10 + 0.05).toFixed(2))),
    ]).flat();
  const starved = Array.from({ length: 27 }, (_, index) => sched(9300 + index * 100));
  const second = [...life(9300), ...starved, gc(125, 9.5), sched(12_000)];
  expect(processesOf([...life(9000), ...second]).slice(180)).toEqual(second.map(() => 1));
});
