/** The door to git: one command at a time, its lines and its exit code. */
import { environmentError, messageOf } from '../model/errors.ts';
import { linesOf, runCommand } from './command.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where git runs, with what environment, and the signal that ends it. */
export interface GitPlace {
  readonly cwd: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** How a git command ended. */
interface GitEnd {
  readonly code: number | undefined;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Set by git for its hooks; they would lead every command back to the repository of the hook. */
const ofHooks = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_PREFIX', 'GIT_COMMON_DIR'];

/** Runs git, whatever comes of it; environmentError when there is no git. */
export async function tryGit(args: readonly string[], { cwd, env, signal }: GitPlace): Promise<GitEnd> {
  const given = Object.entries(env).filter(([name]) => !ofHooks.includes(name));
  const { code, stdout, stderr } = await runCommand('git', args, {
    cwd,
    env: { ...Object.fromEntries(given), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw environmentError(
      'git-missing',
      `cannot run git in ${cwd}: ${messageOf(error)}`,
      'Install git and put it on PATH.',
      error,
    );
  });
  return { code, stdout: linesOf(stdout), stderr: linesOf(stderr) };
}

/** The lines that git printed; environmentError with what it said when it failed. */
export async function git(args: readonly string[], place: GitPlace): Promise<readonly string[]> {
  const { code, stdout, stderr } = await tryGit(args, place);
  if (code === 0) return stdout;
  const said = stderr.slice(-5).map((line) => `    | ${line}`);
  throw environmentError('git-failed', [`git ${args[0]} in ${place.cwd} failed`, ...said].join('\n'));
}
