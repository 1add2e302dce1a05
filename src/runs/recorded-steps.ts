/** The recording that a scenario's arrivals follow, held against its steps and requests. */

import { recordedLoad, recordedMs, stepsWithRates } from '../load/schedule/recorded-load.ts';
import { type Recording, readRecording } from '../load/schedule/recording.ts';
import { type RecordedArrivals, recordedOf, type Scenario } from '../model/scenario.ts';
import { formatDurationMs } from '../model/units.ts';
import type { Mistake } from '../scenario/load-scenario.ts';
import { readable } from './scenario-files.ts';

/** What a recording makes of a scenario: what is wrong, or the scenario with its rates in the steps. */
export interface HeldRecording {
  readonly scenario: Scenario;
  readonly mistakes: readonly Mistake[];
}

/** The scenario whose steps have the rates of the recorded arrivals in them; the same one where arrivals are not recorded. */
export async function withRecordedRates(scenario: Scenario): Promise<HeldRecording> {
  const { load } = scenario;
  const arrivals = recordedOf(load);
  if (!arrivals) return { scenario, mistakes: [] };
  const mistakes: Mistake[] = [];
  const named = { key: ['load', 'arrivals', 'file'], file: arrivals.file };
  const recording = await readable(named, mistakes, () => readRecording(arrivals.file));
  if (!recording) return { scenario, mistakes };
  const found = [...unknownRequests(recording, scenario), ...stepsBehindTheEnd(recording, arrivals, scenario)];
  if (found.length > 0) return { scenario, mistakes: found };
  const steps = stepsWithRates(load.steps, recordedLoad(recording, arrivals, load.steps));
  const whole = { arrivals: recording.atS.length, lastsMs: (recording.atS.at(-1) ?? 0) * 1000 };
  const known = Object.freeze({ ...load, steps, arrivals: Object.freeze({ ...arrivals, whole }) });
  return { scenario: Object.freeze({ ...scenario, load: known }), mistakes: [] };
}

const shownNames = 5;

function unknownRequests({ names }: Recording, { load }: Scenario): Mistake[] {
  const known = [...load.requests, ...(load.flows ?? [])].map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return [];
  const list = unknown.slice(0, shownNames).map((name) => JSON.stringify(name));
  const more = unknown.length > shownNames ? ` and ${unknown.length - shownNames} more` : '';
  const all = known.filter((name) => name !== '').join(', ');
  const message = `names what is no request and no flow: ${list.join(', ')}${more} (there are ${all || 'none with a name'})`;
  return [{ path: ['load', 'arrivals', 'file'], message }];
}

function stepsBehindTheEnd(recording: Recording, arrivals: RecordedArrivals, { load }: Scenario): Mistake[] {
  const lastsMs = recordedMs(recording, arrivals);
  if (lastsMs < 0) {
    const message = `must be before the end of the recording, which is ${formatDurationMs(lastsMs * arrivals.speed + arrivals.fromMs)} long, got ${formatDurationMs(arrivals.fromMs)}`;
    return [{ path: ['load', 'arrivals', 'from'], message }];
  }
  let startMs = 0;
  return load.steps.flatMap(({ name, durationMs }) => {
    const fromMs = startMs;
    startMs += durationMs;
    if (fromMs <= lastsMs) return [];
    const message = `must end with the recording: ${JSON.stringify(name)} would begin after ${formatDurationMs(fromMs)}, and at this speed there are arrivals for ${formatDurationMs(lastsMs)}`;
    return [{ path: ['load', 'steps'], message }];
  });
}
