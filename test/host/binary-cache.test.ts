import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildInCache } from '../../src/host/binary-cache.ts';

let base: string;
let root: string;
const context = (name: string) => {
  mkdirSync(join(base, name));
  return join(base, name);
};

async function built(key: string, from: string, text = '') {
  return await buildInCache({ root, key, name: 'api', context: from }, async (work) => writeFileSync(work, text));
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rampart-binaries-'));
  root = join(base, 'bin');
});

afterEach(() => rmSync(base, { recursive: true }));

it('keeps binaries while what they were built from is there, and gives the same folder again', async () => {
  const binary = await built('a', context('one'));
  await built('b', context('two'));
  expect(await built('a', join(base, 'one'))).toBe(binary);
  expect(binary).toBe(join(root, 'a', 'api'));
  expect(readdirSync(join(root, 'a')).sort()).toEqual(['.context', 'api']);
  expect(readdirSync(root).sort()).toEqual(['a', 'b']);
});

it('removes those whose source is gone, as that of a finished gate', async () => {
  await built('a', context('one'));
  rmSync(join(base, 'one'), { recursive: true });
  await built('b', context('two'));
  expect(readdirSync(root)).toEqual(['b']);
});

it('removes those that were not used for a month, also of an older version that did not say what they are of', async () => {
  mkdirSync(join(root, 'old'), { recursive: true });
  mkdirSync(join(root, 'recent'));
  const longAgo = new Date(Date.now() - 31 * 24 * 3600 * 1000);
  utimesSync(join(root, 'old'), longAgo, longAgo);
  await built('b', context('two'));
  expect(readdirSync(root).sort()).toEqual(['b', 'recent']);
});

it('builds on a second name of the last binary, and leaves that as it was when the build fails', async () => {
  const binary = await built('a', context('one'), 'first');
  const again = buildInCache({ root, key: 'a', name: 'api', context: join(base, 'one') }, async (work) => {
    expect(readFileSync(work, 'utf8')).toBe('first');
    expect(work).not.toBe(binary);
    throw new Error('does not compile');
  });
  await expect(again).rejects.toThrow('does not compile');
  expect(readFileSync(binary, 'utf8')).toBe('first');
  expect(readdirSync(join(root, 'a')).sort()).toEqual(['.context', 'api']);
});
