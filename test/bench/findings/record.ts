/** Keeps runs that were made by hand: `npm run record:run -- RUN_DIRECTORY NAME`, from the repository's root. */
import { exitCodes } from '../../../src/model/errors.ts';
import { keepRun } from './keep-run.ts';

const [directory, name, ...rest] = process.argv.slice(2);
try {
  if (!directory || !name || rest.length > 0 || !/^[\w-]+$/.test(name))
    throw new Error('usage: npm run record:run -- RUN_DIRECTORY NAME   writes test/recorded/NAME.json.gz');
  console.log(`test/recorded/${name}.json.gz: ${await keepRun(directory, name, process.cwd())} B`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodes.usage;
}
