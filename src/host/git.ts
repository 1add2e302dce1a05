/** The door to git: one command at a time, its lines and its exit code. */
import { environmentError, messageOf } from '../model/errors.ts';
import { startProcessGroup } from './process-group.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where git runs, with what environment, and the signal that ends it. */
export interface GitPlace {
  readonly cwd: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** How a git command ended. */
interface GitEnd {
  readonly code: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Set by git for its hooks; they would lead every command back to the repository of the hook. */
const ofHooks = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_PREFIX', 'GIT_COMMON_DIR'];

/** Runs git, whatever comes of it; environmentError when there is no git. */
export async function tryGit(args: readonly string[], { cwd, env, signal }: GitPlace): Promise<GitEnd> {
  signal.throwIfAborted();
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !ofHooks.includes(entry[0]),
  );
  const child = await startProcessGroup({
    command: 'git',
    args,
    cwd,
    env: { ...Object.fromEntries(given), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
    onLine: (stream, text) => lines[stream].push(text),
  }).catch((error: unknown) => {
    throw environmentError(
      'git-missing',
      `cannot run git in ${cwd}: ${messageOf(error)}`,
      'Install git and put it on PATH.',
      error,
    );
  });
  const kill = () => void child.stop(0, 'SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const { code } = await child.exited;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  return { code, ...lines };
}

/** The lines that git printed; environmentError with what it said when it failed. */
export async function git(args: readonly string[], place: GitPlace): Promise<readonly string[]> {
  const { code, stdout, stderr } = await tryGit(args, place);
  if (code === 0) return stdout;
  const said = stderr.slice(-5).map((line) => `    | ${line}`);
  throw environmentError('git-failed', [`git ${args[0]} in ${place.cwd} failed`, ...said].join('\n'));
}
