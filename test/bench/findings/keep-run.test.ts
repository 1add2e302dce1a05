import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { readRawRun } from '../../../src/archive/run-directory.ts';
import { readRecorded } from '../../helpers/recorded-run.ts';
import { keepRun } from './keep-run.ts';

const directory = join(import.meta.dirname, '..', '..', 'golden', 'run');

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rampart-keep-run-'));
});
afterAll(() => rmSync(root, { recursive: true }));

it('keeps all of a run that its result is made of', async () => {
  await keepRun(directory, 'golden', root);
  const [kept, original] = [readRecorded(root, 'golden'), await readRawRun(directory)].map((run) =>
    JSON.stringify(buildResult(run)),
  );
  expect(kept?.length).toBeGreaterThan(100_000);
  expect(kept === original).toBe(true);
});
