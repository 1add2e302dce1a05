/** An API description and the files that it refers to: read once, and looked up by their references. */
import { parse } from 'yaml';

/** A map of a description. */
export type Map_ = Readonly<Record<string, unknown>>;

/** A part of a description, and the file that it is in, from which its own references count. */
export interface Part {
  readonly node: unknown;
  readonly file: string;
}

/** The files of a description. */
export interface Documents {
  readonly root: Map_;
  readonly file: string;
  /** What a part is when its references are followed; undefined when one leads nowhere, or in a circle. */
  follow(part: Part): Part | undefined;
}

/** Reads a file that is referred to, by its path from the one that refers to it; undefined when it cannot be read. */
export type ReadBeside = (
  path: string,
  from: string,
) => Promise<{ readonly file: string; readonly text: string } | undefined>;

const mostFiles = 200;
const longestChain = 50;
/** YAML aliases may multiply; so many are more than anybody writes. */
const mostAliases = 1000;

/** Whether something is a map. */
export function isMap(value: unknown): value is Map_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The description in a text, JSON or YAML, with the files that it refers to; throws an Error when it cannot be parsed. */
export async function openDocuments(file: string, text: string, readBeside: ReadBeside): Promise<Documents> {
  const root = parsed(text);
  if (!isMap(root)) throw new Error('it is no map of keys');
  const files = new Map<string, unknown>([[file, root]]);
  /** Of each reference to a file, from the file with it, which file that is. */
  const beside = new Map<string, string>();
  for (const [from, node] of files) {
    for (const path of filesIn(node)) {
      if (files.size >= mostFiles) break;
      const found = await readBeside(path, from);
      if (!found) continue;
      beside.set(`${from}\n${path}`, found.file);
      if (!files.has(found.file)) files.set(found.file, parsed(found.text));
    }
  }
  const follow = (part: Part): Part | undefined => {
    let at = part;
    for (let steps = 0; steps < longestChain; steps++) {
      if (!isMap(at.node) || typeof at.node['$ref'] !== 'string') return at;
      const [path = '', pointer = ''] = at.node['$ref'].split('#');
      const target = path === '' ? at.file : beside.get(`${at.file}\n${path}`);
      const document = target === undefined ? undefined : files.get(target);
      if (target === undefined || document === undefined) return undefined;
      at = { node: pointed(document, pointer), file: target };
    }
    return undefined;
  };
  return { root, file, follow };
}

function parsed(text: string): unknown {
  return parse(text.replace(/^\uFEFF/, ''), { maxAliasCount: mostAliases, logLevel: 'error' });
}

/** The files that references name, each once. */
function filesIn(root: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const ahead = [root];
  for (let node = ahead.pop(); ahead.length > 0 || node !== undefined; node = ahead.pop()) {
    if (typeof node !== 'object' || node === null || seen.has(node)) continue;
    seen.add(node);
    const ref = isMap(node) ? node['$ref'] : undefined;
    const path = typeof ref === 'string' ? (ref.split('#')[0] ?? '') : '';
    if (path !== '' && !/^[a-z][a-z\d+.-]*:/i.test(path)) found.add(path);
    ahead.push(...Object.values(node).filter((value) => typeof value === 'object' && value !== null));
  }
  return found;
}

/** What a JSON pointer (RFC 6901) leads to. */
function pointed(document: unknown, pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => decoded(key).replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined,
    document,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
