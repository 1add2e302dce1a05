/** A gate in a few words, as a list of runs has it. */
import type { Comparison } from '../../model/comparison.ts';
import type { Gate } from '../../model/gate.ts';
import type { SummaryFacts } from '../../model/run-summary.ts';
import { formatSignedPercent } from '../../model/units.ts';
import { percentOfLog } from '../statistics/effect.ts';

/** Of a gate or of a self-check; `runs` are those of its rounds. */
export function gateSummary(gate: Gate, runs: Comparison['runs']): SummaryFacts {
  const { id, startedAt, scenario, tags, tool, verdict, selfCheck } = gate;
  return {
    of: selfCheck ? 'self-check' : 'gate',
    id,
    startedAt,
    scenario: scenario.name,
    ...(tags ? { tags } : {}),
    tool: tool.version,
    verdict: verdict.verdict,
    outcome: outcomeOf(gate),
    ...(gate.input.isOver ? {} : { isOver: false }),
    tookMs: runs.reduce((sum, { tookMs }) => sum + tookMs, 0),
  };
}

/** The worst of what was judged in p99, or why nothing was. */
function outcomeOf({ verdict, input, arms }: Gate): string {
  const states = `${arms.candidate.name} against ${arms.baseline.name}`;
  const [invalid] = verdict.invalid;
  if (invalid) return `${states}: ${invalid.message}`;
  const p99s = (verdict.decision?.cells ?? []).flatMap(({ metric, step = '', estimate }) =>
    metric === 'p99' && estimate !== null ? [{ step, estimate }] : [],
  );
  const worst = p99s.toSorted((a, b) => b.estimate - a.estimate)[0];
  if (!worst) return `${states}: ${input.isOver ? 'no p99 was judged' : 'it has not looked yet'}`;
  return `${states}: p99 ${formatSignedPercent(percentOfLog(worst.estimate))} at ${worst.step}`;
}
