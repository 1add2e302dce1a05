/** The Go modules of a repository: go.work, go.mod files, and where an import path lies on this machine. */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { entriesOf, isThere } from '../../host/file-tree.ts';
import { readTextIfAny } from '../../host/files.ts';

/** One module. */
export interface GoModule {
  /** Absolute. */
  readonly folder: string;
  /** `example.com/shop`. */
  readonly path: string;
  /** Module paths that are replaced by folders, absolute. */
  readonly replaced: ReadonlyMap<string, string>;
  /** Whether the workspace uses it, where there is one. */
  readonly isUsed: boolean;
}

/** What a go.mod says; pure. Forms: https://go.dev/ref/mod#go-mod-file */
export function readGoMod(text: string): { readonly path: string; readonly replaced: ReadonlyMap<string, string> } {
  const lines = linesOf(text);
  const path = lines.flatMap((line) => /^module\s+"?([^\s"()]+)"?$/.exec(line)?.[1] ?? [])[0] ?? '';
  const replaced = new Map<string, string>();
  for (const entry of entriesUnder('replace', lines)) {
    const [, from = '', to = ''] =
      /^"?([^\s"]+)"?(?:\s+v\S+)?\s*=>\s*"?(\.{1,2}(?:[\\/][^\s"]*)?|\/[^\s"]*)"?$/.exec(entry) ?? [];
    if (from !== '') replaced.set(from, to);
  }
  return { path, replaced };
}

/** The folders that a go.work uses; pure. */
export function readGoWork(text: string): string[] {
  return entriesUnder('use', linesOf(text)).map((entry) => entry.replace(/^"|"$/g, ''));
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
}

/** Of `use ./a` and of `use ( ... )` alike. */
function entriesUnder(verb: string, lines: readonly string[]): string[] {
  const found: string[] = [];
  let isInside = false;
  for (const line of lines) {
    if (isInside && line === ')') isInside = false;
    else if (isInside && line !== '') found.push(line);
    else if (new RegExp(`^${verb}\\s*\\($`).test(line)) isInside = true;
    else if (line.startsWith(`${verb} `)) found.push(line.slice(verb.length).trim());
  }
  return found;
}

const skipped = /^(?:node_modules|vendor|testdata|[_.].*)$/;
/** How deep modules lie, and packages in them; and no more folders than anybody has, as in a home that is no repository. */
const deepest = 6;
const deepestPackage = 12;
const mostFolders = 20_000;

/** Folders below one, itself first, without those that the Go tool does not look into. */
export function foldersBelow(
  folder: string,
  isOther: (folder: string) => boolean = () => false,
  levels = deepestPackage,
): string[] {
  const found: string[] = [];
  let ahead = [folder];
  for (let depth = 0; depth <= levels && ahead.length > 0 && found.length < mostFolders; depth += 1) {
    found.push(...ahead);
    ahead = ahead.flatMap((at) =>
      readable(at).flatMap(({ name, isFolder }) => {
        const next = join(at, name);
        return isFolder && !skipped.test(name) && !isOther(next) ? [next] : [];
      }),
    );
  }
  return found;
}

function readable(folder: string) {
  try {
    return entriesOf(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** The modules at and below a folder; if there are none, the one that the folder is in, up to the end of its repository. */
export async function findModules(folder: string): Promise<GoModule[]> {
  const workText = await readTextIfAny(join(folder, 'go.work'));
  const used = workText === undefined ? undefined : readGoWork(workText).map((each) => resolve(folder, each));
  const below = foldersBelow(folder, undefined, deepest).filter((each) => isThere(join(each, 'go.mod')));
  const around = below.length > 0 ? [] : moduleAround(folder);
  const folders = [...new Set([...(used ?? []), ...below, ...around])];
  const modules = await Promise.all(folders.map((each) => moduleAt(each, used)));
  return modules.flatMap((module) => module ?? []);
}

function moduleAround(folder: string): string[] {
  for (let at = folder; dirname(at) !== at && !isThere(join(at, '.git')); at = dirname(at))
    if (isThere(join(dirname(at), 'go.mod'))) return [dirname(at)];
  return [];
}

async function moduleAt(folder: string, used: readonly string[] | undefined): Promise<GoModule | undefined> {
  const text = await readTextIfAny(join(folder, 'go.mod'));
  if (text === undefined) return undefined;
  const { path, replaced } = readGoMod(text);
  const placed = [...replaced].map(([from, to]) => [from, isAbsolute(to) ? to : resolve(folder, to)] as const);
  return { folder, path, replaced: new Map(placed), isUsed: used === undefined || used.includes(folder) };
}

/** The folder of an import path, where it is the user's own code; undefined for what comes from elsewhere. */
export function folderOfImport(path: string, from: GoModule, modules: readonly GoModule[]): string | undefined {
  const places = [
    [from.path, from.folder] as const,
    ...from.replaced,
    ...(from.isUsed ? modules.filter(({ isUsed }) => isUsed).map((one) => [one.path, one.folder] as const) : []),
  ];
  const fitting = places.filter(([module]) => module !== '' && (path === module || path.startsWith(`${module}/`)));
  const [best] = fitting.sort(([a], [b]) => b.length - a.length);
  return best && join(best[1], path.slice(best[0].length));
}
