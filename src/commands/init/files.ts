/** The files that `init` writes: a scenario where there is none yet, and a line that keeps runs out of the repository. */
import { dirname, join, relative } from 'node:path';
import { isThere } from '../../host/file-tree.ts';
import { createFile, readTextIfAny, writeText } from '../../host/files.ts';
import { tryGit } from '../../host/git.ts';
import { RampartError, usageError } from '../../model/errors.ts';
import type { CommandContext } from '../command.ts';
import { slashed } from '../schema-place.ts';
import { written } from '../written.ts';

/** Refuses before anything is looked at; `createScenario` refuses again where a file has come meanwhile. */
export function refuseExisting(out: string, isForced: boolean, { cwd }: Pick<CommandContext, 'cwd'>): void {
  if (!isForced && isThere(out)) throw exists(out, cwd);
}

/** Writes it; usageError when there is a file and it is not to be replaced, environmentError when it cannot be written. */
export async function createScenario(
  out: string,
  text: string,
  isForced: boolean,
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<void> {
  const isWritten = await written(relative(cwd, out), async () => {
    if (!isForced) return await createFile(out, text);
    await writeText(out, text);
    return true;
  });
  if (!isWritten) throw exists(out, cwd);
}

function exists(out: string, cwd: string): Error {
  return usageError(
    'init-exists',
    `${relative(cwd, out)}: this file exists and is left as it is`,
    'Name another with --out FILE, or write over it with --force.',
  );
}

/**
 * Has git ignore the folder for runs, where there is a repository that does not yet: by the `.gitignore` of this folder, else of the
 * root. Gives what was done, in words; undefined when there is nothing to do.
 */
export async function ignoreRuns({ cwd, env, signal }: CommandContext): Promise<string | undefined> {
  const place = { cwd, env, signal };
  try {
    const { code, stdout } = await tryGit(['rev-parse', '--show-toplevel'], place);
    const [root] = stdout;
    if (code !== 0 || root === undefined) return undefined;
    const ignored = await tryGit(['check-ignore', '--quiet', '--', 'runs/x'], place);
    if (ignored.code === 0) return undefined;
    const kept = await tryGit(['ls-files', '--', 'runs'], place);
    if (kept.stdout.length > 0)
      return 'runs/ holds files of your repository, so .gitignore is left alone: name another directory with --out when you run';
    const isHere = isThere(join(cwd, '.gitignore')) || cwd === root;
    const file = join(isHere ? cwd : root, '.gitignore');
    const within = slashed(relative(dirname(file), join(cwd, 'runs')));
    const text = await readTextIfAny(file);
    await writeText(file, withLine(text ?? '', `/${within}/`));
    return `${text === undefined ? 'wrote' : 'added a line to'} ${relative(cwd, file)}: /${within}/ is where runs are kept`;
  } catch (error) {
    signal.throwIfAborted();
    // No git, or a file that may not be written: nothing of it is needed for a run.
    return error instanceof RampartError && error.code === 'git-missing'
      ? undefined
      : '.gitignore could not be written: runs/ will show up in git';
  }
}

/** A text with a line more, its own line ends kept; pure. */
export function withLine(text: string, line: string): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const whole = text === '' || text.endsWith('\n') ? text : `${text}${end}`;
  return `${whole}${line}${end}`;
}
