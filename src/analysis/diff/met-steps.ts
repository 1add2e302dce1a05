/** Which measured steps of several runs ask for the same load: where the runs can be held beside each other. */
import type { RunResult, StepResult } from '../../model/run-result.ts';
import type { RateShape } from '../../model/scenario.ts';
import { formatDurationMs, formatNumber } from '../../model/units.ts';

/** A step of one run with what was asked for there. */
export interface AskedStep {
  readonly step: StepResult;
  readonly shape: string;
}

/** A load that two or more runs have; undefined where one has it not. */
export interface Meeting {
  readonly shape: string;
  readonly steps: readonly (AskedStep | undefined)[];
}

/** The loads that runs have in common, in the order of the first run that has them, and the steps that nobody else has. */
export function meetSteps(results: readonly RunResult[]): {
  readonly meetings: readonly Meeting[];
  readonly alone: readonly { readonly run: number; readonly asked: AskedStep }[];
} {
  const left = results.map((result) => askedSteps(result));
  const meetings: Meeting[] = [];
  const alone: { run: number; asked: AskedStep }[] = [];
  for (const [run, own] of left.entries()) {
    for (let asked = own.shift(); asked !== undefined; asked = own.shift()) {
      const steps = left.map((others, other) =>
        other === run ? asked : other < run ? undefined : taken(others, asked),
      );
      if (steps.filter((each) => each !== undefined).length > 1) meetings.push({ shape: asked.shape, steps });
      else alone.push({ run, asked });
    }
  }
  return { meetings, alone };
}

/** Takes the step of the same load out of a list: the one of the same name, else the first. */
function taken(
  others: AskedStep[],
  { shape, step }: AskedStep | { shape: string; step: StepResult },
): AskedStep | undefined {
  const same = others.filter((each) => each.shape === shape);
  const found = same.find((each) => each.step.name === step.name) ?? same[0];
  if (found) others.splice(others.indexOf(found), 1);
  return found;
}

/** Measured steps that were begun. */
function askedSteps(result: RunResult): AskedStep[] {
  const shapes = shapesOf(result);
  return result.steps
    .filter(({ kind }) => kind === 'measure')
    .map((step) => ({ step, shape: shapes.get(step.name) ?? `${formatNumber(step.load.plannedRps)}/s` }));
}

/** The part of a recorded scenario that says what its steps ask for. */
interface RecordedLoad {
  readonly steps?: readonly { readonly name?: unknown; readonly shape?: unknown }[];
}

function shapesOf({ scenario }: RunResult): ReadonlyMap<string, string> {
  const { steps } = (scenario.load ?? {}) as RecordedLoad;
  const shapes = new Map<string, string>();
  for (const { name, shape } of Array.isArray(steps) ? steps : []) {
    const text = shapeText(shape);
    if (typeof name === 'string' && text !== undefined) shapes.set(name, text);
  }
  return shapes;
}

type Shape = RateShape | { readonly kind: 'closed'; readonly connections: number };

/** What a step asks for as people write it; undefined for what this version does not know. */
function shapeText(shape: unknown): string | undefined {
  if (typeof shape !== 'object' || shape === null || !('kind' in shape)) return undefined;
  const known = shape as Shape;
  const rate = (rps: number) => `${formatNumber(rps)}/s`;
  switch (known.kind) {
    case 'constant':
      return rate(known.rps);
    case 'linear':
      return `${rate(known.fromRps)} to ${rate(known.toRps)}`;
    case 'spike':
      return `${rate(known.baseRps)}, peak ${rate(known.peakRps)} for ${formatDurationMs(known.peakMs)}`;
    case 'sine':
      return `${rate(known.meanRps)} ± ${rate(known.amplitudeRps)} in ${formatDurationMs(known.periodMs)}`;
    case 'closed':
      return `${known.connections} connections`;
    default:
      return undefined;
  }
}
