/** JSON paths such as `$.items[0].id` (RFC 9535 without filters and slices): the first value in a document that a path leads to. */

/** One part of a path; `isDeep` where it may be at any depth. */
interface Segment {
  /** A name, an index (negative ones count from the end), or `undefined` for all there are. */
  readonly pick: string | number | undefined;
  readonly isDeep: boolean;
}

/** A path that was taken apart. */
export type JsonPath = readonly Segment[];

const segment =
  /(\.\.|\.)(?:([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)|(\*))|(\.\.)?\[\s*(?:(-?\d+)|(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/y;

/** The path in a text; undefined when it is none, or has a filter, a slice or several picks. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const path: Segment[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text);
    if (!match) return undefined;
    const [, dots, name, star, deep, index, all, single, double] = match;
    const quoted = single ?? double;
    const isAll = star !== undefined || all !== undefined;
    const picked = index === undefined ? (name ?? quoted?.replace(/\\(.)/g, '$1') ?? '') : Number(index);
    path.push({ pick: isAll ? undefined : picked, isDeep: dots === '..' || deep !== undefined });
  }
  return path;
}

/** What a path leads to in a JSON text: the first such value as text, numbers as they are written; throws an Error that says why there is none. */
export function valueAt(json: string, path: JsonPath): string {
  const [found] = nodesAt(parsed(json), path);
  if (found === undefined) throw new Error('is not there');
  if (found === null) throw new Error('is null');
  if (typeof found === 'object') throw new Error('is a list or a map, not a value');
  return String(found);
}

/** A number that would not be written again as it was: of many digits, or with a point or an exponent. */
const longNumber = /\d{16}|\d[.eE]/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

function parsed(json: string): unknown {
  try {
    const whole: unknown = JSON.parse(json);
    if (!longNumber.test(json)) return whole;
    // Identifiers of 64 bits are common, and JavaScript's numbers have 53.
    return JSON.parse(json.replace(stringOrNumber, (token) => (token.startsWith('"') ? token : `"${token}"`)));
  } catch (error) {
    throw new Error('is not there, for the body is no JSON', { cause: error });
  }
}

function* nodesAt(value: unknown, [first, ...rest]: JsonPath): Iterable<unknown> {
  if (!first) {
    yield value;
    return;
  }
  for (const child of childrenAt(value, first)) yield* nodesAt(child, rest);
  if (!first.isDeep) return;
  for (const child of childrenAt(value, { pick: undefined, isDeep: false })) yield* nodesAt(child, [first, ...rest]);
}

function childrenAt(value: unknown, { pick }: Segment): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (pick === undefined) return Object.values(value);
  if (Array.isArray(value)) {
    const index = typeof pick === 'number' && pick < 0 ? value.length + pick : pick;
    return typeof index === 'number' && index >= 0 && index < value.length ? [value[index]] : [];
  }
  return typeof pick === 'string' && Object.hasOwn(value, pick) ? [Reflect.get(value, pick)] : [];
}
