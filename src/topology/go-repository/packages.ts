/** The packages of Go modules: which are main, and everything that a program of them is made of, as far as it is the user's own code. */
import { basename, join, relative, sep } from 'node:path';
import { entriesOf, isThere } from '../../host/file-tree.ts';
import { readTextIfAny } from '../../host/files.ts';
import { goArch } from '../../host/machine.ts';
import { type BuildPlace, constraintOf, isBuilt } from '../go-source/build-constraint.ts';
import { type GoFile, readGoFile } from '../go-source/syntax.ts';
import { folderOfImport, foldersBelow, type GoModule } from './modules.ts';

/** A main package. */
export interface MainFolder {
  readonly module: GoModule;
  /** Absolute. */
  readonly folder: string;
  /** As the Go tool takes it in the folder of its module: `.`, `./cmd/api`. */
  readonly package: string;
}

/** Programs are built for this machine; elsewhere than on Linux they are read as if. */
const place: BuildPlace = { os: 'linux', arch: goArch };

/** The main packages of a module, by its files alone. */
export async function readMains(module: GoModule): Promise<MainFolder[]> {
  const isOtherModule = (folder: string) => folder !== module.folder && isThere(join(folder, 'go.mod'));
  const found: MainFolder[] = [];
  for (const folder of foldersBelow(module.folder, isOtherModule)) {
    if (await isMain(folder)) found.push({ module, folder, package: packageOf(module, folder) });
  }
  return found;
}

/** How the Go tool is told of a folder. */
function packageOf({ folder: root }: GoModule, folder: string): string {
  const within = relative(root, folder).split(sep).join('/');
  return within === '' ? '.' : `./${within}`;
}

async function isMain(folder: string): Promise<boolean> {
  for (const { name, isFile } of entriesOf(folder)) {
    if (!isFile || !name.endsWith('.go') || name.endsWith('_test.go')) continue;
    const text = (await readTextIfAny(join(folder, name)).catch(() => undefined)) ?? '';
    if (!isBuilt(name, text, place)) continue;
    return /^package\s+main\b/m.test(text.replace(/\/\*[\s\S]*?\*\//g, ''));
  }
  return false;
}

/** Main files that only `go run FILE` takes, such as those behind `//go:build ignore`. */
export async function ignoredMains(module: GoModule): Promise<string[]> {
  const names = entriesOf(module.folder).filter(({ name, isFile }) => isFile && name.endsWith('.go'));
  const found: string[] = [];
  for (const { name } of names) {
    const text = (await readTextIfAny(join(module.folder, name)).catch(() => undefined)) ?? '';
    if (constraintOf(text) !== undefined && !isBuilt(name, text, place) && /^package\s+main\b/m.test(text))
      found.push(name);
  }
  return found;
}

/** Reads packages, each once, whoever asks. */
export interface PackageReader {
  /** The files of a package that this machine would build; empty where there are none. */
  files(folder: string): Promise<readonly GoFile[]>;
}

/** A reader with nothing read yet. */
export function createPackageReader(root: string): PackageReader {
  const known = new Map<string, Promise<readonly GoFile[]>>();
  return {
    files(folder) {
      const reading = known.get(folder) ?? readPackage(folder, root);
      known.set(folder, reading);
      return reading;
    },
  };
}

/** No hand-written file is as large; generated ones say nothing of a server. */
const mostBytes = 1_000_000;

async function readPackage(folder: string, root: string): Promise<readonly GoFile[]> {
  if (!isThere(folder)) return [];
  const files: GoFile[] = [];
  for (const { name, isFile } of entriesOf(folder)) {
    if (!isFile || !name.endsWith('.go') || /(?:\.pb|_gen|_generated|_string)\.go$/.test(name)) continue;
    const path = join(folder, name);
    const text = (await readTextIfAny(path).catch(() => undefined)) ?? '';
    if (text.length > mostBytes || !isBuilt(basename(path), text, place)) continue;
    files.push(readGoFile(relative(root, path), text));
  }
  return files;
}

/** What a program is made of. */
export interface ProgramFiles {
  /** Those of its main package first; packages in the order in which they are met. */
  readonly packages: readonly (readonly GoFile[])[];
  /** Everything that it imports, the own packages among it. */
  readonly imports: ReadonlySet<string>;
  readonly isCut: boolean;
}

/** Beyond this nothing new is said of how a program serves. */
const mostFiles = 3000;

/** The main package, and all that it imports of the user's own code. */
export async function programFiles(
  main: MainFolder,
  modules: readonly GoModule[],
  reader: PackageReader,
): Promise<ProgramFiles> {
  const packages: (readonly GoFile[])[] = [];
  const imports = new Set<string>();
  const seen = new Set<string>([main.folder]);
  const ahead = [main.folder];
  let count = 0;
  for (let next = ahead.shift(); next !== undefined && count < mostFiles; next = ahead.shift()) {
    const files = await reader.files(next);
    packages.push(files);
    count += files.length;
    const named = files.flatMap((file) => [...file.imports.keys()]);
    for (const path of named) {
      imports.add(path);
      const folder = folderOfImport(path, main.module, modules);
      if (folder === undefined || seen.has(folder)) continue;
      seen.add(folder);
      ahead.push(folder);
    }
  }
  return { packages, imports, isCut: count >= mostFiles };
}
