/** Arrivals of a load with a known fault, as a load engine tells of them, and what the analysis makes of them. */
import { type FaultEvidence, faultOutcomes } from '../../src/analysis/faults/fault-outcomes.ts';
import { binText } from '../../src/model/bin-responses.ts';
import type { FaultOutcome } from '../../src/model/fault-outcome.ts';
import type { ArrivalBin, LoadBins } from '../../src/model/load.ts';
import { seededUniform } from '../../src/model/random.ts';
import type { FaultMoment } from '../../src/model/sample.ts';
import type { LoadStep } from '../../src/model/scenario.ts';
import { constantStep } from '../load/load-run.ts';

const binUs = 20_000;

/** What becomes of one arrival: the time to its answer, or undefined where it is lost. */
export type Fate = (dueUs: number, uniform: () => number) => number | undefined;

/** The load of a simulated run; it starts at 1 s. */
export interface SimulatedLoad {
  readonly rps: number;
  readonly forS: number;
  readonly seed?: number;
  readonly arrivals?: 'uniform' | 'poisson';
  readonly fate: Fate;
  /** From when on those that are lost are lost with their generator. */
  readonly untoldUs?: number;
}

export const startUs = 1_000_000;

/** Bins of all arrivals, one message per second of due time. */
function simulatedBins({ rps, forS, seed = 1, arrivals = 'uniform', fate, untoldUs }: SimulatedLoad): LoadBins[] {
  const uniform = seededUniform(seed);
  const seconds = new Map<number, Map<number, { responses: number[]; lostUs: number[] }>>();
  const gap = () => (arrivals === 'uniform' ? 1e6 / rps : (-Math.log(1 - uniform()) * 1e6) / rps);
  for (let dueUs = startUs; dueUs < startUs + forS * 1e6; dueUs += gap()) {
    const second = Math.floor(dueUs / 1e6);
    const bins = seconds.get(second) ?? new Map<number, { responses: number[]; lostUs: number[] }>();
    seconds.set(second, bins);
    const place = Math.floor(dueUs / binUs) * binUs;
    const bin = bins.get(place) ?? { responses: [], lostUs: [] };
    bins.set(place, bin);
    const us = fate(dueUs, uniform);
    if (us === undefined) bin.lostUs.push(dueUs);
    else bin.responses.push(us);
  }
  return [...seconds.values()].map((bins) => ({
    kind: 'bins',
    step: 0,
    binUs,
    bins: [...bins].map((bin) => toBin(bin, untoldUs)),
  }));
}

function toBin(
  [dueUs, { responses, lostUs }]: [number, { responses: number[]; lostUs: number[] }],
  untoldUs = Number.POSITIVE_INFINITY,
): ArrivalBin {
  const untold = lostUs.filter((us) => us >= untoldUs).length;
  return {
    dueUs,
    completed: responses.length,
    lost: lostUs.length,
    ...(untold > 0 && { untold }),
    response: binText(responses),
    ...(lostUs.length > 0 && { firstLostUs: Math.round(Math.min(...lostUs)) }),
  };
}

/** The moments of a fault that is in force from one time to another, or to the end. */
export function faultMoments(fromUs: number, toUs?: number, fault = 'gone', takesUs = 1000): FaultMoment[] {
  const about = { kind: 'fault', fault, targets: ['api-1'], message: 'stopped api-1' } as const;
  return [
    { ...about, moment: 'begin', askedUs: fromUs, atUs: fromUs + takesUs },
    ...(toUs === undefined ? [] : [{ ...about, moment: 'end', askedUs: toUs, atUs: toUs + takesUs } as const]),
  ];
}

/** What the analysis says of one fault, in a load of one step. */
export function outcomesOf(
  load: SimulatedLoad,
  moments: readonly FaultMoment[],
  change: Partial<FaultEvidence> & { readonly step?: LoadStep } = {},
): FaultOutcome[] {
  const step = change.step ?? constantStep(load.rps, load.forS * 1000);
  const names = [...new Set(moments.map(({ fault }) => fault))];
  return faultOutcomes({
    faults: names.map((name) => ({ name, atMs: 0, action: { kind: 'pause', of: { service: 'api' } } })),
    moments,
    bins: simulatedBins(load),
    spans: [{ index: 0, name: step.name, kind: 'measure', startUs, endUs: startUs + load.forS * 1e6 }],
    steps: [step],
    slo: [],
    isComplete: true,
    ownErrorUsAt: () => 0,
    ...change,
  });
}

/** Response times about a median, with a tail as services have it, and now and then a hiccup of all that are under way. */
export function usualFate({
  medianUs = 5000,
  spread = 0.4,
  hiccupEveryS = Number.POSITIVE_INFINITY,
  hiccupUs = 60_000,
  lost = 0,
} = {}): Fate {
  let nextUs = -1;
  return (dueUs, uniform) => {
    if (nextUs < 0) nextUs = dueUs - Math.log(1 - uniform()) * hiccupEveryS * 1e6;
    if (uniform() < lost) return undefined;
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const us = medianUs * Math.exp(spread * normal);
    if (dueUs >= nextUs + hiccupUs) nextUs = dueUs - Math.log(1 - uniform()) * hiccupEveryS * 1e6;
    return dueUs >= nextUs ? Math.max(us, nextUs + hiccupUs - dueUs) : us;
  };
}
