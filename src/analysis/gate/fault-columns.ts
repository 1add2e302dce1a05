/** Rounds to columns of faults and conditions: recovery, convergence and lost arrivals, positive where the candidate is worse. */
import { type ArmFault, convergenceName, convergenceOf, recoveryOf, type Waited } from '../../model/arm-faults.ts';
import type { GateSettings, TrialRound, TrialRun } from '../../model/gate-input.ts';
import { type GateMetric, gateArms } from '../../model/gate-terms.ts';
import { waitedRatio } from '../rounds/waited.ts';
import { type GateColumn, toleratedLog } from './columns.ts';

/** Half an arrival is added, so that the logarithm of none exists. */
const continuity = 0.5;

/** The part of a round that is about faults, by arm. */
export type FaultRound = Readonly<Record<string, Pick<TrialRun, 'faults' | 'convergences'>>>;

/** The same of whole rounds. */
export function faultRounds(rounds: readonly TrialRound[]): FaultRound[] {
  return rounds.map(({ arms }) => arms);
}

/** One column for each fault, and each condition after an event, that both arms have. */
export function faultColumns(rounds: readonly FaultRound[], settings: GateSettings): GateColumn[] {
  const isAsked = (metric: GateMetric) => settings.metrics.includes(metric);
  return [
    ...(isAsked('recovery') ? faultsIn(rounds) : []).map((of) =>
      waitColumn('recovery', of, settings, rounds, (run) => withName(run.faults, of, recoveryOf)),
    ),
    ...(isAsked('converged') ? convergencesIn(rounds) : []).map((of) =>
      waitColumn('converged', of, settings, rounds, (run) => {
        const own = run.convergences?.find((each) => convergenceName(each) === of);
        return own ? convergenceOf(own) : unknown;
      }),
    ),
    ...(isAsked('lost') ? faultsIn(rounds) : []).map((of) => lostColumn(of, settings, rounds)),
  ];
}

const unknown: Waited = { kind: 'unknown' };

function withName(faults: TrialRun['faults'], of: string, waitOf: (fault: ArmFault) => Waited): Waited {
  const own = faults?.find(({ name }) => name === of);
  return own ? waitOf(own) : unknown;
}

function faultsIn(rounds: readonly FaultRound[]): string[] {
  return inBoth(rounds, ({ faults = [] }) => faults.map(({ name }) => name));
}

function convergencesIn(rounds: readonly FaultRound[]): string[] {
  return inBoth(rounds, ({ convergences = [] }) => convergences.map(convergenceName));
}

function inBoth(rounds: readonly FaultRound[], namesOf: (run: FaultRound[string]) => string[]): string[] {
  const [baseline, candidate] = gateArms.map((arm) => new Set(rounds.flatMap((round) => namesOf(round[arm] ?? {}))));
  return [...(baseline ?? [])].filter((name) => candidate?.has(name));
}

function waitColumn(
  metric: 'recovery' | 'converged',
  of: string,
  settings: GateSettings,
  rounds: readonly FaultRound[],
  waitOf: (run: FaultRound[string]) => Waited,
): GateColumn {
  const waits = rounds.map((round) => ({
    baseline: waitOf(round['baseline'] ?? {}),
    candidate: waitOf(round['candidate'] ?? {}),
  }));
  return {
    metric,
    of,
    waits,
    values: waits.map(({ baseline, candidate }) => waitedRatio(candidate, baseline)),
    tolerance: toleratedLog(metric, settings),
  };
}

/** ln of the arrivals that were lost beyond what is expected, of the candidate over the baseline; NaN where one is not known. */
function lostColumn(of: string, settings: GateSettings, rounds: readonly FaultRound[]): GateColumn {
  const owed = (run: FaultRound[string] | undefined) => {
    const lost = run?.faults?.find(({ name }) => name === of)?.lost;
    return lost ? Math.max(0, lost.observed - lost.expected) + continuity : Number.NaN;
  };
  return {
    metric: 'lost',
    of,
    values: rounds.map((round) => Math.log(owed(round['candidate'])) - Math.log(owed(round['baseline']))),
    tolerance: toleratedLog('lost', settings),
  };
}
