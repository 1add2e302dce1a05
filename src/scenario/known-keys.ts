/** What a key that is not known was most likely meant to be. */
import { z } from 'zod';

/** The part of a JSON Schema that says which keys there are. */
interface Keys {
  readonly properties?: Readonly<Record<string, Keys>>;
  readonly additionalProperties?: Keys | boolean;
  readonly items?: Keys;
  readonly anyOf?: readonly Keys[];
}

/** ` (did you mean rate?)`, or where the key belongs; empty when nothing is like it. */
export function suggestion(schema: z.ZodType, path: readonly PropertyKey[], key: string): string {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Keys;
  const known = path.reduce<Keys[]>((places, each) => places.flatMap((place) => below(place, each)), unfolded(root));
  const names = known.flatMap(({ properties = {} }) => Object.keys(properties));
  const near = nearest(key, names);
  if (near !== undefined) return ` (did you mean ${near}?)`;
  const [elsewhere] = pathsTo(key, root);
  if (elsewhere !== undefined) return ` (it stands at ${elsewhere})`;
  return names.length > 0 && names.length <= 12 ? ` (keys: ${[...new Set(names)].join(', ')})` : '';
}

/** A schema and its alternatives. */
function unfolded(keys: Keys): Keys[] {
  return [keys, ...(keys.anyOf ?? []).flatMap(unfolded)];
}

function below(keys: Keys, key: PropertyKey): Keys[] {
  if (typeof key === 'number') return keys.items ? unfolded(keys.items) : [];
  const named = keys.properties?.[String(key)];
  const other = typeof keys.additionalProperties === 'object' ? keys.additionalProperties : undefined;
  const found = named ?? other;
  return found ? unfolded(found) : [];
}

/** Every place where a key of this name is known, the nearest to the root first. */
function pathsTo(key: string, root: Keys): string[] {
  const walk = (keys: Keys, path: string): string[] =>
    unfolded(keys).flatMap(({ properties = {}, items, additionalProperties }) => [
      ...Object.entries(properties).flatMap(([name, inner]) => {
        const own = path === '' ? name : `${path}.${name}`;
        return [...(name === key ? [own] : []), ...walk(inner, own)];
      }),
      ...(items ? walk(items, `${path}[]`) : []),
      ...(typeof additionalProperties === 'object' ? walk(additionalProperties, `${path}.*`) : []),
    ]);
  return walk(root, '').sort((a, b) => a.split('.').length - b.split('.').length);
}

function nearest(key: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(1, Math.floor(key.length / 3)) ? best.name : undefined;
}

/** Edits from one word to another, a swap of neighbours counted as one (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, row) =>
    Array.from({ length: to.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row++)
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const edits = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (isSame ? 0 : 1)];
      const line = rows[row];
      if (line) line[column] = Math.min(...edits, ...(isSwap ? [at(row - 2, column - 2) + 1] : []));
    }
  return at(from.length, to.length);
}
