/** Commands on one line, as a table that Docker Compose agrees with (test/e2e/topology-compose-file.test.ts). */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitCommandLine } from '../../../src/topology/command/command-line.ts';
import { commandLines } from '../../helpers/command-lines.ts';

it.each(commandLines)('%j', (line, words) => {
  expect(splitCommandLine(line)?.words).toEqual(words);
});

it.each([
  ['run a && b', '&& b'],
  ['run a; b', '; b'],
  ['run >log 2>&1', '>log 2>&1'],
])('%j leaves away %j', (line, dropped) => {
  expect(splitCommandLine(line)?.dropped).toBe(dropped);
});

it.each(["run 'a", 'run "a', 'run (a)', 'run a)', 'run `a', 'run a\\'])('%j is refused', (line) => {
  expect(splitCommandLine(line)).toBeUndefined();
});

it('gives back words that are quoted, whatever they are', () => {
  const word = fc.string({ unit: 'binary' }).map((text) => text.replaceAll("'", ''));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitCommandLine(words.map((each) => `'${each}'`).join(' '))).toEqual({ words, dropped: '' });
    }),
  );
});
