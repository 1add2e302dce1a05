/** Columns to a decision: the joint sign-flip test says worse, the Walsh bounds say how much worse it can be at most. */
import type { Waiver } from '../model/gate.ts';
import { detectableLog, logOfShare, standardDeviation } from './effect.ts';
import type { GateColumn, GateColumns } from './gate-columns.ts';
import type { GateSettings } from './gate-input.ts';
import type { Look } from './sequential-looks.ts';
import { signFlipMaxT } from './sign-flip.ts';
import { studentQuantile } from './student-t.ts';
import { hodgesLehmann, lowerBound, upperBound } from './walsh-bounds.ts';

/** A column this clearly below its tolerance says nothing about what is worse, and would only dull the test of the others. */
const clearlyBelow = 0.99;

/** The error of each side of the interval that is shown. */
const intervalError = 0.05;

/** The risk of missing the effect that is called detectable. */
const missRisk = 0.05;

/**
 * What the rounds say of one column, as log-ratios: `worse` is beyond the tolerance; `ruled-out` is bounded below the effect that
 * must not pass; `open` is neither; `waived` is worse, and somebody answers for it. A share of slow requests can only be `worse` or `open`.
 */
export interface CellReading {
  readonly metric: GateColumn['metric'];
  readonly step?: string | undefined;
  readonly rps?: number | undefined;
  readonly outcome: 'worse' | 'waived' | 'ruled-out' | 'open';
  /** Hodges-Lehmann estimate, and its 90 % interval. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** What was ruled out: the effect is below this, with the error the look may make. */
  readonly upper: number;
  /** Of the effect beyond the tolerance, adjusted for all columns. */
  readonly p: number;
  readonly sd: number;
  /** The effect that this many rounds of this spread would have shown with 95 % probability. */
  readonly detectable: number;
  /** The waiver of this column, needed or not. */
  readonly waiver?: Waiver | undefined;
}

/** What one look says. */
export interface Decision {
  readonly outcome: 'pass' | 'fail' | 'cannot-tell';
  readonly look: Look;
  readonly cells: readonly CellReading[];
  readonly absent: GateColumns['absent'];
  /** Whether all sign vectors were tried; else a seeded sample of `flips`. */
  readonly isExact: boolean;
  readonly flips: number;
}

/**
 * The decision at a look. Fail: some column's p is at most alpha (Westfall and Young's max-T, columns clearly below their tolerance
 * left out). Pass: every p99 and capacity column without a waiver is bounded below `detect` (an intersection-union test, so without correction:
 * Berger, Technometrics 24, 1982), and no step is left unjudged.
 */
export function decideAt(look: Look, { columns, absent }: GateColumns, settings: GateSettings): Decision {
  const rows = Array.from({ length: look.rounds }, (_, round) =>
    columns.map(({ values, tolerance }) => (values[round] ?? Number.NaN) - tolerance),
  );
  const floor = -studentQuantile(clearlyBelow, Math.max(1, look.rounds - 1));
  const test = signFlipMaxT(rows, { sides: 'one', seed: settings.seed, counts: (t) => t >= floor });
  const cells = columns.map((column, index) =>
    readingOf(column, {
      p: test.p[index] ?? 1,
      columns: columns.length,
      look,
      detect: settings.detect,
      waiver: settings.waivers?.find(({ metric, step }) => metric === column.metric && step === column.step),
    }),
  );
  const bounded = cells.filter(({ metric, waiver }) => metric !== 'slow-share' && !waiver);
  const isWorse = cells.some(({ outcome }) => outcome === 'worse');
  const isRuledOut =
    bounded.length > 0 &&
    bounded.every(({ outcome }) => outcome === 'ruled-out') &&
    absent.every(({ isCovered }) => isCovered);
  return {
    outcome: isWorse ? 'fail' : isRuledOut ? 'pass' : 'cannot-tell',
    look,
    cells,
    absent,
    isExact: test.isExact,
    flips: test.flips,
  };
}

interface ReadingContext {
  readonly p: number;
  readonly columns: number;
  readonly look: Look;
  readonly detect: number;
  readonly waiver: Waiver | undefined;
}

function readingOf(column: GateColumn, { p, columns, look, detect, waiver }: ReadingContext): CellReading {
  const values = column.values.slice(0, look.rounds);
  const sd = standardDeviation(values);
  const upper = upperBound(values, look.beta);
  const isRuledOut = column.metric !== 'slow-share' && upper < logOfShare(detect);
  const { metric, step, rps } = column;
  return {
    metric,
    ...(step === undefined ? {} : { step }),
    ...(rps === undefined ? {} : { rps }),
    outcome: p <= look.alpha ? (waiver ? 'waived' : 'worse') : isRuledOut ? 'ruled-out' : 'open',
    estimate: hodgesLehmann(values),
    low: lowerBound(values, intervalError),
    high: upperBound(values, intervalError),
    upper,
    p,
    sd,
    detectable:
      column.tolerance + detectableLog({ sd, rounds: look.rounds, columns, alpha: look.alpha, beta: missRisk }),
    ...(waiver ? { waiver } : {}),
  };
}

/** What a look has to decide on: columns, and whether an absolute rule is missed or not yet settled. */
interface LookInput {
  readonly columns: GateColumns;
  readonly isMissed: boolean;
  readonly isOpen: boolean;
}

/** The decision of the first look that can decide, else that of the last; undefined when there are not enough rounds for any. */
export function decideAtLooks(
  looks: readonly Look[],
  inputOf: (look: Look) => LookInput,
  settings: GateSettings,
): Decision | undefined {
  let decision: Decision | undefined;
  for (const look of looks) {
    const { columns, isMissed, isOpen } = inputOf(look);
    const relative = decideAt(look, columns, settings);
    const outcome = isMissed ? 'fail' : isOpen && relative.outcome === 'pass' ? 'cannot-tell' : relative.outcome;
    decision = { ...relative, outcome };
    if (outcome !== 'cannot-tell') return decision;
  }
  return decision;
}
