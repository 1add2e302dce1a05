import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBaseline, writeBaseline } from '../../src/archive/baseline-file.ts';
import { storedBaseline } from '../helpers/stored-baseline.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rampart-baseline-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

it('reads what it wrote, into folders that it makes', async () => {
  const path = join(directory, 'perf', 'baseline.json');
  await writeBaseline(path, storedBaseline());
  expect(await readBaseline(path, 'b')).toEqual(storedBaseline());
});

it.each([
  [
    'of another version',
    JSON.stringify({ ...storedBaseline(), schemaVersion: 7 }),
    'has schema version 7, this rampart reads 1',
  ],
  ['of something else', '{"kind":"gate"}', 'is no baseline but the JSON of a gate'],
  ['that is no object', '17', 'is no baseline'],
  ['that was cut', '{"kind":', 'is not JSON'],
  ['with a value of another kind', JSON.stringify({ ...storedBaseline(), engine: 3 }), 'is damaged: engine: '],
])('says what is wrong with a file %s', async (_, text, message) => {
  const path = join(directory, 'b.json');
  writeFileSync(path, text);
  await expect(readBaseline(path, 'perf/b.json')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(`perf/b.json: ${message}`),
    hint: expect.stringContaining('rampart baseline accept'),
  });
});

it('says when there is none', async () => {
  await expect(readBaseline(join(directory, 'b.json'), 'b.json')).rejects.toThrow('b.json: there is no such file');
});
