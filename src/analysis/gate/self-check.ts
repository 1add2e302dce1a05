/** A state held against itself: how much rounds differ by chance, and what a gate could see through that. */
import type { PlannedGates } from '../../model/gate.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import type { CellReading, GateVerdict } from '../../model/gate-verdict.ts';
import type { SelfCheck } from '../../model/self-check.ts';
import { detectableLog, logOfShare, percentOfLog, roundsFor } from '../statistics/effect.ts';
import { plannedLooks } from '../statistics/sequential-looks.ts';
import { toleratedLog } from './columns.ts';
import { gateStatements } from './statements.ts';

/** The risk of missing the effect that is called detectable. */
const missRisk = 0.05;

/** More rounds than this are no plan. */
const mostRounds = 100;

/** What is found of a self-check's rounds; the rest of the record says of what it is. */
type Found = Pick<
  SelfCheck,
  'outcome' | 'message' | 'usedRounds' | 'detectPercent' | 'rows' | 'roundsNeeded' | 'minutesNeeded'
>;

/** The reading of a verdict on two equal arms: passed when nothing was shown and no screen was broken. */
export function selfCheckOf(verdict: GateVerdict, settings: GateSettings, planned: PlannedGates): Found {
  const rows = (verdict.decision?.cells ?? []).map((cell, _, { length }) => rowOf(cell, length, settings, planned));
  const bounded = rows.filter(({ metric }) => metric !== 'slow-share');
  const needed = bounded.map(({ roundsNeeded }) => roundsNeeded ?? Number.POSITIVE_INFINITY);
  const most = Math.max(...needed);
  const outcome = outcomeOf(verdict);
  const [first] = gateStatements(verdict, settings);
  return {
    outcome,
    message: outcome === 'passed' ? 'no difference was shown, and no screen was broken' : (first?.text ?? ''),
    usedRounds: verdict.usedRounds,
    detectPercent: settings.detect * 100,
    rows,
    ...(bounded.length > 0 && Number.isFinite(most)
      ? { roundsNeeded: most, minutesNeeded: (most * planned.roundMs) / 60_000 }
      : {}),
  };
}

function outcomeOf({ verdict, isNoisy, decision }: GateVerdict): SelfCheck['outcome'] {
  if (verdict === 'invalid') return 'invalid';
  if (isNoisy) return 'noisy';
  if (!decision) return 'unfinished';
  return verdict === 'fail' ? 'failed' : 'passed';
}

function rowOf(
  { metric, step, sd }: CellReading,
  columns: number,
  settings: GateSettings,
  { looks }: PlannedGates,
): SelfCheck['rows'][number] {
  const { detect, error } = settings;
  const tolerance = toleratedLog(metric, settings);
  const beyond = logOfShare(detect) - tolerance;
  const planned = plannedLooks(looks, error);
  const alpha = planned.at(-1)?.alpha ?? error;
  const needed =
    metric === 'slow-share' ? undefined : roundsFor(beyond, { sd, columns, alpha, beta: missRisk }, mostRounds);
  return {
    metric,
    ...(step === undefined ? {} : { step }),
    spreadPercent: percentOfLog(sd),
    detectable: planned.map(({ rounds, alpha: ofLook }) => {
      const log = tolerance + detectableLog({ sd, rounds, columns, alpha: ofLook, beta: missRisk });
      return { rounds, percent: Number.isFinite(log) ? percentOfLog(log) : null };
    }),
    ...(needed === undefined ? {} : { roundsNeeded: Math.max(needed, planned[0]?.rounds ?? 0) }),
  };
}
