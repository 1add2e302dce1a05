/** Projects that a compose file includes, each read for itself and laid beside its own (14-include.md of the Compose specification). */
import { dirname, join } from 'node:path';
import type { ComposeNotes } from './notes.ts';
import { absolutePath } from './paths.ts';
import { listOf, mapOf, textOf, valueAt, withEntry } from './placed-map.ts';
import type { Placed } from './placed-yaml.ts';

/** One entry of `include`: its files, the folder that their paths count from, and the files of its variables. */
export interface Included {
  readonly at: Placed;
  readonly files: readonly string[];
  readonly folder: string;
  /** Absent: the `.env` of the folder, if there is one. */
  readonly envFiles?: readonly string[] | undefined;
}

/** Where the document stands and how an included project is read. */
export interface Including {
  readonly folder: string;
  readonly notes: ComposeNotes;
  load(included: Included): Placed | undefined;
}

const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'];

/** The document with what it includes; a name that both define differently is a mistake, as it is to Compose. */
export function includeProjects(document: Placed, including: Including): Placed {
  const entries = listOf(valueAt(document, 'include'));
  let whole = withEntry(document, 'include', undefined);
  for (const [index, entry] of entries.entries()) {
    const included = readEntry(entry, index, including);
    const project = included && including.load(included);
    if (project) for (const section of sections) whole = layBeside(whole, project, section, including.notes);
  }
  return whole;
}

function readEntry(entry: Placed, index: number, { folder, notes }: Including): Included | undefined {
  const paths = textsOf(valueAt(entry, 'path') ?? entry);
  const [first] = paths;
  if (first === undefined) {
    notes.failAt(entry, ['include', index], 'must name a compose file (example: include: [{ path: db/compose.yaml }])');
    return undefined;
  }
  if (paths.some(isElsewhere)) {
    notes.warnAt(
      entry,
      ['include', index],
      'is not on this machine: only Compose fetches it, and the process engine starts nothing of it',
    );
    return undefined;
  }
  const files = paths.map((path) => absolutePath(folder, path));
  const asked = textOf(valueAt(entry, 'project_directory'));
  const envFiles = valueAt(entry, 'env_file');
  return {
    at: entry,
    files,
    folder: asked === undefined ? dirname(absolutePath(folder, first)) : absolutePath(folder, asked),
    envFiles: envFiles && textsOf(envFiles).map((path) => absolutePath(folder, path)),
  };
}

/** What Compose fetches: a repository, or an artifact of a registry. */
function isElsewhere(path: string): boolean {
  return /^(?:https?|ssh|git|oci):|^(?:git@|github\.com\/)/.test(path);
}

/** The `.env` that an included project has when it names no other. */
export function defaultEnvFile({ folder }: Included): string {
  return join(folder, '.env');
}

function textsOf(placed: Placed): string[] {
  const one = textOf(placed);
  return one === undefined ? listOf(placed).flatMap((item) => textOf(item) ?? []) : [one];
}

function layBeside(document: Placed, project: Placed, section: string, notes: ComposeNotes): Placed {
  const theirs = mapOf(valueAt(project, section));
  if (theirs.size === 0) return document;
  const ours = valueAt(document, section) ?? { value: new Map<string, Placed>(), at: document.at };
  const all = new Map(mapOf(ours));
  for (const [name, value] of theirs) {
    const own = all.get(name);
    if (own && plainText(own) !== plainText(value)) {
      notes.failAt(own, [section, name], 'is also defined, otherwise, by a project that is included');
    }
    if (!own) all.set(name, value);
  }
  return withEntry(document, section, { ...ours, value: all });
}

/** What a value says, whatever place and order it has. */
function plainText(placed: Placed): string {
  if (Array.isArray(placed.value)) return `[${listOf(placed).map(plainText).join()}]`;
  if (!(placed.value instanceof Map)) return `${typeof placed.value} ${JSON.stringify(String(placed.value))}`;
  const entries = [...mapOf(placed)].map(([key, item]) => `${JSON.stringify(key)}:${plainText(item)}`);
  return `{${entries.sort().join()}}`;
}
