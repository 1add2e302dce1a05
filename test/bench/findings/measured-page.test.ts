import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordedRow } from './recorded.ts';
import { readSystems } from './systems.ts';
import { markdownTables } from './table.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('the page of measured findings says what the recorded runs say today', { timeout: 120_000 }, () => {
  const page = readFileSync(join(root, 'docs', 'findings-measured.md'), 'utf8').split('\n');
  const told = markdownTables(readSystems(root).flatMap((system) => recordedRow(root, system))).split('\n');
  const lines = told.filter((line) => line !== '').map((line) => (line.startsWith('|') ? line : `- ${line}`));
  expect(lines.filter((line) => !page.includes(line))).toEqual([]);
});
