/** Compose files to the one document that they make together: variables, `extends`, `include`, merge rules, paths. */
import { dirname } from 'node:path';
import { parseEnvFile } from './env-file.ts';
import { extendServices } from './extends.ts';
import { defaultEnvFile, type Included, includeProjects } from './include.ts';
import type { Lookup } from './interpolate.ts';
import { interpolatePlaced } from './interpolate-document.ts';
import { asListed, mergePlaced, withoutReplaced, withoutResets } from './merge.ts';
import { type ComposeNotes, displayPath } from './notes.ts';
import { withAbsolutePaths } from './paths.ts';
import { changeAt, textOf } from './placed-map.ts';
import { type Fail, type Placed, readPlacedYaml } from './placed-yaml.ts';

/** The text of a file, undefined when there is none; throws what the file system says of one that cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** What a document is made of. */
export interface ModelSource {
  /** Absolute paths; later ones go on top. */
  readonly files: readonly string[];
  /** What relative paths count from. */
  readonly folder: string;
  readonly lookup: Lookup;
  readonly read: ReadFile;
  readonly notes: ComposeNotes;
}

interface Loading extends ModelSource {
  /** First files of the projects around this one, outermost first. */
  readonly around: readonly string[];
}

/** The whole document, with absolute paths; mistakes go to the notes, and YAML that cannot be read throws at once. */
export function loadComposeModel(source: ModelSource): Placed {
  const document = withoutResets(loadProject({ ...source, around: [] }));
  return changeAt(document, ['services', '*', 'build', 'args'], (args) => passThrough(asListed(args), source.lookup));
}

function loadProject(loading: Loading): Placed {
  const documents = loading.files.flatMap((file) =>
    readDocuments(file, loading).map((document) => {
      const extended = extendServices(document, {
        file,
        folder: loading.folder,
        notes: loading.notes,
        load: (other, at) => loadForExtends(other, at, loading),
      });
      return includeProjects(extended, {
        folder: loading.folder,
        notes: loading.notes,
        load: (included) => loadIncluded(included, loading),
      });
    }),
  );
  return finish(documents, loading);
}

/** The file with its own variables, its `extends` still unresolved: whose turn that is knows who asks. */
function loadForExtends(file: string, at: Placed, loading: Loading): Placed | undefined {
  if (!isThere(file, at, loading)) return undefined;
  return finish(readDocuments(file, loading), { ...loading, folder: dirname(file) });
}

function loadIncluded(included: Included, loading: Loading): Placed | undefined {
  const { notes, read } = loading;
  const [first = ''] = included.files;
  const around = [...loading.around, loading.files[0] ?? ''];
  if (around.includes(first)) {
    notes.fail(included.at.at, `include goes in a circle: ${[...around, first].map(displayPath).join(' -> ')}`);
    return undefined;
  }
  if (!included.files.every((file) => isThere(file, included.at, loading))) return undefined;
  const variables = new Map<string, string>();
  for (const file of included.envFiles ?? [defaultEnvFile(included)]) {
    const text = read(file);
    if (text === undefined && included.envFiles) {
      notes.fail(included.at.at, `includes with a file of variables that is not there: ${displayPath(file)}`);
    }
    const outer: Lookup = (name) => loading.lookup(name) ?? variables.get(name);
    const found = parseEnvFile(text ?? '', outer);
    for (const { line, message } of found.mistakes) notes.fail({ file: displayPath(file), line, col: 1 }, message);
    for (const [name, value] of found.variables) variables.set(name, value);
  }
  // What is set around an included project wins over its own.
  const lookup: Lookup = (name) => loading.lookup(name) ?? variables.get(name);
  return loadProject({ ...loading, files: included.files, folder: included.folder, lookup, around });
}

function readDocuments(file: string, { read, lookup, notes }: Loading): Placed[] {
  notes.files.add(file);
  let isReadable = true;
  const fail: Fail = (at, message) => {
    isReadable = false;
    notes.fail(at, message);
  };
  const documents = readPlacedYaml(read(file) ?? '', displayPath(file), fail);
  for (const { at, value } of documents)
    if (!(value instanceof Map)) fail(at, 'must be a mapping (example: services: { api: { build: . } })');
  if (!isReadable) notes.throwIfWrong();
  return documents.map((document) => interpolatePlaced(document, lookup, notes));
}

/** Several documents to one: entries that a later one replaces left out, paths absolute. */
function finish(documents: readonly Placed[], { notes, folder, files, lookup }: Loading): Placed {
  const empty: Placed = { value: new Map(), at: { file: displayPath(files[0] ?? ''), line: 1, col: 1 } };
  const merged = documents.reduce((whole, next) => withoutReplaced(mergePlaced(whole, next, [], notes)), empty);
  const whole = withAbsolutePaths(withoutReplaced(merged), folder);
  // An included project has variables of its own.
  return changeAt(whole, ['services', '*', 'environment'], (environment) => passThrough(environment, lookup));
}

/** The items `- KEY` of a list with what is set where it is read, if anything is. */
function passThrough(listed: Placed, lookup: Lookup): Placed {
  if (!Array.isArray(listed.value)) return listed;
  return changeAt(listed, ['*'], (item) => {
    const name = textOf(item);
    const outer = name === undefined || name.includes('=') ? undefined : lookup(name);
    return outer === undefined ? item : { ...item, value: `${name}=${outer}` };
  });
}

function isThere(file: string, at: Placed, { read, notes }: Loading): boolean {
  if (read(file) !== undefined) return true;
  notes.fail(at.at, `names a file that is not there: ${displayPath(file)}`);
  return false;
}
