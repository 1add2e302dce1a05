/** `load.steps`: one entry to the steps that it stands for, each with its shape. */
import { z } from 'zod';
import type { LoadStep, RateShape } from '../model/scenario.ts';
import { duration, rate, refusal, text, whole } from './values.ts';

/** One entry of `load.steps`, before it is known in which mode it is to run. */
export const stepSchema = z
  .strictObject({
    name: text('a name', 'warm-up').max(60, { error: 'must be at most 60 characters long' }).optional(),
    for: duration,
    measure: z.boolean({ error: (issue) => refusal('true or false', issue.input, 'false') }).default(true),
    rate: rate.optional(),
    from: rate.optional(),
    to: rate.optional(),
    stairs: whole(2, 200, '5').optional(),
    peak: rate.optional(),
    peakFor: duration.optional(),
    amplitude: rate.optional(),
    period: duration.optional(),
    connections: whole(1, 10_000, '50').optional(),
  })
  .meta({
    description:
      'rate; or from, to and perhaps stairs; or rate, peak, peakFor; or rate, amplitude, period. With mode: closed none of these, but perhaps connections',
  });

type StepInput = z.output<typeof stepSchema>;

/** What is wrong with an entry; without a key it is the entry as a whole. */
interface StepMistake {
  readonly key?: string;
  readonly message: string;
}

/**
 * The steps of an entry, the one at `index`: those of a closed load with `connections` where they have none of their own; or what is wrong
 * with it.
 */
export function stepsOf(
  input: StepInput,
  mode: 'open' | 'closed' | 'recorded',
  { connections, index }: { readonly connections: number; readonly index: number },
): LoadStep[] | StepMistake {
  if (mode === 'open') return openSteps(input);
  return mode === 'closed' ? closedSteps(input, connections) : recordedSteps(input, index);
}

function recordedSteps(input: StepInput, index: number): LoadStep[] | StepMistake {
  const key = [...rateKeys, 'connections' as const].find((each) => input[each] !== undefined);
  if (key !== undefined) {
    const message = `must not be given with recorded arrivals, of which each step is the next part (example: { name: rush, for: 60s })`;
    return { key, message };
  }
  const { name = `part ${index + 1}`, measure } = input;
  return [{ name, shape: { kind: 'recorded', rps: 0, peakRps: 0 }, durationMs: input.for, measure }];
}

function closedSteps(input: StepInput, usual: number): LoadStep[] | StepMistake {
  const key = rateKeys.find((each) => input[each] !== undefined);
  if (key !== undefined) {
    const message = `must not be given with mode: closed, whose rate is what comes of its connections (example: { connections: 50, for: 10s })`;
    return { key, message };
  }
  const { connections = usual, name = `${connections} connection${connections === 1 ? '' : 's'}` } = input;
  return [{ name, shape: { kind: 'closed', connections }, durationMs: input.for, measure: input.measure }];
}

/** What is wrong with the steps as a whole. */
export function stepMistakes(steps: readonly LoadStep[]): string[] {
  const mistakes: string[] = [];
  const names = steps.map((each) => each.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) mistakes.push(`must have names of their own, but "${twice[0]}" is there more than once`);
  if (!steps.some((each) => each.measure))
    mistakes.push('must have at least one step that is measured (remove measure: false)');
  return mistakes;
}

/** The keys that say how a rate moves. */
const rateKeys = ['rate', 'from', 'to', 'stairs', 'peak', 'peakFor', 'amplitude', 'period'] as const;

/** The steps that one entry of an open load stands for, or what is wrong with it. */
function openSteps(input: StepInput): LoadStep[] | StepMistake {
  if (input.connections !== undefined)
    return {
      key: 'connections',
      message: 'is for mode: closed; in an open load connections are opened as they are needed',
    };
  const { from, to, stairs } = input;
  if (stairs !== undefined && from !== undefined && to !== undefined) return stairSteps(input, from, to, stairs);
  const shape = toShape(input);
  if (typeof shape === 'string') return { message: shape };
  return [{ name: input.name ?? nameOf(shape), shape, durationMs: input.for, measure: input.measure }];
}

/** Stairs become one constant step each, so that every level has a row of its own in the result. */
function stairSteps(input: StepInput, fromRps: number, toRps: number, stairs: number): LoadStep[] {
  return Array.from({ length: stairs }, (_, index) => {
    const rps = roundRps(fromRps + ((toRps - fromRps) * index) / (stairs - 1));
    const prefix = input.name === undefined ? '' : `${input.name} `;
    return {
      name: `${prefix}${rps}/s`,
      shape: { kind: 'constant', rps },
      durationMs: input.for / stairs,
      measure: input.measure,
    };
  });
}

/** Whole, unless that would be another rate. */
function roundRps(rps: number): number {
  return rps < 100 ? Number(rps.toPrecision(3)) : Math.round(rps);
}

function toShape(input: StepInput): RateShape | string {
  const given = rateKeys.filter((key) => input[key] !== undefined);
  const {
    rate: rps,
    from: fromRps,
    to: toRps,
    peak: peakRps,
    peakFor: peakMs,
    amplitude: amplitudeRps,
    period: periodMs,
  } = input;
  if (rps !== undefined && given.length === 1) return { kind: 'constant', rps };
  if (fromRps !== undefined && toRps !== undefined && given.length === 2) return { kind: 'linear', fromRps, toRps };
  if (rps !== undefined && peakRps !== undefined && peakMs !== undefined && given.length === 3) {
    return peakMs < input.for ? { kind: 'spike', baseRps: rps, peakRps, peakMs } : 'peakFor must be shorter than for';
  }
  if (rps !== undefined && amplitudeRps !== undefined && periodMs !== undefined && given.length === 3) {
    return amplitudeRps <= rps
      ? { kind: 'sine', meanRps: rps, amplitudeRps, periodMs }
      : 'amplitude must not be more than rate: a rate cannot be negative';
  }
  return (
    `must say its rate in one of these ways, got ${given.length === 0 ? 'none' : given.join(', ')}: rate; from and to; from, to and stairs; ` +
    'rate, peak and peakFor; rate, amplitude and period (example: { rate: 500/s, for: 10s })'
  );
}

function nameOf(shape: RateShape): string {
  switch (shape.kind) {
    case 'constant':
      return `${shape.rps}/s`;
    case 'linear':
      return `${shape.fromRps} to ${shape.toRps}/s`;
    case 'spike':
      return `spike to ${shape.peakRps}/s`;
    case 'sine':
      return `${shape.meanRps}/s ± ${shape.amplitudeRps}/s`;
  }
}
