import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraceScanner, type TraceRecord } from '../../../src/goruntime/log/trace-scanner.ts';
import { gcLines, schedLines } from '../lines/runtime-lines.ts';

/** What programs really write to stderr. */
const applicationLines = fc.constantFrom(
  '2026/11/21 03:30:00 listening on :8080',
  '{"time":"2026-11-21T03:30:00Z","level":"INFO","msg":"served","ms":12}',
  'time=2026-11-21T03:30:00Z level=INFO msg="12 served"',
  'panic: none',
  '12 requests in 3 s',
  '0 errors',
);
/** The header of `scheddetail` cannot be put together again. */
const wholeSchedLines = schedLines.filter(({ value }) => value.localRunqueues !== undefined);
const runtimeLines = fc.oneof(schedLines, gcLines);

function scan(text: string): { records: TraceRecord[]; rejects: number } {
  const scanner = createTraceScanner();
  const records = text.split('\n').flatMap((line, index) => [...scanner.line(line, index)]);
  scanner.end();
  return { records, rejects: scanner.rejects('sched').count + scanner.rejects('gc').count };
}

test('a runtime line is found wherever in a line it begins', () => {
  fc.assert(
    fc.property(runtimeLines, applicationLines, ({ text, value }, application) => {
      expect(scan(`${application}${text}`).records).toMatchObject([{ value, stamp: 0 }]);
    }),
  );
});

