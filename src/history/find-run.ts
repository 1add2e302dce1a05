/** A run by what people call it: its directory, or its id or a part of that. */
import { basename, join, resolve } from 'node:path';
import { entriesOf, isFolder } from '../host/file-tree.ts';
import { usageError } from '../model/errors.ts';

/** Where runs lie unless `--out` says otherwise. */
export const runsFolder = 'runs';

/**
 * The directory that a word means: one of that name, else the one in the folder whose name has it at its beginning or its end; usage error
 * when there is none or when there are several.
 */
export function findRun(word: string, cwd: string, folder: string = join(cwd, runsFolder)): string {
  const path = resolve(cwd, word);
  if (word !== '' && isFolder(path)) return path;
  const names = namesIn(folder);
  const exact = names.filter((name) => name === word);
  const found = exact.length > 0 ? exact : names.filter((name) => name.startsWith(word) || name.endsWith(word));
  const [first] = found;
  if (first !== undefined && found.length === 1 && word !== '') return join(folder, first);
  const hint = 'rampart runs lists them with their ids; a directory can be named, too.';
  if (found.length > 1 && word !== '')
    throw usageError(
      'unknown-run',
      `${word}: is the beginning or the end of ${found.length} ids: ${some(found)}`,
      hint,
    );
  throw usageError(
    'unknown-run',
    `${JSON.stringify(word)}: there is no such directory, and no such id in ${basename(folder)}/`,
    hint,
  );
}

function namesIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return entriesOf(folder)
    .filter((each) => each.isFolder)
    .map(({ name }) => name);
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown}, …` : shown;
}
