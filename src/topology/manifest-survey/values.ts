/** Values of a manifest that a stranger wrote: each is what it should be, or nothing; pure. */

/** A map of anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** The map that it is; an empty one of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The list that it is; an empty one of anything else. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The maps in a list. */
export function mapsOf(value: unknown): readonly Fields[] {
  return listOf(value).map(fieldsOf);
}

/** A text, or a number as text; undefined of anything else, and of an empty one. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The texts in a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((one) => textOf(one) ?? []);
}

/** A map of texts: labels, annotations. */
export function textMapOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([key, one]) => {
      const text = typeof one === 'boolean' ? String(one) : textOf(one);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
}

/** A port by number, also where it is written as text. */
export function portOf(value: unknown): number | undefined {
  const text = textOf(value);
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
