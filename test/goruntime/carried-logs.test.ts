/** Whatever carried a log, and whoever else wrote into it, the same is read as without. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogScanner, type LogRecord } from '../../src/goruntime/log-scanner.ts';
import { type Carrier, createRandom, entries, makePrefix } from './carriers.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/goruntime/${name}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const lines = [...fixture('go126-all-lines.log'), ...fixture('go126-detail.log')];

/** What was said, by who said it; of a record without its place in the log. */
function scan(text: string) {
  const said = new Map<string, unknown[]>();
  const scanner = createLogScanner((record: LogRecord, source) => {
    const list = said.get(source) ?? [];
    said.set(source, list);
    list.push(record.kind === 'dump' ? record.cause : [record.kind, record.value]);
  });
  scanner.write(Buffer.from(text));
  const rejects = Object.fromEntries([...scanner.end()].map(([kind, { count }]) => [kind, count]));
  return { said: [...said.values()], sources: [...said.keys()], rejects };
}

const plain = scan(lines.join('\n'));
const random = createRandom(20261128);
const prefixes = Array.from({ length: 40 }, () => makePrefix(random));

test('the log that is carried has lines of every kind and a dump', () => {
  expect(plain.sources).toEqual(['']);
  expect(plain.said[0]?.length).toBeGreaterThan(50);
});

test.each([...prefixes, ...entries])('behind $name', ({ carry }: Carrier) => {
  const { said, rejects } = scan(lines.map((line, at) => carry(line, at, 0)).join('\n'));
  expect({ said, rejects }).toEqual({ said: plain.said, rejects: plain.rejects });
});

test.each([...prefixes, ...entries].filter(({ names }) => names))(
  'of two writers behind $name',
  ({ carry }: Carrier) => {
    const order = createRandom(7);
    const next = [0, 0];
    const log: string[] = [];
    for (let at = 0; log.length < 2 * lines.length; at += 1) {
      const drawn = order(2);
      const writer = (next[drawn] ?? 0) < lines.length ? drawn : 1 - drawn;
      log.push(carry(lines[next[writer] ?? 0] ?? '', at, writer));
      next[writer] = (next[writer] ?? 0) + 1;
    }
    const { said, sources, rejects } = scan(log.join('\n'));
    expect(sources).toHaveLength(2);
    expect({ said, rejects }).toEqual({ said: [...plain.said, ...plain.said], rejects: {} });
  },
);

test('behind any words and counters', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.constantFrom(
      'goroutine 1 [',
      'SCHED 0ms:',
      'gc 1 @',
      'panic: ',
      'created by ',
      ']: ',
      '{',
      '"',
      'main.main()',
      '\\n',
      '7',
    ),
  );
  const parts = fc.array(words, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.boolean(), fc.constantFrom(' ', ': ', '| '), (list, counts, end) => {
      const prefix = list.join('').replace(/[\r\n\u2028\u2029]/g, '');
      const { said, rejects } = scan(
        lines.map((line, at) => `${prefix}${counts ? ` ${at}` : ''}${end}${line}`).join('\n'),
      );
      expect({ said, rejects }).toEqual({ said: plain.said, rejects: {} });
    }),
    { numRuns: 60 },
  );
});

test('goroutines whose stacks cannot be read are counted, and the others keep theirs', () => {
  const { said, rejects } = scan(
    'goroutine 1 [running]:\nmain.main()\n\t/m.go:3 +0x1\n\ngoroutine 2 [select]:\n???\n\ngoroutine 3 [select]:\n!!!\n',
  );
  expect(rejects).toEqual({ stack: 2 });
  expect(said[0]).toHaveLength(4);
});
