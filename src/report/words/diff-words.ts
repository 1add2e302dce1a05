/** Runs beside each other, in the same words on a terminal, in Markdown and on their page. */
import type { MetStep, RunDiff } from '../../model/run-diff.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import { noValue, rpsCell } from './number-format.ts';

/** What must be read before any number. */
export const noVerdict = 'Not interleaved: no verdict';

/** Why there is none, and what has one. */
export const whyNoVerdict =
  'These runs were made at different times, so machine, neighbours and luck differ as well as what was changed. rampart compare and rampart gate run states in turns, and can tell.';

/** Runs are called by letters: their ids are long, and differ in a few digits. */
export function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

type StepOfRun = NonNullable<MetStep['runs'][number]>;

/** One row of the table of a step: a figure, and the same of each run. */
export interface DiffRow {
  readonly what: string;
  readonly cells: readonly string[];
}

const figures: readonly {
  readonly what: string;
  readonly of: (step: StepOfRun) => number | null;
  readonly text: (value: number) => string;
  /** Of shares and counts a ratio says nothing. */
  readonly isRatio: boolean;
}[] = [
  { what: 'p50', of: ({ p50Us }) => p50Us, text: formatLatencyUs, isRatio: true },
  { what: 'p90', of: ({ p90Us }) => p90Us, text: formatLatencyUs, isRatio: true },
  { what: 'p99', of: ({ p99Us }) => p99Us, text: formatLatencyUs, isRatio: true },
  { what: 'p99.9', of: ({ p999Us }) => p999Us, text: formatLatencyUs, isRatio: true },
  { what: 'max', of: ({ maxUs }) => maxUs, text: formatLatencyUs, isRatio: true },
  { what: 'answered/s', of: ({ completedRps }) => completedRps, text: rpsCell, isRatio: true },
  { what: 'without a good answer', of: ({ lostShare }) => lostShare, text: formatShare, isRatio: false },
];

/** The rows of a step; every run but the first has its ratio to the first that has the step. */
export function stepRows({ runs }: MetStep): DiffRow[] {
  return figures
    .filter(({ of, isRatio }) => runs.some((step) => step && (isRatio ? of(step) !== null : (of(step) ?? 0) > 0)))
    .map(({ what, of, text, isRatio }) => {
      const values = runs.map((step) => (step ? of(step) : null));
      const first = values.findIndex((value) => value !== null);
      const cells = values.map((value, index) => {
        if (value === null) return noValue;
        const base = values[first];
        if (!isRatio || index <= first || base === null || base === undefined || base <= 0) return text(value);
        return `${text(value)} (× ${formatNumber(value / base)})`;
      });
      return { what, cells };
    });
}

/** `800/s`, with the names of the step where runs call it otherwise, and how long it was where that differs. */
export function meetingTitle({ shape, runs }: MetStep): string {
  const known = runs.flatMap((step) => step ?? []);
  const names = [...new Set(known.map(({ name }) => name))].filter((name) => name !== shape);
  const lengths = [...new Set(known.map(({ seconds }) => `${formatNumber(seconds)} s`))];
  return [
    shape,
    ...(names.length > 0 ? [names.join(', ')] : []),
    ...(lengths.length > 1 ? [`for ${lengths.join(' and ')}`] : []),
  ].join(', ');
}

/** Steps that only one run has, a line for each run. */
export function unmetLines({ unmet, runs }: RunDiff): string[] {
  return runs.flatMap((_, run) => {
    const own = unmet.filter((each) => each.run === run);
    const names = own.map(({ step, shape }) => (step === shape ? step : `${step} (${shape})`));
    return own.length === 0 ? [] : [`only ${letterOf(run)} has ${names.join(', ')}`];
  });
}

/** Whether the numbers of a run may be used, in a word; empty where they may. */
export function doubtOf({ status, validity }: RunDiff['runs'][number]): string {
  if (status !== 'complete') return status;
  return validity === 'invalid' ? 'invalid' : '';
}
