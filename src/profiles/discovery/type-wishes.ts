/** Which types of profiles are wanted of a target: by a label, a flag or a configuration, each over what stands before it. */
import { type StoredType, storedTypes } from '../../model/profile-store.ts';
import { parseDurationMs } from '../../model/units.ts';

/** A type that can be collected. */
export type CollectedType = Exclude<StoredType, 'other'>;

/** Every one of them. */
export const collectedTypes: readonly CollectedType[] = storedTypes.filter((type) => type !== 'other');

/** How a type is taken; what is undefined stays as it was. */
export interface TypeWish {
  /** How long the target collects: the window of a CPU profile; of other types the difference over so long. */
  readonly seconds?: number | undefined;
  readonly intervalMs?: number | undefined;
  /** Below the target's own path, or with a slash before it from the root. */
  readonly path?: string | undefined;
}

/** By type; false for none. */
export type TypeWishes = Readonly<Partial<Record<CollectedType, TypeWish | false>>>;

/** Whether a text is a type that can be collected. */
export function isCollectedType(text: string): text is CollectedType {
  return collectedTypes.some((type) => type === text);
}

/** What the words of a flag or a label ask for: `on`, `off`, `10s` or `seconds=10`; undefined when they are no such words. */
export function readWish(text: string): TypeWish | false | undefined {
  if (['on', 'true', ''].includes(text)) return {};
  if (['off', 'false'].includes(text)) return false;
  const seconds = Number(/^seconds=(\d{1,5})$/.exec(text)?.[1] ?? (parseDurationMs(text) ?? Number.NaN) / 1000);
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600 ? { seconds } : undefined;
}

/** The later ones over the earlier. */
export function overlaid(...layers: readonly TypeWishes[]): TypeWishes {
  const all = new Map<CollectedType, TypeWish | false>();
  for (const layer of layers)
    for (const type of collectedTypes) {
      const [wish, before] = [layer[type], all.get(type)];
      if (wish !== undefined) all.set(type, wish && before ? { ...before, ...given(wish) } : wish);
    }
  return Object.fromEntries(all);
}

function given(wish: TypeWish): TypeWish {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
}
