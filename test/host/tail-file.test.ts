/** Following a log file: from its end, through truncation and rotation. */
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FollowedFile, followFile } from '../../src/host/tail-file.ts';

let folder: string;
let path: string;
let lines: string[];
let followed: FollowedFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  path = join(folder, 'service.log');
  await writeFile(path, 'old\n');
  lines = [];
  followed = await followFile(path, (text) => lines.push(text));
});
afterEach(async () => {
  await followed.close();
  await rm(folder, { recursive: true });
});

it('gives lines written from now on, none from before', async () => {
  await appendFile(path, 'one\ntw');
  await expect.poll(() => lines).toEqual(['one']);
  await appendFile(path, 'o\n');
  await expect.poll(() => lines).toEqual(['one', 'two']);
});

it('starts again when the file is truncated', async () => {
  await appendFile(path, 'a long line before the cut\n');
  await expect.poll(() => lines).toHaveLength(1);
  await truncate(path, 0);
  await appendFile(path, 'after\n');
  await expect.poll(() => lines.at(-1)).toBe('after');
});

it('does not make one line of what was cut off and what follows', async () => {
  await appendFile(path, 'whole\nhalf of a li');
  await expect.poll(() => lines).toEqual(['whole']);
  await truncate(path, 0);
  await appendFile(path, 'after\n');
  await expect.poll(() => lines.at(-1)).toBe('after');
});

it('goes on in the new file when the old one is moved away, and loses nothing of the old', async () => {
  await appendFile(path, 'last of the old\n');
  await rename(path, `${path}.1`);
  await appendFile(`${path}.1`, 'very last of the old\n');
  await writeFile(path, 'first of the new\n');
  await expect.poll(() => lines).toEqual(['last of the old', 'very last of the old', 'first of the new']);
});

it('gives out the rest when it is closed, and nothing afterwards', async () => {
  await appendFile(path, 'no newline');
  await followed.close();
  expect(lines).toEqual(['no newline']);
  await appendFile(path, 'later\n');
  await followed.close();
  expect(lines).toEqual(['no newline']);
});

it('a file that is not there is an error', async () => {
  await expect(followFile(join(folder, 'none'), () => undefined)).rejects.toMatchObject({ code: 'ENOENT' });
});
