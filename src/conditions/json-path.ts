/** What stands at a path of an answer in JSON, such as `members[0].name` or `members.length`. */

/** An answer that is no JSON. */
export type ReadJson = { readonly value: unknown } | { readonly why: string };

/**
 * A string is kept as it is; an integer that a double does not hold, as identities often are, becomes the string of its digits: two that
 * differ in the last digit are not the same.
 */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const longInteger = /^-?[1-9]\d{15,}$/;

/** Reads JSON (RFC 8259). */
export function readJson(text: string): ReadJson {
  try {
    const exact = text.replaceAll(stringOrNumber, exactly);
    return { value: JSON.parse(exact) };
  } catch {
    const start = text.trimStart().slice(0, 40).split('\n')[0] ?? '';
    return { why: text.trim() === '' ? 'an empty answer is no JSON' : `${JSON.stringify(start)} is no JSON` };
  }
}

function exactly(part: string): string {
  return longInteger.test(part) && !Number.isSafeInteger(Number(part)) ? `"${part}"` : part;
}

/** What stands there; undefined where nothing does. `.length` of a list is how many it has. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const [, index, quoted, name] of path.matchAll(step)) {
    if (index !== undefined) at = Array.isArray(at) ? at[Number(index)] : undefined;
    else at = member(at, quoted ?? name ?? '');
  }
  return at;
}

/** `[0]`, `["a.b"]` or a name; the `$` and the dots before them mean nothing. */
const step = /\[(\d+)\]|\["([^"\\]*)"\]|([\w-]+)/g;

function member(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return name === 'length' ? value.length : undefined;
  const isMap = typeof value === 'object' && value !== null;
  return isMap && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** The same text for the same value, whatever the order of its keys. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
