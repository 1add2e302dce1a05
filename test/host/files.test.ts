import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeGzippedText, writeText } from '../../src/host/files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-files-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe.each([
  ['a text', writeText, (bytes: Buffer) => bytes.toString()],
  ['a gzipped text', writeGzippedText, (bytes: Buffer) => gunzipSync(bytes).toString()],
] as const)('%s', (_, write, read) => {
  it('stands whole in its place, with the folders before it', async () => {
    await write(join(folder, 'a', 'b'), ['one ', 'two']);
    expect(read(await readFile(join(folder, 'a', 'b')))).toBe('one two');
    expect(await readdir(join(folder, 'a'))).toEqual(['b']);
  });

  it('that cannot be put in its place leaves nothing beside it', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(write(join(folder, 'taken'), ['one'])).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('that breaks off in the middle leaves nothing, and what was there before', async () => {
    await write(join(folder, 'kept'), ['before']);
    const broken = function* () {
      yield 'half';
      throw new Error('no more');
    };
    await expect(write(join(folder, 'kept'), broken())).rejects.toThrow('no more');
    expect(read(await readFile(join(folder, 'kept')))).toBe('before');
    expect(await readdir(folder)).toEqual(['kept']);
  });
});
