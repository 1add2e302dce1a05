/** All variables of a YAML document replaced; keys stay as they are, and what is no text has none. */

import { InterpolationError, interpolate, type Lookup } from './interpolate.ts';
import type { ComposeNotes, Path } from './notes.ts';
import type { Placed } from './placed-yaml.ts';

/** The document with its variables replaced; what Compose would refuse, and variables that are not set, go to the notes. */
export function interpolatePlaced(placed: Placed, lookup: Lookup, notes: ComposeNotes, path: Path = []): Placed {
  const { value } = placed;
  if (typeof value === 'string') return { ...placed, value: replaceText(value, placed, lookup, notes, path) };
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [key, interpolatePlaced(item, lookup, notes, [...path, key])]);
    return { ...placed, value: new Map(entries as [string, Placed][]) };
  }
  if (!Array.isArray(value)) return placed;
  const items = (value as readonly Placed[]).map((item, index) =>
    interpolatePlaced(item, lookup, notes, [...path, index]),
  );
  return { ...placed, value: items };
}

function replaceText(text: string, placed: Placed, lookup: Lookup, notes: ComposeNotes, path: Path): string {
  try {
    const { value, unset } = interpolate(text, lookup);
    for (const name of unset) notes.warn(placed.at, `variable ${name} is not set and became empty`);
    return value;
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    notes.failAt(placed, path, error.message);
    return text;
  }
}
