// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Files of variables: what each line means and what is refused; the corpus of compose projects holds the same against Compose itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile, parseRawEnvFile } from '../../../src/topology/compose-file/env-file.ts';

const outer = (name: string) => ({ OUTER: 'outer' })[name];

describe('a file of variables', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['A = b c  ', { A: 'b c' }],
    ["A='x\\'y $B'", { A: "x'y $B" }],
    ['A="x\\ty \\$B \\0053"', { A: 'x\ty $B +' }],
    ['A="1" # note', { A: '1' }],
    ['A=1 # note\nB=a#b', { A: '1', B: 'a#b' }],
    ['export A=1\nexporter=2', { A: '1', exporter: '2' }],
    ['A=1\nB=${A}-${OUTER}-${NO:-d}', { A: '1', B: '1-outer-d' }],
    ['OUTER\nNO\n', { OUTER: 'outer' }],
    ['\uFEFF# note\r\nA=1\r\n', { A: '1' }],
    ['A="x\ny"\nB=2', { A: 'x\ny', B: '2' }],
  ])('%j', (text, variables) => {
    const { mistakes, variables: found } = parseEnvFile(text, outer);
    expect({ mistakes, variables: Object.fromEntries(found) }).toEqual({ mistakes: [], variables });
  });

  it('names what is wrong by line, and variables that are not set', () => {
    const { mistakes, unset } = parseEnvFile('A=1\nbad key=2\nB="open\nC=3', outer);
    expect(mistakes.map(({ line }) => line)).toEqual([2, 3]);
    expect(mistakes[0]?.message).toContain('"bad key" is not the name of a variable');
    expect(unset).toEqual([]);
    expect(parseEnvFile('A=${NO}', outer).unset).toEqual(['NO']);
  });

  it('gives back what single quotes hold, whatever it is', () => {
    const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/['\\\r]/g, ''));
    fc.assert(fc.property(anyText, (text) => parseEnvFile(`A='${text}'`, outer).variables.get('A') === text));
  });

  it('never makes the reader fail or run on', () => {
    const pieces = fc.constantFrom('A', '=', '"', "'", '\\', '\n', ' ', '#', '$', '{', '}', 'export ', ':');
    fc.assert(fc.property(fc.array(pieces), (parts) => void parseEnvFile(parts.join(''), outer)));
  });
});

it('takes values as they stand where the format is raw', () => {
  const { variables, mistakes } = parseRawEnvFile('# note\nA=a$b "c" #d\n B= x \nOUTER\nNO\nbad key=1', outer);
  expect(Object.fromEntries(variables)).toEqual({ A: 'a$b "c" #d', B: ' x ', OUTER: 'outer' });
  expect(mistakes.map(({ line }) => line)).toEqual([6]);
});
