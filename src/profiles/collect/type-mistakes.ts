/** Which types of profiles cannot be taken of one process together. */
import { type CollectedType, collectedTypes, overlaid, type TypeWishes } from '../discovery/type-wishes.ts';

/** What is taken of all targets, what each discovery has otherwise, and how often. */
interface Asked {
  readonly wishes: TypeWishes;
  readonly discover: readonly { readonly wishes: TypeWishes }[];
  readonly rhythm: { readonly intervalMs: number };
}

/** What cannot be taken together, of all targets or of those of one discovery. */
export function typeMistakes({ wishes, discover, rhythm }: Asked) {
  const layers = [
    { at: [], wishes },
    ...discover.map((each, index) => ({ at: ['discover', index], wishes: overlaid(wishes, each.wishes) })),
  ];
  const found = layers.flatMap(({ at, wishes: all }) =>
    wishMistakes(all, rhythm.intervalMs).map((each) => ({ ...each, at })),
  );
  // What is wrong for all is wrong for each discovery.
  const common = new Set(found.filter(({ at }) => at.length === 0).map(({ message }) => message));
  return found
    .filter(({ at, message }) => at.length === 0 || !common.has(message))
    .map(({ at, type, message }) => ({ path: [...at, 'types', type], message }));
}

function wishMistakes(
  all: TypeWishes,
  intervalMs: number,
): { readonly type: CollectedType; readonly message: string }[] {
  const both = all.allocs && all.heap;
  const busyShare = collectedTypes.reduce((sum, type) => {
    const wish = all[type];
    return wish ? sum + ((wish.seconds ?? 0) * 1000) / (wish.intervalMs ?? intervalMs) : sum;
  }, 0);
  return [
    ...(both
      ? [
          {
            type: 'allocs',
            message:
              'has the same numbers as heap, and is not taken beside it (example: { heap: false, allocs: true })',
          } as const,
        ]
      : []),
    ...(busyShare >= 1
      ? [
          {
            type: 'cpu',
            message: `and the other types would collect for ${Math.round(busyShare * 100)} % of the time, and a process gives one at a time: take a longer interval`,
          } as const,
        ]
      : []),
  ];
}
