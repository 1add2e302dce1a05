import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGoroutineHeader } from '../../../src/goruntime/goroutines/header.ts';

test.each([
  ['goroutine 1 [running]:', { id: 1, state: 'running', waitMinutes: undefined, lockedToThread: false, labels: {} }],
  [
    'goroutine 12 [chan receive, 5 minutes, locked to thread]:',
    { id: 12, state: 'chan receive', waitMinutes: 5, lockedToThread: true },
  ],
  ['goroutine 9 [select (no cases), 1 minutes]:', { state: 'select (no cases)', waitMinutes: 1 }],
  ['goroutine 9 [chan receive (nil chan) (scan)]:', { state: 'chan receive (nil chan)', scan: true }],
  ['goroutine 9 [sleep (durable), synctest bubble 1]:', { state: 'sleep', durable: true, synctest: 1 }],
  ['goroutine 9 [chan receive (synctest), synctest group 3]:', { state: 'chan receive (synctest)', synctest: 3 }],
  ['goroutine 9 [select (leaked) (scan), 7 minutes]:', { state: 'select', leaked: true, scan: true, waitMinutes: 7 }],
  ['goroutine 1 gp=0xc000002380 m=3 mp=0xc000100008 [running]:', { id: 1, thread: 3, state: 'running' }],
  ['goroutine 7 gp=0xc000002380 m=nil [GC worker (idle)]:', { id: 7, thread: undefined, state: 'GC worker (idle)' }],
  [
    'goroutine 7 [chan send labels:{"a path": "/x \\"y\\"\\n]:", "k": "v"}]:',
    { state: 'chan send', labels: { 'a path': '/x "y"\n]:', k: 'v' } },
  ],
  [
    'goroutine 7 [select, 3 minutes] {tenant: t1, "k 2": "v}:\\x41\\u00e4"}:',
    { state: 'select', waitMinutes: 3, labels: { tenant: 't1', 'k 2': 'v}:Aä' } },
  ],
  ['goroutine 7 [select, something new, 3 minutes]:', { other: ['something new'], waitMinutes: 3 }],
])('%s', (text, value) => {
  expect(parseGoroutineHeader(text)).toMatchObject(value);
});

test.each([
  'goroutine 7 [select',
  'goroutine 7 [select] {a: ',
  'goroutine 7 [select]',
  'goroutine 7 [a]: and more',
  'goroutine [a]:',
])('not a whole header: %s', (text) => {
  expect(parseGoroutineHeader(text)).toBeUndefined();
});

test('any label comes back as it was', () => {
  const quote = (text: string) => JSON.stringify(text);
  // Go prints what is not printable by number; JSON does the same for what can break a line.
  const words = fc.string({ unit: 'grapheme', maxLength: 12 });
  fc.assert(
    fc.property(fc.dictionary(words, words, { maxKeys: 4 }), (labels) => {
      const pairs = Object.entries(labels).map(([key, value]) => `${quote(key)}: ${quote(value)}`);
      const inside = `goroutine 7 [select labels:{${pairs.join(', ')}}]:`;
      const after = `goroutine 7 [select] {${pairs.join(', ')}}:`;
      for (const text of [inside, after]) expect({ ...parseGoroutineHeader(text)?.labels }).toEqual({ ...labels });
    }),
  );
});
