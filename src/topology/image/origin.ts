/**
 * Where the files of a stage come from: the build context, a `go build` line, or out of sight; pure but for looking whether folders exist.
 */
import { posix } from 'node:path';
import type { CopyStep, ImageStage, RunStep } from './stage.ts';
import { type GoLine, linesMaking } from './stage-builds.ts';

/** What a path in an image goes back to. `made`: to a stage that runs commands, none of them a `go build` line that names it. */
export type Origin =
  | { readonly kind: 'go'; readonly stage: ImageStage; readonly lines: readonly GoLine[] }
  | { readonly kind: 'context'; readonly path: string }
  | { readonly kind: 'made'; readonly stage: ImageStage; readonly copied: boolean }
  | { readonly kind: 'image'; readonly image: string };

/** Whether a path relative to the build context is a folder. */
export type IsFolder = (path: string) => boolean;

/**
 * Goes back through the copies and commands of a stage, the last one first. A copy that may be of a folder only perhaps holds the file, so
 * a `go build` line that makes what an earlier one copied says more.
 */
export function originOf(path: string, stage: ImageStage, isFolder: IsFolder, copied = false): Origin {
  const lines = linesMaking(path, stage);
  if (lines.length > 0) return { kind: 'go', stage, lines };
  let perhaps: Origin | undefined;
  for (const step of stage.steps.toReversed()) {
    if (step.kind !== 'copy') continue;
    const sources = sourcesOf(path, step, isFolder);
    const found = sources.flatMap((source) => originOfCopy(source.path, step, isFolder) ?? []);
    const best = found.find(({ kind }) => kind === 'go') ?? found[0];
    if (best?.kind === 'go') return best;
    perhaps ??= best;
    if (perhaps && sources.some(({ isNamed }) => isNamed)) return perhaps;
  }
  if (perhaps) return perhaps;
  const runs = stage.steps.some(({ kind }) => kind === 'run');
  return runs ? { kind: 'made', stage, copied } : { kind: 'image', image: stage.base };
}

function originOfCopy(source: string, { from }: CopyStep, isFolder: IsFolder): Origin | undefined {
  if (from === undefined) return { kind: 'context', path: source };
  return typeof from === 'string'
    ? { kind: 'image', image: from }
    : originOf(posix.resolve('/', source), from, isFolder, true);
}

interface Source {
  readonly path: string;
  /** The copy names the file itself, not a folder that it may lie in. */
  readonly isNamed: boolean;
}

/** What a copy may have put at `path`, in the terms of where it copied from; a source of another stage may be a file or a folder. */
function sourcesOf(path: string, { to, sources, from }: CopyStep, isFolder: IsFolder): Source[] {
  const target = to === '/' ? '/' : to.replace(/\/$/, '');
  return sources.flatMap((source) => {
    const clean = posix.normalize(source).replace(/(.)\/$/, '$1');
    const own = from === undefined ? posix.join('.', clean.replace(/^\//, '')) : clean;
    const isTree = from === undefined ? isFolder(own) : undefined;
    const asFile = [target, posix.join(target, posix.basename(own))].includes(path) && isTree !== true ? [own] : [];
    const within = posix.relative(target, path);
    const asTree = !within.startsWith('..') && within !== '' && isTree !== false ? [posix.join(own, within)] : [];
    const globbed = /[*?[]/.test(posix.basename(own)) && posix.dirname(path) === target;
    const asMatch =
      globbed && matches(posix.basename(own), posix.basename(path))
        ? [posix.join(posix.dirname(own), posix.basename(path))]
        : [];
    const named = (globbed ? asMatch : asFile).map((each) => ({ path: each, isNamed: true }));
    return globbed ? named : [...named, ...asTree.map((each) => ({ path: each, isNamed: false }))];
  });
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/**
 * The folder of the build context whose files lie at `path` when `step` runs (at the end, without one); undefined when none does, or when
 * they come from several folders that lie otherwise on this machine.
 */
export function contextFolder(path: string, stage: ImageStage, isFolder: IsFolder, step?: RunStep): string | undefined {
  const until = step === undefined ? stage.steps.length : stage.steps.indexOf(step);
  const before = [...stage.steps.slice(0, until < 0 ? undefined : until), ...(step?.mounts ?? [])];
  const found = before.flatMap((each) => (each.kind === 'copy' ? foldersOf(path, each, isFolder) : []));
  const whole = found.filter(({ isWhole }) => isWhole).map(({ folder }) => folder);
  if (whole.length > 0) return whole.at(-1);
  const parts = new Set(found.map(({ folder }) => folder));
  return parts.size === 1 ? [...parts][0] : undefined;
}

/** `isWhole`: the folder itself was copied, or one above it; else only something that lies in it. */
interface FoundFolder {
  readonly folder: string;
  readonly isWhole: boolean;
}

function foldersOf(path: string, step: CopyStep, isFolder: IsFolder): FoundFolder[] {
  const { to, sources, from } = step;
  const target = to === '/' ? '/' : to.replace(/\/$/, '');
  if (typeof from === 'string') return [];
  if (from !== undefined) {
    return sources.flatMap((source) => {
      const within = posix.relative(target, path);
      if (within.startsWith('..')) return [];
      const folder = contextFolder(posix.join(posix.resolve('/', source), within), from, isFolder);
      return folder === undefined ? [] : [{ folder, isWhole: true }];
    });
  }
  return sources.flatMap((source): FoundFolder[] => {
    const own = posix.join(
      '.',
      posix
        .normalize(source)
        .replace(/^\//, '')
        .replace(/(.)\/$/, '$1'),
    );
    const above = posix.relative(target, path);
    const below = posix.relative(path, target);
    if (isFolder(own)) {
      if (!above.startsWith('..')) return [{ folder: posix.join(own, above), isWhole: true }];
      const folder = !below.startsWith('..') ? withoutEnd(own, below) : undefined;
      return folder === undefined ? [] : [{ folder, isWhole: false }];
    }
    // A file: into the folder itself, under its own name.
    if (target === path || posix.join(path, posix.basename(own)) === target)
      return [{ folder: posix.dirname(own), isWhole: false }];
    const folder = !below.startsWith('..') ? withoutEnd(posix.dirname(own), below) : undefined;
    return folder === undefined ? [] : [{ folder, isWhole: false }];
  });
}

/** `a/b/c` without `b/c` is `a`; undefined when it does not end so. */
function withoutEnd(path: string, end: string): string | undefined {
  if (path === end) return '.';
  return path.endsWith(`/${end}`) ? path.slice(0, -end.length - 1) : undefined;
}
