/**
 * Two states of a repository side by side, as folders of plain files: nothing is written into the repository, so nothing can be left
 * behind in it, and what the user edits meanwhile changes neither.
 */
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type GitPlace, git, tryGit } from '../host/git.ts';
import { makeRunFolder } from '../host/run-folder.ts';
import { usageError } from '../model/errors.ts';

/** One state: what it was asked for as, its commit unless it is the working tree, and git's id of all its files. */
export interface GitState {
  readonly name: string;
  readonly commit?: string | undefined;
  readonly tree: string;
}

/** A repository, and a folder that is removed by `close`, or by the next start of rampart when this process is killed. */
export interface Repository {
  readonly root: string;
  readonly folder: string;
  readonly place: GitPlace;
  close(): Promise<void>;
}

/** What the working tree is called. */
const workingTree = 'working tree';

/** The repository around a file; usageError when there is none. */
export async function openRepository(file: string, { env, signal }: Omit<GitPlace, 'cwd'>): Promise<Repository> {
  const cwd = await realpath(dirname(file));
  const { code, stdout } = await tryGit(['rev-parse', '--show-toplevel', '--git-path', 'objects'], {
    cwd,
    env,
    signal,
  });
  const [root, objects] = stdout;
  if (code !== 0 || root === undefined || objects === undefined) {
    throw usageError(
      'not-in-git',
      `${file}: is not in a git repository, so there is no other state of it to build`,
      'A gate builds the compose file as it stands in two states of its repository; rampart compare takes variants instead.',
    );
  }
  const folder = await makeRunFolder();
  await mkdir(join(folder, 'objects'));
  const own = {
    GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.startsWith(sep) ? objects : join(cwd, objects),
  };
  return {
    root,
    folder,
    place: { cwd: root, env: { ...env, ...own }, signal },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The state that a branch, tag or commit names; undefined when it names none. */
export async function stateOf({ place }: Repository, name: string): Promise<GitState | undefined> {
  const found = await commitOf(name, place);
  return found && { name, ...found };
}

/** The commit that a name stands for in the repository around a folder, and git's id of its files; undefined when there is none. */
export async function commitOf(
  name: string,
  place: GitPlace,
): Promise<{ readonly commit: string; readonly tree: string } | undefined> {
  if (name.startsWith('-')) return undefined;
  const { code, stdout } = await tryGit(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], place);
  const [commit] = stdout;
  if (code !== 0 || commit === undefined) return undefined;
  const [tree = ''] = await git(['rev-parse', `${commit}^{tree}`], place);
  return { commit, tree };
}

/** The files as they are now, new ones included, without what git ignores and without `excluded` folders. */
export async function stateOfWorkingTree(repository: Repository, excluded: readonly string[]): Promise<GitState> {
  const place = withIndex(repository, 'working-tree');
  const root = await realpath(repository.root);
  const inside = excluded.map((path) => relative(root, path)).filter((path) => path !== '' && !path.startsWith('..'));
  const ignored = await Promise.all(inside.map((path) => isIgnored(path, place)));
  // `git add` takes an ignored path for a mistake, even where it is told to leave it out.
  const left = inside.filter((_, index) => !ignored[index]);
  await git(['read-tree', 'HEAD'], place);
  await git(['add', '--all', '--', '.', ...left.map((path) => `:(exclude,top,literal)${path}`)], place);
  const [tree = ''] = await git(['write-tree'], place);
  return { name: workingTree, tree };
}

/** Writes all files of a state into a folder of its own and gives its path. */
export async function exportState(repository: Repository, { tree }: GitState, name: string): Promise<string> {
  const place = withIndex(repository, name);
  const folder = join(repository.folder, name);
  await git(['read-tree', tree], place);
  await git(['checkout-index', '--all', '--force', `--prefix=${folder}/`], place);
  return folder;
}

/** A path of the repository in the folder of a state; undefined when it lies outside of the repository. */
export async function pathInState({ root }: Repository, folder: string, path: string): Promise<string | undefined> {
  const real = join(await realpath(dirname(path)), basename(path));
  const within = relative(await realpath(root), real);
  return within.startsWith('..') ? undefined : join(folder, within);
}

/** Git's id of a folder in a state, empty when it has none: where ids are the same, so is everything in the folder. */
export async function idOf({ place }: Repository, { tree }: GitState, folder: string): Promise<string> {
  if (folder === '.') return tree;
  const { code, stdout } = await tryGit(['rev-parse', '--verify', '--quiet', `${tree}:${folder}`], place);
  return code === 0 ? (stdout[0] ?? '') : '';
}

/**
 * The folder of the repository that services are built from, relative to its root: that of the compose files, when neither they nor
 * their module look out of it; else the whole repository, `.`.
 */
export async function builtFolder(
  repository: Repository,
  [compose = '.', ...more]: readonly string[],
): Promise<string> {
  const folder = await realpath(dirname(compose));
  const texts = await Promise.all(
    [compose, ...more, join(folder, 'go.mod')].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const workspaces = await git(['ls-files', '--', ':(top,glob)**/go.work'], repository.place);
  const isClosed =
    workspaces.length === 0 &&
    more.every((file) => dirname(file) === dirname(compose)) &&
    texts.every((text) => !text.includes('..') && !/\b(?:include|extends)["']?\s*:/.test(text));
  const within = relative(await realpath(repository.root), folder);
  return isClosed && within !== '' ? within : '.';
}

async function isIgnored(path: string, place: GitPlace): Promise<boolean> {
  const { code } = await tryGit(['check-ignore', '--quiet', '--', path], place);
  return code === 0;
}

function withIndex({ place, folder }: Repository, name: string): GitPlace {
  return { ...place, env: { ...place.env, GIT_INDEX_FILE: join(folder, `${name}.index`) } };
}
