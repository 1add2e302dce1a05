/** The files that make a compose project: those that are named, and those that Compose finds by itself. */
import { basename, dirname, join, resolve } from 'node:path';
import { isThere, textOfFile } from '../../host/file-tree.ts';
import { errorCode } from '../../host/files.ts';
import { messageOf, usageError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { composeTextOf } from './go-services.ts';
import type { Lookup } from './interpolate.ts';
import type { ReadFile } from './model.ts';
import { displayPath } from './notes.ts';

/** The part of a topology that says which files it is made of. */
export type ComposeFiles = Pick<ComposeTopology, 'compose' | 'composeFiles' | 'overlays' | 'services'>;

/** The names that Compose looks for, in its order (compose-go, cli/options.go). */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** A compose project that can be resolved once per replica; every file is read once. */
export interface ComposeSource {
  /** The first file, by which the project is known. */
  readonly path: string;
  /** Absolute paths; later ones go on top. */
  readonly files: readonly string[];
  /** What relative paths count from, and where `.env` is. */
  readonly folder: string;
  readonly read: ReadFile;
}

/** The files of a project that exist; usageError when a named one does not, or cannot be read. */
export function readComposeSource(named: ComposeFiles): ComposeSource {
  const read = readerOf(named);
  const files = projectFiles(named);
  for (const file of files) {
    if (read(file) !== undefined) continue;
    throw usageError(
      'compose-missing',
      `cannot read the compose file ${displayPath(file)}: there is no such file`,
      'name an existing file, relative to the scenario (example: topology: { compose: ../compose/compose.yaml })',
    );
  }
  return { path: named.compose, files, folder: dirname(named.compose), read };
}

/** Of services that no file describes the text that would. */
function readerOf({ compose, services }: ComposeFiles): ReadFile {
  const read = cachedReader();
  if (!services) return read;
  const text = composeTextOf(services);
  return (path) => (path === compose ? text : read(path));
}

/** Files that lie in the folders a project is built from, to see how far it looks around. */
export function filesAtBuilds(named: ComposeFiles): string[] {
  if (!named.services) return projectFiles(named);
  return Object.values(named.services).map(({ folder }) => join(folder, basename(named.compose)));
}

/** Absolute paths of all files of a project: the named ones, and beside a lone one the override file that Compose would merge. */
export function projectFiles({ compose, composeFiles, services, overlays = [] }: ComposeFiles): string[] {
  const override = composeFiles || services ? undefined : overrideOf(compose);
  return [...(composeFiles ?? [compose]), ...(override === undefined ? [] : [override]), ...overlays];
}

/** The override file that `docker compose` merges into a file of its default name; undefined for any other. */
function overrideOf(compose: string): string | undefined {
  const folder = dirname(compose);
  const first = composeNames.find((name) => isThere(join(folder, name)));
  if (first !== basename(compose)) return undefined;
  const override = overrideNames.find((name) => isThere(join(folder, name)));
  return override && join(folder, override);
}

/** Whether Compose merges a file of this name into another by itself. */
export function isOverride(file: string): boolean {
  return overrideNames.includes(basename(file));
}

/** The files that COMPOSE_FILE names, relative to a folder; undefined when it is not set. */
export function filesOfVariable(lookup: Lookup, folder: string): string[] | undefined {
  const value = lookup('COMPOSE_FILE');
  return value ? value.split(lookup('COMPOSE_PATH_SEPARATOR') || ':').map((file) => resolve(folder, file)) : undefined;
}

/** Reads each file once. */
export function cachedReader(): ReadFile {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) texts.set(path, readIfAny(path));
    return texts.get(path);
  };
}

function readIfAny(path: string): string | undefined {
  try {
    return textOfFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw usageError('compose-unreadable', `cannot read ${displayPath(path)}: ${messageOf(error)}`);
  }
}

/** What a result says of the files that a project is made of. */
export function filesFact({ files }: { readonly files: readonly string[] }): Readonly<Record<string, string>> {
  return files.length > 1 ? { 'compose files': files.map(displayPath).join(', ') } : {};
}
