/** Which compose files `rampart init` is about: the one that is named, else what `docker compose` would take, else what lies around. */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { entriesOf, isFolder, isThere } from '../../host/file-tree.ts';
import { usageError } from '../../model/errors.ts';
import { composeNotes } from '../compose-file/notes.ts';
import { type ComposeFiles, cachedReader, composeNames, filesOfVariable, isOverride } from '../compose-file/sources.ts';
import { projectVariables } from '../compose-file/variables.ts';

/** The files, and what to say of how they were found. */
export interface FoundFiles {
  readonly files: ComposeFiles;
  readonly notes: string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** Looks for the files; usageError when there are none, or several of which none is more likely. */
export function findComposeFiles(given: string | undefined, cwd: string, env: Env): FoundFiles {
  const named = given === undefined ? undefined : resolve(cwd, given);
  if (named !== undefined && !isFolder(named)) return { files: { compose: named }, notes: beside([named], cwd) };
  const folder = named ?? cwd;
  const listed = filesOfVariable(projectVariables({ folder, read: cachedReader() }, env, composeNotes()), folder);
  if (listed?.[0] !== undefined) {
    const notes = [`files as COMPOSE_FILE names them: ${shown(listed, cwd)}`];
    return { files: { compose: listed[0], composeFiles: listed }, notes };
  }
  const usual = defaultIn(folder) ?? (named === undefined ? defaultAbove(folder) : undefined);
  if (usual !== undefined) return { files: { compose: usual }, notes: beside([usual], cwd) };
  return likeliest(folder, cwd);
}

function defaultIn(folder: string): string | undefined {
  const name = composeNames.find((each) => isThere(join(folder, each)));
  return name && join(folder, name);
}

/** As `docker compose`, but not beyond the repository that this is part of. */
function defaultAbove(folder: string): string | undefined {
  const parents: string[] = [];
  for (let at = folder; !isThere(join(at, '.git')); at = dirname(at)) {
    if (dirname(at) === at) return undefined;
    parents.push(dirname(at));
  }
  return parents.map(defaultIn).find((found) => found !== undefined);
}

const composeLike = /(?:^|[-_.])compose(?:[-_.][\w.-]+)?\.ya?ml$/i;
const skipped = /^(?:node_modules|vendor|testdata|dist|bin|\..*)$/;
const deepest = 3;

function likeliest(folder: string, cwd: string): FoundFiles {
  const found = lookAround(folder, 0).filter((file) => !isOverride(file));
  const ranked = found.map((file) => ({ file, rank: unlikeliness(relative(folder, file)) }));
  ranked.sort((a, b) => a.rank - b.rank || a.file.localeCompare(b.file));
  const [first, second] = ranked;
  if (!first) {
    throw usageError(
      'compose-missing',
      `no compose file: looked for ${composeNames.join(', ')} in ${folder}, and for others up to ${deepest} folders down`,
      'Name it: rampart init path/to/compose.yaml',
    );
  }
  const names = ranked.map(({ file }) => relative(cwd, file));
  if (second && second.rank === first.rank) {
    const hint = `Name the one that you start: rampart init ${names[0]}`;
    const text = `there is no ${composeNames.join(' or ')} here, but several others: ${names.join(', ')}`;
    throw usageError('compose-many', text, hint);
  }
  const others = names.slice(1);
  const notes = [
    `there is no ${composeNames[0]} here; took ${names[0]}${others.length > 0 ? ` before ${others.join(', ')}` : ''}`,
  ];
  return { files: { compose: first.file }, notes };
}

function lookAround(folder: string, depth: number): string[] {
  const entries = entriesOf(folder);
  const files = entries
    .filter((entry) => entry.isFile && composeLike.test(entry.name))
    .map(({ name }) => join(folder, name));
  const folders = depth < deepest ? entries.filter((entry) => entry.isFolder && !skipped.test(entry.name)) : [];
  return [...files, ...folders.flatMap(({ name }) => lookAround(join(folder, name), depth + 1))];
}

const besidePath =
  /test|e2e|\bci\b|integration|bench|monitor|observab|tracing|otel|telemetry|grafana|prometheus|example|sample/i;

/** Whether a compose file seems to be for tests, watching, or as an example, by its path. */
export function isBeside(path: string): boolean {
  return besidePath.test(path);
}

/** Deep ones, those for tests and single purposes, and other than default names come later. */
function unlikeliness(path: string): number {
  const depth = path.split(/[\\/]/).length;
  return (
    (isBeside(path) ? 100 : 0) +
    depth * 10 +
    (composeNames.includes(basename(path)) ? 0 : 5) +
    (/prod/i.test(path) ? 1 : 0)
  );
}

/** Compose files that lie beside those that were taken, and that Compose would not merge by itself. */
function beside(files: readonly string[], cwd: string): string[] {
  const folder = dirname(files[0] ?? '');
  if (!isFolder(folder)) return [];
  const names = entriesOf(folder).filter(({ name }) => composeLike.test(name) && !isOverride(name));
  const others = names.map(({ name }) => join(folder, name)).filter((file) => !files.includes(file));
  const [first] = others;
  if (first === undefined) return [];
  const together = [...files, first].map((file) => relative(cwd, file)).join(':');
  return [`not read: ${shown(others, cwd)} (several together: COMPOSE_FILE=${together} rampart init)`];
}

function shown(files: readonly string[], cwd: string): string {
  return files.map((file) => relative(cwd, file)).join(', ');
}
