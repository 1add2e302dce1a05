import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/exposition.ts';

const recorded = readFileSync(new URL('../fixtures/goruntime/metrics.txt', import.meta.url), 'utf8');

test('every line that a real Go service answered is read', () => {
  const { samples, rejects } = parseExposition(recorded);
  const lines = recorded.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect({ samples: samples.length, rejects }).toEqual({ samples: lines.length, rejects: 0 });
  expect(samples).toContainEqual({ name: 'go_info', labels: { version: 'go1.26.8' }, value: 1 });
  expect(samples).toContainEqual({ name: 'go_gc_heap_goal_bytes', labels: {}, value: 4_194_304 });
});

test('names, labels and values survive however they must be escaped', () => {
  const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,10}$/);
  const label = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/);
  const values = fc.oneof(fc.double(), fc.integer());
  fc.assert(
    fc.property(name, fc.dictionary(label, fc.string({ unit: 'grapheme' })), values, (metric, labels, value) => {
      const escaped = (text: string) => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
      const number = value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value);
      const line = `${metric}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number}`;
      const { samples, rejects } = parseExposition(`# TYPE x gauge\n${line}\n`);
      expect(rejects).toBe(0);
      expect(samples).toEqual([{ name: metric, labels: { ...labels }, value: value + 0 }]);
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
])('a sample with %s is one', (_, line) => {
  expect(parseExposition(`${line}\n# EOF\n`)).toMatchObject({ samples: [{}], rejects: 0 });
});

test.each(['x', 'x one', 'x constructor', 'x{a=1} 1', 'x{a="1" 1', '1x 2', 'x 0x10', '<html>'])(
  '%s is counted, and its text kept',
  (line) => {
    expect(parseExposition(`${line}\nx 1\n`)).toMatchObject({ samples: [{ name: 'x' }], rejects: 1, example: line });
  },
);

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
