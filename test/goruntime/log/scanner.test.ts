import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import type { LogRecord } from '../../../src/goruntime/log/streams.ts';
import { gcLines, schedLines } from '../lines/runtime-lines.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/goruntime/${name}`, import.meta.url));

function scan(...chunks: readonly (string | Uint8Array)[]) {
  const records: (LogRecord & { source: string; time: string | undefined })[] = [];
  const scanner = createLogScanner((record, source, time) => records.push({ ...record, source, time }));
  for (const chunk of chunks) {
    // Whoever reads a file uses the same buffer again.
    const lent = Buffer.from(chunk);
    scanner.write(lent);
    lent.fill(0);
  }
  const rejects = scanner.end();
  return { records, rejects: Object.fromEntries([...rejects].map(([kind, { count }]) => [kind, count])) };
}

const kinds = (records: readonly LogRecord[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of records) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

test.each([
  'go119-trace.log',
  'go126-trace.log',
  'go126-all-lines.log',
  'go126-detail.log',
  'go126-crowd.txt',
  'go126-waits.txt',
])('what a real program printed is read the same wherever its bytes are cut into chunks: %s', (name) => {
  const bytes = fixture(name);
  const whole = scan(bytes);
  expect(whole.records.length).toBeGreaterThan(10);
  expect(whole.rejects).toEqual({});
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index] ?? 0, end));
      expect(scan(...chunks)).toEqual(whole);
    }),
    { numRuns: 15 },
  );
});

test('a record is at the byte where its line begins, also behind letters of several bytes', () => {
  const before = 'grüße\n'.repeat(3);
  const { records } = scan(`${before}${fixture('go126-trace.log').toString()}`);
  expect(records[0]?.stamp).toBe(Buffer.byteLength(before));
});

