import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linksOf, readPages } from '../helpers/markdown-page.ts';
import { readIn } from '../helpers/read-scenario.ts';

const folder = join(import.meta.dirname, '..', '..', 'scenarios');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

it('ships the scenarios that docs/scenario.md names', () => {
  const page = readPages().find((each) => each.file === 'docs/scenario.md');
  const named = page ? linksOf(page).flatMap((link) => /^\.\.\/scenarios\/(.+\.yaml)$/.exec(link)?.[1] ?? []) : [];
  expect(files.sort()).toEqual(named.sort());
});

it.each(files)('%s is a scenario that can be run', async (file) => {
  const { scenario } = await readIn(folder, file);
  expect(`${scenario.name}.yaml`).toBe(file);
});
