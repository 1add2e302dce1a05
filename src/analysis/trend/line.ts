/** A gate as one line of a trend file. */
import type { Gate } from '../../model/gate.ts';
import { type TrendLine, trendSchemaVersion } from '../../model/trend.ts';

/** The line; undefined for a gate that has measured no change: it has not looked, both states are the same, or it checked itself. */
export function trendLine(gate: Gate): TrendLine | undefined {
  const { id, startedAt, tool, scenario, machine, engine, tags, arms, verdict, selfCheck, input } = gate;
  const { decision } = verdict;
  if (!decision || selfCheck || decision.cells.length === 0) return undefined;
  return {
    schemaVersion: trendSchemaVersion,
    kind: 'trend',
    id,
    at: startedAt,
    tool: tool.version,
    scenario: { name: scenario.name, ...(scenario.digest === undefined ? {} : { digest: scenario.digest }) },
    ...(machine ? { machine: { os: machine.os, cpuModel: machine.cpuModel, cpus: machine.cpus } } : {}),
    engine,
    ...(tags ? { tags } : {}),
    baseline: arms.baseline,
    candidate: arms.candidate,
    verdict: verdict.verdict,
    rounds: verdict.usedRounds,
    tolerance: input.settings.tolerance,
    changes: decision.cells.map(({ metric, step, of, estimate, low, high, outcome }) => ({
      metric,
      ...(step === undefined ? {} : { step }),
      ...(of === undefined ? {} : { of }),
      log: estimate,
      low,
      high,
      outcome,
    })),
  };
}
