/** YAML to values with places: aliases, merge keys, and what would fill the memory. */
import { expect, it } from 'vitest';
import { type Placed, readPlacedYaml } from '../../../src/topology/compose-file/placed-yaml.ts';

function read(text: string): { documents: Placed[]; mistakes: string[] } {
  const mistakes: string[] = [];
  const documents = readPlacedYaml(text, 'f.yaml', ({ line, col }, message) =>
    mistakes.push(`${line}:${col} ${message}`),
  );
  return { documents, mistakes };
}

it('points at the alias for what an anchor holds', () => {
  const { documents } = read('a: &x 1\nb: *x');
  const map = documents[0]?.value as ReadonlyMap<string, Placed>;
  expect(map.get('b')).toMatchObject({ value: 1, at: { line: 2, col: 4 } });
});

it.each([
  ['a: *nothing', /^1:4 .*nothing/],
  ['a: &x { b: *x }', /^1:12 \*x contains itself$/],
  ['a: { 1: x }', /^1:6 a key must be a text, got 1/],
  ['a: { true: x }', /^1:6 a key must be a text, got true/],
  ['a: { <<: [1] }', /^1:11 a merge key .* takes a mapping/],
  ['a: 1\na: 2', /^2:1 is not valid YAML: Map keys must be unique/],
  ['a: 1\nb\0: 2', /^2:2 is no text in UTF-8/],
  ['a: [1', /^1:6 is not valid YAML/],
])('%j is refused with its place', (text, message) => {
  expect(read(text).mistakes[0]).toMatch(message);
});

it('refuses aliases of aliases that grow without end, and at once', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 30; level += 1) {
    const before = `*a${level - 1}`;
    lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => before).join(', ')}]`);
  }
  expect(read(lines.join('\n')).mistakes).toEqual([expect.stringMatching(/^6:9 holds more than 200000 values/)]);
});

it('keeps the documents of a file apart, and leaves an empty one out', () => {
  expect(read('a: 1\n---\n# nothing\n---\nb: 2').documents).toHaveLength(2);
});
