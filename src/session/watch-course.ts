/** A course without load: one span, from the first look to the end that was asked for or that its user gives it. */
import { RampartError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import { observedStep } from '../model/raw-run.ts';
import type { RunningTopology } from '../model/topology.ts';
import type { Course } from './course.ts';
import { watchReach } from './reach.ts';

/** A timer takes at most 2^31 ms (Node). */
const longestSleepMs = 3_600_000;

/** From now on for `forMs`, or until interrupted, which is the usual end of it. A target that ends may come back. */
export function createWatchCourse(
  forMs: number | undefined,
  { targets }: RunningTopology,
  networkSources: readonly string[],
  clock: Clock,
): Course {
  const startUs = clock.nowUs();
  const endUs = startUs + (forMs ?? Number.POSITIVE_INFINITY) * 1000;
  return {
    startUs,
    steps: forMs === undefined ? [] : [{ name: observedStep, measure: true, startUs, endUs }],
    watched: (give) => watchReach(targets, networkSources, give),
    failureOf: () => undefined,
    run: async ({ signal, emit, phase }) => {
      emit({ kind: 'step', step: 0, startUs });
      phase('observing');
      try {
        await sleepUntil(endUs, clock, signal);
      } catch (error) {
        if (!isUsualEnd(error)) throw error;
      } finally {
        const lastUs = clock.nowUs();
        emit({ kind: 'end', lastDueUs: lastUs, drainedUs: lastUs });
      }
    },
  };
}

async function sleepUntil(untilUs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (clock.nowUs() < untilUs) {
    await clock.sleep(Math.min(longestSleepMs, Math.max(1, (untilUs - clock.nowUs()) / 1000)), signal);
  }
}

/** Ctrl-C, or the signal that `kill` and container engines send. */
function isUsualEnd(error: unknown): boolean {
  return error instanceof RampartError && error.code === 'interrupted';
}
