/** Goroutines that nothing can wake any more, as the runtime's own search found them after the load. */
import { groupGoroutines } from '../../goruntime/goroutines/groups.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { ProfileError } from '../../goruntime/profile/types.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { ProfileSample } from '../../model/sample.ts';

type Leak = NonNullable<RunResult['leaks']>[number];

const stacksPerTarget = 20;

/** The stacks of each target, largest first; undefined when no target could be asked. */
export function goroutineLeaks(samples: readonly ProfileSample[]): Leak[] | undefined {
  const looks = samples
    .filter(({ type, outcome }) => type === 'goroutineleak' && outcome === 'ok')
    .flatMap((sample) => [leaksOf(sample)].filter((leaks) => leaks !== undefined));
  if (looks.length === 0) return undefined;
  return looks.flat().sort((a, b) => (a.target < b.target ? -1 : Number(a.target > b.target)));
}

function leaksOf({ target, content }: ProfileSample): Leak[] | undefined {
  if (!content) return undefined;
  try {
    const { groups } = groupGoroutines(decodeProfile(content));
    return groups
      .slice(0, stacksPerTarget)
      .map(({ count, reason, site, frames }) => ({ target, count, reason, site, frames: [...frames] }));
  } catch (error) {
    // The list of profiles says that it cannot be read.
    if (error instanceof ProfileError) return undefined;
    throw error;
  }
}