test('a line cut between any two writes, with whole lines of the program in between, is read right or counted', () => {
  fc.assert(
    fc.property(
      runtimeLines,
      fc.nat(),
      fc.array(applicationLines, { minLength: 1, maxLength: 4 }),
      ({ pieces, value }, at, lines) => {
        // Not inside the first three pieces: nothing marks so short a text as the runtime's.
        const cut = 3 + (at % (pieces.length - 3));
        const foreign = lines.map((line) => `${line}\n`).join('');
        const { records, rejects } = scan(pieces.slice(0, cut).join('') + foreign + pieces.slice(cut).join(''));
        expect(records.length + rejects).toBe(1);
        if (records[0]?.kind === 'sched' && !('schedticks' in value && records[0].value.schedticks)) {
          expect({ ...value, schedticks: undefined }).toEqual(records[0].value);
        } else if (records[0]) expect(records[0].value).toEqual(value);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a gc line in the middle of a SCHED line leaves both readable', () => {
  fc.assert(
    fc.property(wholeSchedLines, gcLines, fc.nat(), (sched, gc, at) => {
      const cut = 3 + (at % (sched.pieces.length - 3));
      const text = [...sched.pieces.slice(0, cut), ...gc.pieces, ...sched.pieces.slice(cut)].join('');
      const { records, rejects } = scan(text);
      expect(rejects).toBe(0);
      expect(records.map(({ kind }) => kind).sort()).toEqual(['gc', 'sched']);
      expect(records.find(({ kind }) => kind === 'gc')?.value).toEqual(gc.value);
    }),
  );
});

test('a head whose tail never comes is counted once, with its text', () => {
  const scanner = createTraceScanner();
  scanner.line('SCHED 12ms: gomaxprocs=2 idleprocs=1oops', 0);
  for (let line = 0; line < 20; line += 1) scanner.line('something else', line);
  scanner.end();
  expect(scanner.rejects('sched')).toEqual({ count: 1, example: 'SCHED 12ms: gomaxprocs=2 idleprocs=1oops' });
});

test('a number that may be partly the program’s own is never guessed', () => {
  const head = 'SCHED 12ms: gomaxprocs=1 idleprocs=0 threads=4 spinningthreads=0 idlethreads=1 runqueue=1';
  const { records, rejects } = scan(`${head}5 requests\n [0]\n`);
  expect({ records, rejects }).toEqual({ records: [], rejects: 1 });
});

test('time or cycle numbers that fall are another process', () => {
  const sched = (ms: number) => `SCHED ${ms}ms: gomaxprocs=1 idleprocs=0 threads=4 idlethreads=1 runqueue=0 [0]`;
  const gc = (n: number) => `gc ${n} @0.1s 0%: 0+0+0 ms clock, 0+0/0/0+0 ms cpu, 4->4->1 MB, 4 MB goal, 2 P`;
  const lines = [sched(0), gc(1), gc(2), sched(1000), sched(0), gc(1), sched(1000)];
  expect(scan(lines.join('\n')).records.map(({ process }) => process)).toEqual([0, 0, 0, 0, 1, 1, 1]);
});

test('any text is read without throwing, and every number in what is found is finite', () => {
  const shards = fc.constantFrom('SCHED 1ms:', ' gomaxprocs=2', ' [ 0', ' 0 ]', 'gc 1 @', '0.1s 2%: ', '1+2+3', '\n');
  const texts = fc.array(fc.oneof(shards, fc.string({ unit: 'binary' })), { maxLength: 60 });
  fc.assert(
    fc.property(texts, (parts) => {
      for (const { value } of scan(parts.join('')).records) expect(JSON.stringify(value)).not.toContain('null');
    }),
  );
});

test.each(['go119-trace.log', 'go126-trace.log'])('every line that a real program printed is read: %s', (name) => {
  const text = readFileSync(new URL(`../../fixtures/goruntime/${name}`, import.meta.url), 'utf8').trimEnd();
  const { records, rejects } = scan(text);
  expect({ records: records.length, rejects }).toEqual({ records: text.split('\n').length, rejects: 0 });
});

test('a line that structured log lines cut, however often, is read whole', () => {
  const json = '{"level":"INFO"}\n';
  const lines = fc.oneof(wholeSchedLines, gcLines);
  fc.assert(
    fc.property(lines, fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), ({ pieces, value }, places) => {
      // Not before what newer versions and forced cycles add, without which the line is whole as well.
      const addition = pieces.findIndex((piece) => piece === ' schedticks=[ ' || piece === ' (forced)');
      const most = (addition < 0 ? pieces.length : addition) - 1;
      const cuts = new Set(places.map((at) => 1 + (at % most)));
      const text = pieces.map((piece, index) => (cuts.has(index) ? json + piece : piece)).join('');
      expect(scan(text)).toMatchObject({ rejects: 0, records: [{ value }] });
    }),
  );
});

test('every kind of line that one real program printed is read, and the program is one process', () => {
  const text = readFileSync(new URL('../../fixtures/goruntime/go126-all-lines.log', import.meta.url), 'utf8');
  const { records, rejects } = scan(text);
  const counts = new Map<string, number>();
  for (const { kind } of records) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [kind, start] of [
    ['sched', 'SCHED '],
    ['gc', 'gc '],
    ['scav', 'scav '],
    ['pacer', 'pacer: '],
    ['init', 'init '],
  ] as const) {
    expect([kind, counts.get(kind)]).toEqual([
      kind,
      text.split(`\n${start}`).length - (text.startsWith(start) ? 0 : 1),
    ]);
  }
  expect(rejects).toBe(0);
  expect(new Set(records.map(({ process }) => process))).toEqual(new Set([0]));
});

test('every line of a real scheddetail block is read, and what follows the block is not', () => {
  const text = readFileSync(new URL('../../fixtures/goruntime/go126-detail.log', import.meta.url), 'utf8');
  const scanner = createTraceScanner();
  const found = text.split('\n').flatMap((line, index) => [...scanner.line(line, index)]);
  const details = found.flatMap((record) => (record.kind === 'sched detail' ? [record.value] : []));
  expect(details.length).toBe([...text.matchAll(/^ {2}[PMG]\d/gm)].length);
  expect(details.filter(({ reason }) => reason === 'force gc (idle)').length).toBeGreaterThan(2);
  expect(scanner.rejects('sched detail').count).toBe(0);
});

test('an init line that a real SCHED line cut is put together again', () => {
  const { records, rejects } = scan(
    'init runtime @SCHED 0ms: gomaxprocs=2 idleprocs=0 threads=5 idlethreads=1 runqueue=0 [0 0]\n0.063 ms, 0.080 ms clock, 0 bytes, 0 allocs',
  );
  expect(rejects).toBe(0);
  expect(records.map(({ kind }) => kind)).toEqual(['sched', 'init']);
  expect(records[1]?.value).toMatchObject({ package: 'runtime', atMs: 0.063 });
});

test('the line that announces a periodic collection is read', () => {
  expect(scan('GC forced\n').records).toMatchObject([{ kind: 'periodic gc' }]);
});

test('a tail that fits two heads of one line, of which the program wrote one, is given to none', () => {
  const tail =
    '0.091s 24%: 2.2+0.39+0.003 ms clock, 4.5+0.077/0.19/0+0.006 ms cpu, 3->4->1 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P';
  expect(scan(`gc 19 @{"path":"/gc 1 @home","ms":12}\n${tail}`)).toEqual({ records: [], rejects: 2 });
  expect(scan(`gc 19 @{"path":"/","ms":12}\n${tail}`).records).toMatchObject([{ value: { cycle: 19 } }]);
});
