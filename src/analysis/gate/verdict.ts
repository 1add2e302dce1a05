/** Finished rounds to a verdict: screens first, then the looks; the same input gives the same verdict, bit for bit. */
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { GateInput, TrialRound } from '../../model/gate-input.ts';
import { gateArms, type Verdict } from '../../model/gate-terms.ts';
import type { GateVerdict, RuleReading } from '../../model/gate-verdict.ts';
import { looksWithin, plannedLooks } from '../statistics/sequential-looks.ts';
import { signFlipMaxT } from '../statistics/sign-flip.ts';
import { hodgesLehmann } from '../statistics/walsh-bounds.ts';
import { gateColumns, p99Ratio, type StepPair, tailOf } from './columns.ts';
import { decideAtLooks } from './decision.ts';
import { faultColumns, faultRounds } from './fault-columns.ts';
import { judgedSteps, screenRounds } from './screens.ts';
import { readRules } from './slo-rules.ts';

/** A slot effect is told when chance would make one this strong once in a hundred gates. */
const slotError = 0.01;

/** The exit code of each verdict. */
export const verdictExitCodes: Readonly<Record<Verdict, ExitCode>> = {
  pass: exitCodes.ok,
  fail: exitCodes.failed,
  'cannot-tell': exitCodes.cannotTell,
  invalid: exitCodes.incomplete,
};

/** The verdict on these rounds; before the first look `cannot-tell` and not final. */
export function gateVerdict({ settings, rounds, isOver }: GateInput): GateVerdict {
  const { used, setAside, invalid, isNoisy } = screenRounds(rounds, gateArms, settings);
  const shared = { finishedRounds: rounds.length, usedRounds: used.length, setAside, invalid, isNoisy };
  if (invalid.length > 0) return { ...shared, verdict: 'invalid', isFinal: true, rules: [] };
  if (isNoisy) return { ...shared, verdict: 'cannot-tell', isFinal: isOver, rules: [] };
  const planned = plannedLooks(settings.looks, settings.error);
  const looks = isOver ? looksWithin(planned, used.length) : planned.filter((look) => look.rounds <= used.length);
  const pairs = used.map((round) => stepPairs(round, settings.steps));
  const steps = used.map((round) => judgedSteps(round.arms['candidate'], settings.steps));
  let rules: readonly RuleReading[] = [];
  let cutOff: GateVerdict['cutOff'];
  const decision = decideAtLooks(
    looks,
    (look) => {
      const ofSteps = gateColumns(pairs.slice(0, look.rounds), settings);
      const ofFaults = faultColumns(faultRounds(used.slice(0, look.rounds)), settings);
      const columns = { ...ofSteps, columns: [...ofSteps.columns, ...ofFaults] };
      rules = readRules(
        settings.slo,
        {
          steps: steps.slice(0, look.rounds),
          runs: used.slice(0, look.rounds).map(({ arms }) => arms['candidate'] ?? {}),
        },
        look,
      );
      const until = used[look.rounds - 1]?.index ?? Number.POSITIVE_INFINITY;
      cutOff = moreCutOff(rounds.filter(({ index }) => index <= until));
      return { columns, isMissed: rules.some(isMissed), isOpen: rules.some(isOpen) || cutOff !== undefined };
    },
    settings,
  );
  const verdict = decision?.outcome ?? 'cannot-tell';
  const slot = decision && slotEffect(used.slice(0, decision.look.rounds), pairs, settings.seed);
  return {
    ...shared,
    verdict,
    isFinal: isOver || verdict !== 'cannot-tell' || (decision?.look.isLast ?? false),
    ...(decision ? { decision } : {}),
    rules,
    ...(cutOff ? { cutOff } : {}),
    ...(slot === undefined ? {} : { slotEffect: slot }),
  };
}

function isMissed({ outcome }: RuleReading): boolean {
  return outcome === 'missed';
}

function isOpen({ outcome }: RuleReading): boolean {
  return outcome === 'open' || outcome === 'no-data';
}

/** A run that is cut off is repeated, and a candidate that dies now and then would be judged by the times it did not. */
function moreCutOff(rounds: readonly TrialRound[]): GateVerdict['cutOff'] {
  const [baseline = 0, candidate = 0] = gateArms.map((arm) =>
    rounds.reduce((sum, { arms }) => sum + (arms[arm]?.cutOff ?? 0), 0),
  );
  return candidate > baseline ? { baseline, candidate } : undefined;
}

function stepPairs({ arms }: TrialRound, names: readonly string[] | undefined): StepPair[] {
  const candidate = judgedSteps(arms['candidate'], names);
  return judgedSteps(arms['baseline'], names).flatMap((step) => {
    const other = candidate.find(({ name }) => name === step.name);
    return other ? [{ name: step.name, rps: step.rps, baseline: tailOf(step), candidate: tailOf(other) }] : [];
  });
}

/** The same test as the gate's, on second over first instead of candidate over baseline; chance alone put arms second. */
function slotEffect(
  rounds: readonly TrialRound[],
  pairs: readonly (readonly StepPair[])[],
  seed: number,
): number | undefined {
  const rows = rounds.map(({ order }, index) =>
    (pairs[index] ?? []).map((pair) => (order[0] === 'baseline' ? p99Ratio(pair) : -p99Ratio(pair))),
  );
  const { p } = signFlipMaxT(rows, { sides: 'two', seed });
  if (!p.some((each) => each <= slotError)) return undefined;
  return hodgesLehmann(rows.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length));
}
