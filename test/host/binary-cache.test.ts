import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { binaryFolder } from '../../src/host/binary-cache.ts';

let base: string;
let root: string;
const context = (name: string) => {
  mkdirSync(join(base, name));
  return join(base, name);
};

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rampart-binaries-'));
  root = join(base, 'bin');
});

afterEach(() => rmSync(base, { recursive: true }));

it('keeps binaries while what they were built from is there, and gives the same folder again', async () => {
  const folder = await binaryFolder(root, 'a', context('one'));
  writeFileSync(join(folder, 'api'), '');
  await binaryFolder(root, 'b', context('two'));
  expect(await binaryFolder(root, 'a', join(base, 'one'))).toBe(folder);
  expect(readdirSync(folder).sort()).toEqual(['.context', 'api']);
  expect(readdirSync(root).sort()).toEqual(['a', 'b']);
});

it('removes those whose source is gone, as that of a finished gate', async () => {
  await binaryFolder(root, 'a', context('one'));
  rmSync(join(base, 'one'), { recursive: true });
  await binaryFolder(root, 'b', context('two'));
  expect(readdirSync(root)).toEqual(['b']);
});

it('removes those that were not used for a month, also of an older version that did not say what they are of', async () => {
  mkdirSync(join(root, 'old'), { recursive: true });
  mkdirSync(join(root, 'recent'));
  const longAgo = new Date(Date.now() - 31 * 24 * 3600 * 1000);
  utimesSync(join(root, 'old'), longAgo, longAgo);
  await binaryFolder(root, 'b', context('two'));
  expect(readdirSync(root).sort()).toEqual(['b', 'recent']);
});
