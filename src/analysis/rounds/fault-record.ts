/** What of faults and conditions a result keeps for rounds. */
import type { ArmConvergence, ArmFault } from '../../model/arm-faults.ts';
import type { RunResult } from '../../model/run-result.ts';

/** The part of a run of several that is about faults; nothing of it where the scenario has none. */
export function faultRecord({ faults, convergences }: Pick<RunResult, 'faults' | 'convergences'>): {
  faults?: ArmFault[];
  convergences?: ArmConvergence[];
} {
  return {
    ...(faults && faults.length > 0 ? { faults: faults.map(keptFault) } : {}),
    ...(convergences && convergences.length > 0
      ? {
          convergences: convergences.map(({ condition, after, event, state, tookUs }) => ({
            ...{ condition, after, event, state },
            ...(tookUs === undefined ? {} : { tookUs }),
          })),
        }
      : {}),
  };
}

function keptFault({ name, lost, failed, recovery }: NonNullable<RunResult['faults']>[number]): ArmFault {
  // What was never in force, or could not be taken back, says nothing of how a system recovers from it.
  if (failed !== undefined) return { name, state: 'cannot-tell', why: failed };
  const { state, metastable, afterUs, why } = recovery;
  return {
    name,
    state,
    ...(metastable === undefined ? {} : { metastable }),
    ...(afterUs === undefined ? {} : { afterUs }),
    ...(lost ? { lost: { observed: lost.observed, expected: lost.expected } } : {}),
    why,
  };
}
