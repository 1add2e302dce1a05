/** A compose document as plain values, and the place of every value for error messages. */
import { type ComposeNotes, formatPlace, type Path } from './notes.ts';
import { listOf, mapOf } from './placed-map.ts';
import type { Placed, PlacedMap } from './placed-yaml.ts';

/** A compose document; `fail` reports a mistake at a path, `warn` what is only worth knowing. */
export interface ComposeDocument {
  readonly root: unknown;
  /** `compose.yaml:12:5 services.web.ports` for a path, or for the closest one around it that is written in a file. */
  placeOf(path: Path): string;
  fail(path: Path, message: string): void;
  warn(path: Path, message: string): void;
}

/** The document whose mistakes go to the notes. */
export function composeDocument(placed: Placed, notes: ComposeNotes): ComposeDocument {
  return {
    root: plainValue(placed),
    placeOf: (path) => formatPlace(deepest(placed, path).at, path),
    fail: (path, message) => notes.failAt(deepest(placed, path), path, message),
    warn: (path, message) => notes.warnAt(deepest(placed, path), path, message),
  };
}

function plainValue({ value }: Placed): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...(value as PlacedMap)].map(([key, item]) => [key, plainValue(item)]));
  }
  return Array.isArray(value) ? (value as readonly Placed[]).map(plainValue) : value;
}

/** The value at the path, or the closest one around it that is written in a file. */
function deepest(placed: Placed, [key, ...rest]: Path): Placed {
  if (key === undefined) return placed;
  const found =
    typeof key === 'number' ? (listOf(placed)[key] ?? mapOf(placed).get(String(key))) : mapOf(placed).get(key);
  return found ? deepest(found, rest) : placed;
}
