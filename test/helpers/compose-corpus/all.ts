/** The corpus of compose projects: what Go projects write, each cut down to what is peculiar about it; outcomes are in test/golden/compose. */
import { corpusOfFiles } from './files.ts';
import type { CorpusProject } from './project.ts';
import { corpusOfServices } from './services.ts';
import { corpusOfValues } from './values.ts';

/** All projects. */
export const composeCorpus: readonly CorpusProject[] = [...corpusOfValues, ...corpusOfFiles, ...corpusOfServices];
