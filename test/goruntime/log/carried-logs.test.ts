/** Whatever carried a log, and whoever else wrote into it, the same is read as without. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import type { LogRecord } from '../../../src/goruntime/log/streams.ts';
import { type Carrier, createRandom, entries, makePrefix } from './carriers.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/goruntime/${name}`, import.meta.url), 'utf8')
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

test.each([
  'goroutine 18 gp=0xc000102380 m=nil [chan send, 2 minutes]:',
  '\t/usr/local/go/src/runtime/proc.go:462 +0xce',
  'runtime.gopark(0x0?, {0xc000012345, 0x2}, 0x0?, ...)',
  'example.com/shop/v2/store.(*Store[...]).get(0xc000012345)',
  'created by main.main in goroutine 1',
])('written by a thread while another wrote %j of a dump, whose text names no writer', (frame) => {
  const sched = (ms: number) =>
    `SCHED ${ms}ms: gomaxprocs=2 idleprocs=1 threads=5 spinningthreads=1 needspinning=0 idlethreads=0 runqueue=0 [0 0]`;
  const cuts = Array.from({ length: frame.length }, (_, at) => frame.slice(0, at + 1));
  const isNamed = (cut: string) => {
    const log = [
      sched(0),
      'SIGQUIT: quit',
      '',
      'goroutine 1 gp=0xc000002380 m=nil [IO wait]:',
      'runtime.gopark(0x0?)',
      `${cut}${sched(1000)}`,
      ' fp=0xc0000af618',
      'main.main()',
      '\t/src/main.go:12 +0x25',
      sched(2000),
    ];
    return scan(log.join('\n')).sources.some((source) => source !== '');
  };
  // What is cut within the first word could be a name; the runtime never does that.
  const first = /^(?:goroutine \d|\t.*:|[\w./]*\w\.\(?\w|created by )/;
  expect(cuts.filter(isNamed).filter((cut) => first.test(cut))).toEqual([]);
});

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

/** A log that somebody mailed: escaped by RFC 2045, no line longer than 76 characters. */
function quotedPrintable(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const escaped = [...Buffer.from(line)]
        .map((byte) =>
          byte === 61 || byte > 126 || byte < 32
            ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte),
        )
        .reduce<string[]>((rows, each) => {
          const last = rows.at(-1) ?? '';
          if (last.length + each.length > 75) rows.push(each);
          else rows[Math.max(0, rows.length - 1)] = last + each;
          return rows;
        }, []);
      return escaped.join('=\r\n');
    })
    .join('\r\n');
}

test('mailed as quoted-printable', () => {
  const mailed = quotedPrintable(lines.join('\n'));
  expect(mailed).toContain('=\r\n');
  const { said, rejects } = scan(mailed);
  expect({ said, rejects }).toEqual({ said: plain.said, rejects: plain.rejects });
});

const frames = Array.from({ length: 4000 }, (_, at) =>
  [
    `goroutine ${at + 1} [chan receive, ${at % 7} minutes]:`,
    `example.com/shop/cart.(*Worker${at % 5}).run(0xc00001${at.toString(16)}, {0x1, 0x2})`,
    `\t/src/shop/cart/worker.go:${at + 7} +0x1d`,
    'created by main.main in goroutine 1',
    '\t/src/shop/main.go:12 +0x6f',
    '',
  ].join('\n'),
);
const large = frames.join('\n');
const largePlain = scan(large);

test.each([
  ['JSON', (text: string) => JSON.stringify({ level: 'error', msg: text, pod: 'api-1' })],
  ['JSON, cut', (text: string) => `{"pod":"api \\"1\\"","msg":${JSON.stringify(text)}`.slice(0, -1)],
  [
    'JSON in JSON',
    (text: string) => JSON.stringify({ log: `${JSON.stringify({ msg: text })}\n`, stream: 'stderr', time: 't' }),
  ],
  ['logfmt', (text: string) => `level=error pod=api-1 msg=${JSON.stringify(text)}`],
  ['syslog', (text: string) => text.replaceAll('\n', '#012').replaceAll('\t', '#011')],
])('a dump of half a megabyte in one line of %s is read whole', (_, pack) => {
  expect(large.length).toBeGreaterThan(500_000);
  const { said, rejects } = scan(`ready\n${pack(large)}\n`);
  expect({ said, rejects }).toEqual({ said: largePlain.said, rejects: {} });
});

