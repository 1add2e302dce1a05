import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../../src/goruntime/metrics/exposition.ts';
import { anyPage, textOf } from './exposition-page.ts';

const recorded = readFileSync(new URL('../../fixtures/goruntime/metrics.txt', import.meta.url), 'utf8');

test('every line that a real Go service answered is read', () => {
  const { samples, rejects } = parseExposition(recorded);
  const lines = recorded.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect({ samples: samples.length, rejects }).toEqual({ samples: lines.length, rejects: 0 });
  expect(samples).toContainEqual({ name: 'go_info', labels: { version: 'go1.26.8' }, value: 1 });
  expect(samples).toContainEqual({ name: 'go_gc_heap_goal_bytes', labels: {}, value: 4_194_304 });
});

test('what a page says is read, however it is written', () => {
  fc.assert(
    fc.property(anyPage, (page) => {
      const { samples, rejects, hasEnd } = parseExposition(textOf(page));
      expect({ rejects, hasEnd }).toEqual({ rejects: 0, hasEnd: page.isOpenMetrics });
      expect(samples).toEqual(
        page.lines.map(({ name, labels, value, atMs }) => ({
          name,
          labels: { ...labels },
          value: value + 0,
          ...(atMs === undefined ? {} : { atMs: expect.closeTo(atMs, 0) }),
        })),
      );
    }),
  );
});

test.each([
  ['a timestamp', 'x 1 1700000000000'],
  ['a comma after the last label', 'x{a="1",} 1'],
  ['blanks inside the braces', 'x { a = "1" , b = "2" } 1'],
  ['an exemplar', 'x_bucket{le="1"} 17 # {trace_id="oHg5"} 0.67 1700000000.5'],
  ['a carriage return', 'x 1\r'],
  ['empty braces', 'x{} 1'],
  ['no blank after the braces', 'x{a="1"}1'],
  ['blanks before it', '  x 1'],
  ['a quoted name', '{"x"} 1'],
  ['a quoted name after its labels', '{a="1","x"} 1'],
  ['a quoted label', 'x{"a.b"="1"} 1'],
])('a sample with %s is one', (_, line) => {
  expect(parseExposition(`${line}\n# EOF\n`)).toMatchObject({ samples: [{}], rejects: 0 });
});

test.each([
  ...['x', 'x one', 'x constructor', 'x{a=1} 1', 'x{a="1" 1', '1x 2', '<html>', 'x{a=} 1', 'x{a} 1', '{a="1"} 1'],
  ...['{"x","y"} 1', 'x{"y"} 1', '{"x"=} 1', 'x{a="1"', 'x 1 now'],
])('%s is counted, and its text kept', (line) => {
  expect(parseExposition(`${line}\nx 1\n`)).toMatchObject({ samples: [{ name: 'x' }], rejects: 1, example: line });
});

test('the unit of a timestamp is that of its format', () => {
  expect(parseExposition('x 1 1700000000000\n').samples[0]?.atMs).toBe(1_700_000_000_000);
  expect(parseExposition('x 1 1700000000.5\n# EOF').samples[0]?.atMs).toBe(1_700_000_000_500);
});

test('what a metric is said to be is known by its name', () => {
  const { types, rejects } = parseExposition(
    '# TYPE a_total counter\n# HELP a_total of TYPE gauge\n# TYPE "b.c \\"d" histogram\n# TYPE e\n#TYPE f Gauge\r\n',
  );
  expect([...types]).toEqual([
    ['a_total', 'counter'],
    ['b.c "d', 'histogram'],
    ['f', 'gauge'],
  ]);
  expect(rejects).toBe(0);
});

test('any text is read without throwing', () => {
  const shards = fc.constantFrom('x{', 'a="', '"', '\\', ',', '}', ' 1', '\n', '# ', '+Inf');
  fc.assert(
    fc.property(fc.array(fc.oneof(shards, fc.string({ unit: 'binary' }))), (parts) => {
      const text = parts.join('');
      const { samples, rejects } = parseExposition(text);
      expect(samples.length + rejects).toBeLessThanOrEqual(text.split('\n').length);
    }),
  );
});

test('a label is kept whatever its name is', () => {
  const { samples } = parseExposition('queue{__proto__="a",constructor="b"} 1\n');
  expect(samples.map(({ labels }) => Object.entries(labels))).toEqual([
    [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ],
  ]);
});
