/** A run in a few words, as a list of runs has it. */
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import { isObservation } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { SummaryFacts } from '../../model/run-summary.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { toldP99Us } from '../run/lost-slowest.ts';

/** Of a run, also of one that only looked. */
export function runSummary(result: RunResult): SummaryFacts {
  const { id, startedAt, scenario, tags, tool, steps, diagnosis } = result;
  const held = steps.find(({ name }) => name === diagnosis?.capacity.holdsStep);
  const endUs = Math.max(0, ...steps.map(({ startUs, durationUs }) => startUs + durationUs));
  return {
    of: isObservation(scenario) ? 'observe' : 'run',
    id,
    startedAt,
    scenario: scenario.name,
    ...(tags ? { tags } : {}),
    tool: tool.version,
    verdict: verdictOf(exitCodeOf(result)),
    outcome: outcomeOf(result),
    tookMs: Math.round(endUs / 1000),
    ...(diagnosis?.capacity.holdsRps === undefined ? {} : { heldRps: diagnosis.capacity.holdsRps }),
    ...(held && held.responseUs.count > 0 ? { p99Us: toldP99Us(held) } : {}),
  };
}

function verdictOf(exitCode: ExitCode): Verdict {
  if (exitCode === exitCodes.ok) return 'pass';
  if (exitCode === exitCodes.failed) return 'fail';
  return exitCode === exitCodes.cannotTell ? 'cannot-tell' : 'invalid';
}

function outcomeOf({ failure, validity, status, slo, steps, scenario, diagnosis }: RunResult): string {
  if (failure) return firstLine(failure.message);
  const [reason] = validity.reasons;
  if (reason) return firstLine(reason.message);
  if (status !== 'complete') return status;
  const broken = slo.find(({ outcome }) => outcome === 'fail');
  if (broken) return `${broken.rule}${broken.step === undefined ? '' : ` at ${broken.step}`}: ${broken.observed}`;
  if (isObservation(scenario)) return 'looked, without load';
  const { holdsRps, holdsStep, untoldRps, breaksRps } = diagnosis?.capacity ?? {};
  const held = steps.find(({ name }) => name === holdsStep);
  const p99Us = held && toldP99Us(held);
  const holds =
    holdsRps === undefined
      ? []
      : [`holds ${formatCount(holdsRps)}/s${p99Us === undefined ? '' : `, p99 ${formatLatencyUs(p99Us)}`}`];
  const untold = untoldRps === undefined ? [] : [`cannot tell of ${formatCount(untoldRps)}/s`];
  return [...holds, ...untold, ...(breaksRps === undefined ? [] : [`breaks at ${formatCount(breaksRps)}/s`])].join(
    '; ',
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