const decorate: Readonly<Record<string, (line: string) => string>> = {
  compose: (line) => `web-1  | ${line}`,
  'compose in colour': (line) => `\x1b[36mweb-1  |\x1b[0m ${line}`,
  'docker --timestamps': (line) => `2026-11-21T03:30:00.123456789Z ${line}`,
  CRI: (line) => `2026-11-21T03:30:00.1Z stderr F ${line}`,
  journald: (line) => `Nov 21 03:30:00 host1 web.service[812]: ${line}`,
  syslog: (line) => `<14>1 2026-11-21T03:30:00Z host1 web 812 - - ${line}`,
  logcat: (line) => `11-21 03:30:00.123  812  813 I GoLog: ${line}`,
  log: (line) => `2026/11/21 03:30:00 ${line}`,
  'json-file': (line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-11-21T03:30:00Z' }),
};

test.each(Object.keys(decorate))('what a real program printed is read the same when %s carried it', (carrier) => {
  for (const name of ['go126-all-lines.log', 'go126-detail.log', 'go126-crowd.txt']) {
    const plain = fixture(name).toString().trimEnd();
    const carried = plain
      .split('\n')
      .map(decorate[carrier] ?? String)
      .join('\n');
    const values = ({ records, rejects }: ReturnType<typeof scan>) => ({
      rejects,
      records: records.map((record) => ('value' in record ? record.value : record.cause)),
    });
    expect(values(scan(carried))).toEqual(values(scan(plain)));
  }
});

test('replicas on one stream are told apart by their prefixes, and a cut line finds its tail in its own', () => {
  const line = (name: string, text: string) => `${name}  | ${text}\n`;
  const head = 'SCHED 12ms: gomaxprocs=1 idleprocs=0 threads=4';
  const tail = ' idlethreads=1 runqueue=1 [0]';
  const { records, rejects } = scan(
    line('web-1', head) + line('web-2', `${head} idlethreads=1 runqueue=2 [0]`) + line('web-1', tail),
  );
  expect(rejects).toEqual({});
  expect(records).toMatchObject([
    { source: 'web-2', value: { runqueue: 2 } },
    { source: 'web-1', value: { runqueue: 1 } },
  ]);
});

test('a long line that CRI cut into pieces is read whole', () => {
  const cri = (tag: string, text: string) => `2026-11-21T03:30:00.1Z stderr ${tag} ${text}\n`;
  const { records } = scan(
    cri('P', 'SCHED 12ms: gomaxprocs=1 idle') +
      cri('P', 'procs=0 threads=4 idlethreads=1 runq') +
      cri('F', 'ueue=3 [0]'),
  );
  expect(records).toMatchObject([{ value: { runqueue: 3 } }]);
});

test('a crash in the middle of traces is one dump with its cause', () => {
  const { records, rejects } = scan(fixture('go126-detail.log'));
  expect(rejects).toEqual({});
  expect(kinds(records)).toMatchObject({ dump: 1, goroutine: 5 });
  expect(records.find(({ kind }) => kind === 'dump')).toMatchObject({ cause: 'panic: the end' });
});

test('a line that is longer than any of the runtime is counted, and the next one is read', () => {
  const { records, rejects } = scan(`SCHED 1ms:${' a=1'.repeat(20_000)}\n`, fixture('go126-trace.log'));
  expect(rejects['longLine']).toBe(1);
  expect(kinds(records)['sched']).toBeGreaterThan(1);
});

test('a stream that falls silent does not make every line of the others matter for ever', () => {
  const other = 'web-2  | served\n'.repeat(6000);
  const tail = 'web-1  |  idlethreads=1 runqueue=1 [0]\n';
  const { records, rejects } = scan(`web-1  | SCHED 12ms: gomaxprocs=1 idleprocs=0 threads=4\n${other}${tail}`);
  expect({ records, rejects }).toEqual({ records: [], rejects: { sched: 1 } });
});

test('any bytes in any chunks are values or counted, and never throw', () => {
  const shards = fc.oneof(
    schedLines.map(({ text }) => text),
    gcLines.map(({ text }) => text),
    fc.constantFrom(
      '\n',
      'goroutine 7 [select]:\n',
      'main.f(0x1)\n',
      '\t/m.go:4 +0x1\n',
      'web-1  | ',
      '\x1b[0m',
      '  P0: status=1',
    ),
  );
  const parts = fc.oneof(
    shards.map((text) => new Uint8Array(Buffer.from(text))),
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 40 }), (chunks) => {
      const apart = scan(...chunks);
      expect(scan(Buffer.concat(chunks))).toEqual(apart);
      for (const { stamp } of apart.records) expect(stamp).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each([
  ['blanks', `goroutine 1 [a]:\nmain.f()\n${' '.repeat(60_000)}x\n`],
  ['labels', `goroutine 1 [a] {${'"a": "b", '.repeat(6000)}\n`],
  ['brackets', `goroutine 1 [${'] {'.repeat(20_000)}\n`],
  ['pairs', `SCHED 1ms:${' a=1'.repeat(15_000)}\n\n`],
  [
    'run queues',
    `SCHED 1ms: gomaxprocs=1 idleprocs=0 threads=1 idlethreads=1 runqueue=0 [${'0 '.repeat(7000)}\n${'\n'.repeat(30)}`,
  ],
])('a log of long lines of %s takes time in proportion to its length', (_, lines) => {
  // What grows with the square of a line takes minutes here, far beyond the limit of any test.
  const { records, rejects } = scan(lines.repeat(60));
  expect(records.length + Object.keys(rejects).length).toBeGreaterThan(0);
});

test('lines that are held back to learn who wrote them are given when whoever reads has time for it', () => {
  const sources: string[] = [];
  const scanner = createLogScanner((_record, source) => sources.push(source));
  const line = (name: string, at: number) =>
    Buffer.from(
      `{"pod":"${name}","log":"SCHED ${1000 * at}ms: gomaxprocs=2 idleprocs=1 threads=5 spinningthreads=0 needspinning=0 idlethreads=2 runqueue=0 [0 0]"}\n`,
    );
  for (let at = 0; at < 6; at++) scanner.write(line(at % 2 === 0 ? 'web-1' : 'web-2', at));
  expect(sources).toEqual([]);
  scanner.settle();
  expect(sources.toSorted()).toEqual(['web-1', 'web-1', 'web-1', 'web-2', 'web-2', 'web-2']);
  scanner.write(line('web-1', 6));
  expect(sources.at(-1)).toBe('web-1');
});
