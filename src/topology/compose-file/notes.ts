/** What is wrong with a compose project and what its user should know, gathered while its files are read. */
import { relative } from 'node:path';
import { usageError } from '../../model/errors.ts';
import type { Fail, Place, Placed } from './placed-yaml.ts';

/** Keys and indexes from the top of the project to a value, such as `['services', 'web', 'ports', 0]`. */
export type Path = readonly (string | number)[];

/**
 * Collects mistakes, which `throwIfWrong` throws as one usageError, and what is only worth a warning. The error lists the warnings,
 * too: a variable that is not set, or a misspelt key, is often why something else is wrong.
 */
export interface ComposeNotes {
  readonly fail: Fail;
  /** A mistake with the path of the value that is wrong. */
  failAt(value: Placed, path: Path, message: string): void;
  warn(at: Place, message: string): void;
  /** A warning with the path of the value that it is about. */
  warnAt(value: Placed, path: Path, message: string): void;
  /** In the order found, each once. */
  readonly warnings: ReadonlySet<string>;
  /** Absolute paths of the compose files that were read, in that order. */
  readonly files: Set<string>;
  throwIfWrong(): void;
}

/** Nothing noted yet. */
export function composeNotes(): ComposeNotes {
  const mistakes = new Set<string>();
  const warnings = new Set<string>();
  const fail: Fail = (at, message) => void mistakes.add(`${formatPlace(at)} ${message}`);
  const warn = (at: Place, message: string) => void warnings.add(`${formatPlace(at)} ${message}`);
  return {
    fail,
    warn,
    warnAt: ({ at }, path, message) => void warnings.add(`${formatPlace(at, path)} ${message}`),
    failAt: ({ at }, path, message) => void mistakes.add(`${formatPlace(at, path)} ${message}`),
    warnings,
    files: new Set(),
    throwIfWrong: () => {
      if (mistakes.size > 0) throw usageError('compose-invalid', byCause([...mistakes], [...warnings]).join('\n'));
    },
  };
}

/** What is said of the same place comes before the mistake there, which it is the cause of; the rest comes last. */
function byCause(mistakes: readonly string[], warnings: readonly string[]): string[] {
  const placeOf = (line: string) => line.split(' ', 1)[0];
  const told = mistakes.flatMap((mistake) => [
    ...warnings.filter((warning) => placeOf(warning) === placeOf(mistake)),
    mistake,
  ]);
  return [...new Set([...told, ...warnings])];
}

/** `compose.yaml:12:5`, and the path of the value there: `compose.yaml:12:5 services.web.ports[0]`. */
export function formatPlace({ file, line, col }: Place, path?: Path): string {
  return `${file}:${line}:${col}${path === undefined ? '' : ` ${formatPath(path)}`}`;
}

/** `services.web.ports[0]` for a path. */
function formatPath(path: Path): string {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text ? `.${key}` : key;
  return text;
}

/** The path as the user is most likely to know it: relative to where they are, unless it lies elsewhere. */
export function displayPath(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}
