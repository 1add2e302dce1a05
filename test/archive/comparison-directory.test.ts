import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  openComparisonDirectory,
  placeForRun,
  readComparison,
  writeComparison,
} from '../../src/archive/comparison-directory.ts';
import { madeComparison } from '../helpers/comparison.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rampart-comparison-'));
});

const made = madeComparison([
  { name: 'a', p99Us: 1000 },
  { name: 'b', p99Us: 1000 },
]);

it('gives back what was written', async () => {
  expect(await openComparisonDirectory(directory)).toBeUndefined();
  await writeComparison(directory, made);
  expect(await openComparisonDirectory(directory)).toEqual(made);
});

it('refuses a directory that holds something else', async () => {
  writeFileSync(join(directory, 'notes.txt'), '');
  await expect(openComparisonDirectory(directory)).rejects.toMatchObject({ code: 'out-not-empty', exitCode: 2 });
});

it.each([
  ['{"schemaVersion":1,', 'JSON'],
  ['{"schemaVersion":99}', 'schemaVersion'],
])('says that %s cannot be understood', async (text, what) => {
  writeFileSync(join(directory, 'comparison.json'), text);
  await expect(readComparison(directory)).rejects.toMatchObject({ code: 'comparison-damaged', exitCode: 3 });
  await expect(readComparison(directory)).rejects.toThrow(what);
});

it('gives every attempt a place of its own', async () => {
  const place = () => placeForRun(directory, 2, 'GOGC=off');
  expect(await place()).toBe(join('round-02', 'GOGC=off'));
  mkdirSync(join(directory, 'round-02', 'GOGC=off', 'raw'));
  expect(await place()).toBe(join('round-02', 'GOGC=off.2'));
});