const pieces = (text: string, length: number) =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));

test.each([
  [
    'docker',
    (piece: string, last: boolean) => JSON.stringify({ log: piece + (last ? '\n' : ''), stream: 'stderr', time: 't' }),
  ],
  ['containerd', (piece: string, last: boolean) => `2026-11-21T03:30:00.1Z stderr ${last ? 'F' : 'P'} ${piece}`],
  ['a logger that leaves no mark', (piece: string) => piece],
])('a dump in one line of JSON that %s cut at 16 KiB is read whole', (_, carry) => {
  const cut = pieces(JSON.stringify({ level: 'error', msg: large, pod: 'api-1' }), 16_384);
  const { said, rejects } = scan(`${cut.map((piece, at) => carry(piece, at === cut.length - 1)).join('\n')}\n`);
  expect({ said, rejects }).toEqual({ said: largePlain.said, rejects: {} });
});

test('of a dump in one line of more than 16 MiB what fits is read, and it is told that there was more', () => {
  const tooLarge = large.repeat(Math.ceil(2 ** 24 / large.length));
  const { said, rejects } = scan(`${JSON.stringify({ msg: tooLarge })}\n`);
  expect(rejects['longLine']).toBe(1);
  expect(said[0]?.length).toBeGreaterThan(4000);
});

/** Wrapped at blanks, as a mail program does before a line gets longer than this; what has no blank stays as it is. */
function wrap(line: string, width: number): string {
  const rows: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= 0) break;
    rows.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...rows, rest].join('\n');
}

const quick = {
  ...Object.fromEntries(
    ['go126-crowd.txt', 'go126-waits.txt', 'go126-trace.log', 'go119-trace.log'].map((name) => [name, fixture(name)]),
  ),
  'long arguments': [
    'goroutine 18 [chan receive (durable), 12 minutes, locked to thread, synctest bubble 9]:',
    'example.com/shop/internal/cart.(*ShoppingCartWorker[...]).receive(0xc0000123, {0xc000045678, 0x12, 0x40}, 0x1, {0x0, 0x0})',
    '\t/src/example.com/shop/internal/cart/shopping_cart_worker.go:117 +0x1d fp=0xc000012f88 sp=0xc000012f20 pc=0x4811ee',
    'main.main()',
    '\t/src/main.go:3 +0x1',
    'created by example.com/shop/internal/cart.(*ShoppingCartWorker[...]).start in goroutine 1',
    '\t/src/example.com/shop/internal/cart/shopping_cart_worker.go:31 +0x6f',
  ],
};

test.each(
  Object.keys(quick).flatMap((name) =>
    [72, 76, 78].flatMap(
      (width) =>
        [
          ['', name, width],
          ['> ', name, width],
        ] as const,
    ),
  ),
)('wrapped by a mail program: %j before %s at %i columns', (quote, name, width) => {
  const whole = quick[name as keyof typeof quick];
  const { said, rejects } = scan(
    whole
      .flatMap((line) => wrap(line, width).split('\n'))
      .map((line) => quote + line)
      .join('\n'),
  );
  // What follows a place, such as its offset, is in a line of its own then.
  const known = (list: readonly unknown[][]) =>
    JSON.parse(JSON.stringify(list).replace(/"foreignLines":\d+/g, '"foreignLines":0'));
  expect({ said: known(said), rejects }).toEqual({ said: known(scan(whole.join('\n')).said), rejects: {} });
});
