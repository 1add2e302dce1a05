import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecordingReader, type Recording, readRecording } from '../../../src/load/schedule/recording.ts';

function read(text: string): Recording {
  const reader = createRecordingReader();
  for (const line of text.split('\n')) reader.line(line);
  return reader.end();
}

describe('a recording', () => {
  it('counts from its first arrival, whatever its times count from', () => {
    expect([...read('1700000000.25\n1700000000.5\n1700000002').atS]).toEqual([0, 0.25, 1.75]);
  });

  it('says what arrivals send, where it says', () => {
    const { requests, names } = read('0 GET /users/{id}\n0.5\tlist\n1\n2 GET /users/{id}');
    expect([...requests]).toEqual([0, 1, -1, 0]);
    expect(names).toEqual(['GET /users/{id}', 'list']);
  });

  it('leaves out empty lines and comments', () => {
    expect([...read('# seconds, request\n\n1\n  \n2\r\n').atS]).toEqual([0, 1]);
  });

  it('is in the order of its times, and of its lines where they are the same', () => {
    const { atS, requests, names } = read('3 c\n1 a\n2 b\n1 z');
    expect([...atS]).toEqual([0, 0, 1, 2]);
    expect([...requests].map((place) => names[place])).toEqual(['a', 'z', 'b', 'c']);
  });

  it('has every arrival of any lines, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 3000 }), (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        expect([...read(times.join('\n')).atS]).toEqual(sorted.map((time) => time - (sorted[0] ?? 0)));
      }),
      { numRuns: 50 },
    );
  });

  it('names the lines that it cannot be made of', () => {
    const wrong = () => read('0\nx\n1,5\n0x10\n12:00\n5');
    expect(wrong).toThrow('line 2, "x"; line 3, "1,5"');
    expect(wrong).toThrow('line 4, "0x10"');
    expect(wrong).toThrow('and 1 more lines: must be a time in seconds and perhaps the name of a request');
  });

  it('has at least one arrival', () => {
    expect(() => read('# nothing\n')).toThrow('there are no arrivals in it');
  });
});

describe('a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rampart-recording-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('may be gzipped', async () => {
    await writeFile(join(folder, 'a.gz'), gzipSync('5 a\n6.5 b\n'));
    const { atS, names } = await readRecording(join(folder, 'a.gz'));
    expect([...atS]).toEqual([0, 1.5]);
    expect(names).toEqual(['a', 'b']);
  });

  it('that is cut is refused', async () => {
    await writeFile(join(folder, 'cut.gz'), gzipSync('5\n6\n'.repeat(500)).subarray(0, 20));
    await expect(readRecording(join(folder, 'cut.gz'))).rejects.toThrow();
  });
});
