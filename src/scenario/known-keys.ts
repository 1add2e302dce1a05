/** What a key that is not known was most likely meant to be. */
import { z } from 'zod';
import { nearest } from '../model/nearest.ts';

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
