import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDumpReader, type DumpRecord } from '../../../src/goruntime/goroutines/dump-reader.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/goruntime/${name}`, import.meta.url), 'utf8');

function read(text: string): { records: DumpRecord[]; rejects: number } {
  const reader = createDumpReader();
  let at = 0;
  const records = text.split('\n').flatMap((line) => {
    const found = reader.line(line, at);
    at += line.length + 1;
    return [...found];
  });
  return { records: [...records, ...reader.end()], rejects: reader.rejects().header.count };
}

function goroutinesOf(text: string) {
  return read(text).records.flatMap((record) => (record.kind === 'goroutine' ? [record.value] : []));
}

test('every goroutine that a real SIGQUIT printed is read, with its frames and its ancestors, and nothing is left over', () => {
  const text = fixture('go126-crowd.txt');
  const { records, rejects } = read(text);
  const goroutines = goroutinesOf(text);
  expect(rejects).toBe(0);
  expect(records[0]).toMatchObject({ kind: 'dump', dump: 0, cause: 'SIGQUIT: quit' });
  expect(goroutines.length).toBe([...text.matchAll(/^goroutine \d/gm)].length);
  expect(goroutines.reduce((sum, { foreignLines }) => sum + foreignLines, 0)).toBe(0);
  const frames = goroutines.flatMap((each) => [
    ...each.frames,
    ...each.ancestors.flatMap((ancestor) => ancestor.frames),
  ]);
  const places = [...text.matchAll(/^\t\S+:\d+/gm)].length - [...text.matchAll(/^created by /gm)].length;
  expect(frames.filter(({ line }) => line !== undefined).length).toBe(places);
});

test('what a real header says beside its state is read', () => {
  const goroutines = goroutinesOf(fixture('go126-crowd.txt'));
  expect(goroutines.filter(({ lockedToThread }) => lockedToThread).length).toBeGreaterThan(0);
  expect(goroutines.filter(({ labels }) => labels['a path'] === '/x "y"\n').length).toBe(2);
  expect(goroutines.find(({ thread }) => thread !== undefined)).toMatchObject({ state: 'running' });
  expect(goroutines.find(({ createdBy }) => createdBy !== undefined)?.createdBy).toEqual({
    function: expect.any(String),
    goroutine: 1,
  });
});

test.each(['go119-waits.txt', 'go126-waits.txt'])('every goroutine of a real debug=2 text is read: %s', (name) => {
  const text = fixture(name);
  const goroutines = goroutinesOf(text);
  expect(goroutines.length).toBe(text.trim().split('\n\n').length);
  expect(goroutines.flatMap(({ frames }) => frames).length).toBe([...text.matchAll(/^\S.*\)$/gm)].length);
});

test('a stack of the 1.27 runtime, with labels, elided frames and a frame of C', () => {
  const text = `panic: x [recovered, repanicked]

goroutine 7 [chan receive, 3 minutes, locked to thread] {tenant: t1}:
main.work[...](0x1, {0x12?, _})
	C:/src/main.go:42 +0x1f
...31 frames elided...
non-Go function at pc=0x12ab
runtime.cgocall(...)
	/go/runtime/cgocall.go:157
created by main.(*Server).Serve-range1 in goroutine 12
	/src/main.go:20 +0x5d

goroutine 8 [running]:
	goroutine running on other thread; stack unavailable
created by main.main in goroutine 1
	/src/main.go:21 +0x5d
exit status 2`;
  expect(read(text).records).toMatchObject([
    { kind: 'dump', cause: 'panic: x [recovered, repanicked]' },
    {
      value: {
        id: 7,
        waitMinutes: 3,
        lockedToThread: true,
        labels: { tenant: 't1' },
        elided: 31,
        frames: [
          { function: 'main.work[...]', file: 'C:/src/main.go', line: 42, inlined: false },
          { function: 'non-Go function', file: undefined },
          { function: 'runtime.cgocall', file: '/go/runtime/cgocall.go', line: 157, inlined: true },
        ],
        createdBy: { function: 'main.(*Server).Serve-range1', goroutine: 12 },
        foreignLines: 0,
      },
    },
    { value: { id: 8, stackUnavailable: true, frames: [], createdBy: { function: 'main.main' } } },
  ]);
});

test('lines of the program between the frames are counted and do not end the stack', () => {
  const text =
    'goroutine 7 [select]:\nmain.f(0x1)\n{"msg":"served"}\n\t/src/main.go:4 +0x1\nmain.g()\n\t/src/main.go:9 +0x1\n';
  expect(goroutinesOf(text)).toMatchObject([
    {
      foreignLines: 1,
      frames: [
        { function: 'main.f', line: 4 },
        { function: 'main.g', line: 9 },
      ],
    },
  ]);
});

test('a header that the program cut is put together again, or counted', () => {
  expect(goroutinesOf('goroutine 7 [chan rec\n{"msg":"served"}\neive]:\nmain.f()\n')).toMatchObject([
    { id: 7, state: 'chan receive', frames: [{ function: 'main.f' }] },
  ]);
  expect(read('goroutine 7 [chan rec\na\nb\nc\nd\ne\nf').rejects).toBe(1);
});

test('a goroutine that comes again is of another dump, unless another thread of the same crash prints it', () => {
  const one = 'goroutine 7 [select]:\nmain.f()\n\t/src/main.go:4 +0x1\n\n';
  const dumps = (text: string) =>
    read(text).records.flatMap((each) => (each.kind === 'goroutine' ? [[each.dump, each.repeated]] : []));
  expect(dumps(one + one)).toEqual([
    [0, false],
    [1, false],
  ]);
  expect(dumps(`${one}-----\n\nSIGQUIT: quit\n\n${one}`)).toEqual([
    [0, false],
    [0, true],
  ]);
});

test('any lines are read without throwing', () => {
  const shards = fc.constantFrom(
    'goroutine 7 [select]:',
    'goroutine 7 [',
    'main.f(0x1)',
    '\t/src/main.go:4 +0x1',
    'created by main.main in goroutine 1',
    '...additional frames elided...',
    '[originating from goroutine 1]:',
    'select]:',
    '',
    '-----',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(shards, fc.string({ unit: 'binary' })), { maxLength: 60 }), (lines) => {
      const { records } = read(lines.join('\n'));
      for (const record of records) if (record.kind === 'goroutine') expect(record.value.id).toBe(7);
    }),
  );
});

test('a line of the scheduler that is printed into a stack leaves an empty line there, which does not end the stack', () => {
  const sched = 'SCHED 935ms: gomaxprocs=1 idleprocs=0 threads=5 idlethreads=3 runqueue=0 [ 0 ]\n';
  const frame = (name: string) => `main.${name}(0x0)\n\t/src/main.go:7 +0x1 pc=0x41531c`;
  const head = (id: number) => `goroutine ${id} [chan send]:\n`;
  const text = `${head(1)}${frame('a')}${sched}\n${frame('b')}${sched}\n\n${head(2)}${frame('c')}\n\nmain.stray(0x0)\n\t/src/main.go:9 +0x1\n`;
  const frames = read(text).records.flatMap((record) =>
    record.kind === 'goroutine' ? [record.value.frames.map((each) => each.function)] : [],
  );
  expect(frames).toEqual([['main.a', 'main.b'], ['main.c']]);
});
