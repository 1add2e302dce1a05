/** The part of a recording that a load sends: which of its arrivals fall into the steps, and when. */
import type { LoadPlan } from '../../model/load.ts';
import { type LoadStep, type RecordedArrivals, recordedOf } from '../../model/scenario.ts';
import { type Recording, readRecording } from './recording.ts';
import { stepEndsUs } from './step-times.ts';

/** The arrivals of a load, in order. */
export interface RecordedLoad {
  /** When they fall due, microseconds after the first step's start; in memory that threads share. */
  readonly dueUs: Float64Array;
  /** What each sends, as a place among the recording's names; -1 where the recording does not say. */
  readonly requests: Int32Array;
}

/** The recorded arrivals of a plan, each with its place among the plan's requests and, after them, its flows; undefined when its arrivals are not recorded. */
export async function openRecordedLoad(plan: LoadPlan): Promise<RecordedLoad | undefined> {
  const arrivals = recordedOf(plan);
  if (!arrivals) return undefined;
  const recording = await readRecording(arrivals.file, plan.files);
  const { dueUs, requests } = recordedLoad(recording, arrivals, plan.steps);
  const sent = [...plan.requests, ...(plan.flows ?? [])];
  const places = recording.names.map((name) => sent.findIndex((each) => each.name === name));
  return { dueUs, requests: requests.map((place) => places[place] ?? -1) };
}

/** The arrivals from `fromMs` of the recording on that fall due before the last step ends. */
export function recordedLoad(
  { atS, requests }: Recording,
  { speed, fromMs }: Pick<RecordedArrivals, 'speed' | 'fromMs'>,
  steps: readonly LoadStep[],
): RecordedLoad {
  const endUs = stepEndsUs(steps).at(-1) ?? 0;
  const dueUsOf = (seconds: number) => ((seconds - fromMs / 1000) / speed) * 1e6;
  const first = firstFrom(atS, (seconds) => dueUsOf(seconds) >= 0);
  const end = firstFrom(atS, (seconds) => dueUsOf(seconds) >= endUs);
  const dueUs = new Float64Array(new SharedArrayBuffer((end - first) * Float64Array.BYTES_PER_ELEMENT));
  for (let index = first; index < end; index++) dueUs[index - first] = dueUsOf(atS[index] ?? 0);
  return { dueUs, requests: requests.subarray(first, end) };
}

/** The first place from which on something holds, of what only ever begins to hold. */
function firstFrom(values: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The steps with the rates of the arrivals that fall into them: on average, and in the busiest of their seconds. */
export function stepsWithRates(steps: readonly LoadStep[], { dueUs }: Pick<RecordedLoad, 'dueUs'>): LoadStep[] {
  const ends = stepEndsUs(steps);
  let next = 0;
  return steps.map((step, index) => {
    const endUs = ends[index] ?? 0;
    const startUs = endUs - step.durationMs * 1000;
    const seconds = new Map<number, number>();
    const first = next;
    for (; (dueUs[next] ?? Number.POSITIVE_INFINITY) < endUs; next++) {
      const second = Math.floor(((dueUs[next] ?? 0) - startUs) / 1e6);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    const rps = (next - first) / (step.durationMs / 1000);
    const peakRps = [...seconds.values()].reduce((most, count) => Math.max(most, count), rps);
    return { ...step, shape: { kind: 'recorded', rps, peakRps } };
  });
}

/** How long a recording lasts from where it begins to be sent, at its speed, in milliseconds. */
export function recordedMs({ atS }: Recording, { speed, fromMs }: Pick<RecordedArrivals, 'speed' | 'fromMs'>): number {
  return ((atS.at(-1) ?? 0) * 1000 - fromMs) / speed;
}
