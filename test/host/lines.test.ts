/** Lines out of chunks, wherever the chunks are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../src/host/lines.ts';

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((text) => lines.push(text));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

describe('splitLines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\u{1F600}', '\n', ' ') }));
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 40 })), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        const expected = whole.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(linesOf(chunks)).toEqual(expected);
      }),
    );
  });

  it('drops the carriage return of a line and keeps any other', () => {
    expect(linesOf([Buffer.from('a\r\nb\rc\r\n')])).toEqual(['a', 'b\rc']);
  });

  it('continues a line beyond 1 MiB as another, losing nothing', () => {
    const mebibyte = 1024 * 1024;
    const chunks = Array.from({ length: 5 }, () => Buffer.alloc(mebibyte / 2, 'x'));
    const lines = linesOf([...chunks, Buffer.from('\nnext')]);
    expect(lines.map((line) => line.length)).toEqual([mebibyte, mebibyte, mebibyte / 2, 4]);
  });
});
