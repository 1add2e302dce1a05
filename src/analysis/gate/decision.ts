/** Columns to a decision: the joint sign-flip test says worse, the Walsh bounds say how much worse it can be at most. */
import type { GateSettings } from '../../model/gate-input.ts';
import { canOnlyFail, gateArms, type Waiver } from '../../model/gate-terms.ts';
import type { CellReading, Decision, Look } from '../../model/gate-verdict.ts';
import { medianOf } from '../../model/median.ts';
import { countWaits, knownValues, testable, tookUs } from '../rounds/waited.ts';
import { detectableLog, finite, logOfShare, standardDeviation } from '../statistics/effect.ts';
import { type CrossedFlips, exactRounds, signFlipMaxT } from '../statistics/sign-flip.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import { hodgesLehmann, lowerBound, upperBound } from '../statistics/walsh-bounds.ts';
import type { GateColumn, GateColumns } from './columns.ts';

/**
 * A column so clearly below its tolerance that chance seldom makes one so is left out: it says nothing about what is worse, and would only
 * dull the test of the others. This is the part of alpha that all columns together may err in it (two stages, as in Romano, Shaikh and
 * Wolf, Econometrica 82, 2014).
 */
const leftOutShare = 0.02;

/** The error of each side of the interval that is shown. */
const intervalError = 0.05;

/** The risk of missing the effect that is called detectable. */
const missRisk = 0.05;

/** What the looks so far may have erred in calling harmless arms worse, and for which sign vectors they would have. */
export interface SpentError {
  readonly alpha: number;
  readonly crossed: CrossedFlips;
}

/**
 * The decision at a look, and what it has spent for the looks after it. Fail: some column's p is at most the alpha of this look and those
 * before it (Westfall and Young's max-T, columns clearly below their tolerance left out). Pass: every p99 and capacity column without a
 * waiver is bounded below `detect` (an intersection-union test, so without correction:
 * Berger, Technometrics 24, 1982), and no step is left unjudged.
 */
export function decideAt(
  look: Look,
  { columns, absent, uncrossed }: GateColumns,
  settings: GateSettings,
  before?: SpentError,
): { decision: Decision; spent: SpentError | undefined } {
  const tested = columns.map(({ values, tolerance }) =>
    testable(values.slice(0, look.rounds).map((value) => value - tolerance)),
  );
  const rows = Array.from({ length: look.rounds }, (_, round) => tested.map((column) => column[round] ?? 0));
  const floor = -studentQuantile(
    1 - (leftOutShare * look.alpha) / Math.max(1, columns.length),
    Math.max(1, look.rounds - 1),
  );
  // Too many rounds to try all sign vectors: this look spends its own share alone, by the union bound.
  const earlier = look.rounds <= exactRounds ? before : undefined;
  const level = (earlier?.alpha ?? 0) + (1 - leftOutShare) * look.alpha;
  const { seed, detect } = settings;
  const test = signFlipMaxT(rows, { sides: 'one', seed, counts: (t) => t >= floor, earlier: earlier?.crossed });
  const cells = columns.map((column, index) =>
    readingOf(column, {
      p: test.p[index] ?? 1,
      level,
      columns: columns.length,
      look,
      detect,
      waiver: settings.waivers?.find(
        ({ metric, step, of }) => metric === column.metric && step === column.step && of === column.of,
      ),
    }),
  );
  const bounded = cells.filter(({ metric, waiver }) => !canOnlyFail(metric) && !waiver);
  const isWorse = cells.some(({ outcome }) => outcome === 'worse');
  const isRuledOut =
    bounded.length > 0 &&
    bounded.every(({ outcome }) => outcome === 'ruled-out') &&
    absent.every(({ isCovered }) => isCovered);
  const decision: Decision = {
    outcome: isWorse ? 'fail' : isRuledOut ? 'pass' : 'cannot-tell',
    look,
    cells,
    absent,
    ...(uncrossed ? { uncrossed } : {}),
    isExact: test.isExact,
    flips: test.flips,
  };
  const crossed = test.crossed(level);
  return { decision, spent: crossed && { alpha: level, crossed } };
}

interface ReadingContext {
  readonly p: number;
  /** What it is held against. */
  readonly level: number;
  readonly columns: number;
  readonly look: Look;
  readonly detect: number;
  readonly waiver: Waiver | undefined;
}

function readingOf(column: GateColumn, { p, level, columns, look, detect, waiver }: ReadingContext): CellReading {
  const values = knownValues(column.values.slice(0, look.rounds));
  const isMeasured = values.every(Number.isFinite);
  const sd = standardDeviation(values.filter(Number.isFinite));
  const upper = upperBound(values, look.beta);
  const isRuledOut = !canOnlyFail(column.metric) && upper < logOfShare(detect);
  const { metric, step, rps, of } = column;
  return {
    metric,
    ...(step === undefined ? {} : { step }),
    ...(of === undefined ? {} : { of }),
    ...(rps === undefined ? {} : { rps }),
    outcome: p <= level ? (waiver ? 'waived' : 'worse') : isRuledOut ? 'ruled-out' : 'open',
    estimate: finite(hodgesLehmann(values)),
    low: finite(lowerBound(values, intervalError)),
    high: finite(upperBound(values, intervalError)),
    upper: finite(upper),
    p,
    sd,
    // Times that never ended have no spread that would tell what could have been seen.
    detectable: isMeasured
      ? finite(
          column.tolerance + detectableLog({ sd, rounds: values.length, columns, alpha: look.alpha, beta: missRisk }),
        )
      : null,
    ...waitsIn(column, look.rounds, values.length),
    ...(waiver ? { waiver } : {}),
  };
}

/** What came of the rounds of a column of times, by arm. */
function waitsIn({ waits }: GateColumn, rounds: number, known: number): Pick<CellReading, 'waits'> {
  if (!waits) return {};
  const own = waits.slice(0, rounds);
  const [baseline, candidate] = gateArms.map((arm) => {
    const ofArm = own.map((each) => each[arm]);
    const times = tookUs(ofArm);
    return { ...countWaits(ofArm), ...(times.length > 0 ? { medianUs: medianOf(times) } : {}) };
  });
  return baseline && candidate ? { waits: { baseline, candidate, leftOut: own.length - known } } : {};
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
  let spent: SpentError | undefined;
  for (const look of looks) {
    const { columns, isMissed, isOpen } = inputOf(look);
    const { decision: relative, ...after } = decideAt(look, columns, settings, spent);
    spent = after.spent;
    const outcome = isMissed ? 'fail' : isOpen && relative.outcome === 'pass' ? 'cannot-tell' : relative.outcome;
    decision = { ...relative, outcome };
    if (outcome !== 'cannot-tell') return decision;
  }
  return decision;
}
