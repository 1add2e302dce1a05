/** What a kustomization puts together: the files of its resources, and whether it changes what is in them. */
import { basename, isAbsolute, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { isFolder, isThere, textOfFile } from '../../host/file-tree.ts';
import { usageError } from '../../model/errors.ts';
import { type Fields, fieldsOf, textsOf } from './values.ts';

/** The files that a kustomization is made of. */
export interface Kustomization {
  /** Absolute, each once, in the order in which they are named. */
  readonly files: readonly string[];
  /** Keys that make other objects of them than the files say: `patches`, `namePrefix`, `configMapGenerator`. */
  readonly changes: readonly string[];
  readonly notes: readonly string[];
}

/** As kustomize looks for it (its api/konfig/general.go). */
const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Keys that name files, or say what the file itself is. */
const harmless = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases', 'components']);

/** The file that makes a folder a kustomization; undefined of another folder. */
export function kustomizationIn(folder: string): string | undefined {
  return names.map((name) => join(folder, name)).find(isThere);
}

/** Whether a file is one by its name. */
export function isKustomizationFile(path: string): boolean {
  return names.includes(basename(path));
}

/** Follows resources, bases and components; usageError for one that is not there or is no YAML. */
export function readKustomization(folder: string, file: string, shown: (path: string) => string): Kustomization {
  const found = { files: new Set<string>(), changes: new Set<string>(), notes: new Set<string>() };
  follow(folder, file, shown, found, new Set());
  return { files: [...found.files], changes: [...found.changes], notes: [...found.notes] };
}

interface Found {
  readonly files: Set<string>;
  readonly changes: Set<string>;
  readonly notes: Set<string>;
}

function follow(folder: string, file: string, shown: (path: string) => string, found: Found, seen: Set<string>): void {
  if (seen.has(folder)) return;
  seen.add(folder);
  const fields = read(file, shown);
  for (const [key, value] of Object.entries(fields)) if (!harmless.has(key) && isGiven(value)) found.changes.add(key);
  const named = ['resources', 'bases', 'components'].flatMap((key) =>
    textsOf(fields[key]).map((name) => ({ key, name })),
  );
  for (const { key, name } of named) {
    const path = isAbsolute(name) ? name : resolve(folder, name);
    if (isElsewhere(name)) {
      found.notes.add(`${shown(file)}: ${name} lies elsewhere and was not looked at`);
      found.changes.add(`${key} from elsewhere`);
    } else if (!isThere(path)) throw invalid(`${shown(file)}: ${key} names ${name}, which is not there`);
    else if (isFolder(path)) follow(path, innerFile(path, `${shown(file)}: ${key} names ${name}`), shown, found, seen);
    else found.files.add(path);
  }
}

function innerFile(folder: string, what: string): string {
  const inner = kustomizationIn(folder);
  if (inner === undefined) throw invalid(`${what}, a folder that holds no kustomization`);
  return inner;
}

function read(file: string, shown: (path: string) => string): Fields {
  const document = parseDocument(textOfFile(file), { prettyErrors: false, merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw invalid(`${shown(file)}: ${error.message}`);
  return fieldsOf(document.toJS());
}

function isGiven(value: unknown): boolean {
  return value !== null && value !== '' && Object.keys(Object(value)).length !== 0;
}

/** URLs and repositories as kustomize fetches them: `https://…`, `github.com/owner/name//path?ref=v1`. */
function isElsewhere(name: string): boolean {
  return (
    /^[a-z+]+:\/\//i.test(name) ||
    /^git@/.test(name) ||
    /^[\w-]+(?:\.[\w-]+)+\/[\w.-]+\/[\w.-]+/.test(name) ||
    name.includes('?ref=')
  );
}

function invalid(message: string): Error {
  return usageError('init-manifests', message, 'kubectl kustomize DIR says what it expects.');
}
