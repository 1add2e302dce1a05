/** Compose projects as people write them are read as Docker Compose reads them: every field against what it made of them (test/e2e/compose-corpus.test.ts). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { canonOfRampart } from '../../helpers/compose-canon.ts';
import { composeCorpus } from '../../helpers/compose-corpus/all.ts';
import { recordedFile } from '../../helpers/compose-corpus/project.ts';
import { projectOf } from '../../helpers/compose-project.ts';

it.each(composeCorpus)('$name', (project) => {
  const { files, named, env = {}, profiles } = project;
  const recorded = JSON.parse(readFileSync(recordedFile(project), 'utf8')) as unknown;
  expect(canonOfRampart(projectOf(files, named), env, profiles)).toEqual(recorded);
});
