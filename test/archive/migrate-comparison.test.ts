/** Comparisons that older versions of rampart wrote are read like new ones. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeComparison } from '../../src/analysis/compare/judgement.ts';
import { comparisonFile, readComparison } from '../../src/archive/comparison-directory.ts';
import { madeComparison } from '../helpers/comparison.ts';

const now = madeComparison([
  { name: 'a', p99Us: 1000 },
  { name: 'b', p99Us: 1500, answeredShare: 0.8 },
]);
const judged = { ...now, judgement: judgeComparison(now) };

/** The text that version 1 wrote of a comparison, whose metrics had other names. */
function asVersion1(comparison: object): string {
  return JSON.stringify({ ...comparison, schemaVersion: 1 })
    .replaceAll('"slow-share"', '"slow"')
    .replaceAll('"throughput"', '"capacity"');
}

async function readBack(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-comparison-'));
  writeFileSync(join(directory, comparisonFile), text);
  return await readComparison(directory);
}

it('gives metrics their new names, wherever a judgement has them', async () => {
  expect(asVersion1(judged)).toMatch(/"slow":.*"capacity":/s);
  expect(await readBack(asVersion1(judged))).toEqual(judged);
});

it('reads one that was interrupted before it was judged', async () => {
  expect(await readBack(asVersion1(now))).toEqual(now);
});

it('still says of damage where it is', async () => {
  await expect(readBack('{"schemaVersion":1,"judgement":7}')).rejects.toThrow('kind');
});
