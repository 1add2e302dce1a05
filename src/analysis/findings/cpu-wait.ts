/** How long answers wait for a CPU: by threads that were runnable without a core, and goroutines without a P. */
import type { StepResult } from '../../model/run-result.ts';
import { underWay } from '../waits/wait-sites.ts';
import type { RunEvidence } from './rule.ts';
import { callsHoldProcs, serviceTables } from './vitals.ts';

/** From this part of the mean service time on, a CPU that is used up is what users wait for. */
const tellingWait = 0.15;
const throttledPercent = 20;
const mostlyFailed = 0.5;
const fewFailed = 0.01;

/**
 * Of the mean service time, 0 to 1, by Little's law: what is runnable and does not run, over answers per second. What arrivals wait for
 * a connection before that follows from it. Where neither the kernel nor the scheduler tells, goroutine profiles tell the most that it can
 * be: what is running or runnable. Undefined where those do not either.
 */
export function cpuWaitShare(step: StepResult, waits: RunEvidence['waits']): number | undefined {
  const { completedRps } = step.load;
  const known = serviceTables(step).flatMap(([, table]) => {
    // What a quota stops is runnable too, and waits for its next period and not for a core.
    if ((table['container.throttled_percent']?.mean ?? 0) >= throttledPercent) return [0];
    const [queue, delay] = [table['sched.runqueue']?.mean, table['proc.run_delay_percent']?.mean];
    if (queue === undefined && delay === undefined) return [];
    if (callsHoldProcs(table)) return (delay ?? 0) / 100;
    return (queue ?? 0) + (table['sched.local_runqueue_total']?.mean ?? 0) + (delay ?? 0) / 100;
  });
  if (known.length === 0) return runnableShare(step, waits);
  if (completedRps <= 0 || step.serviceUs.mean <= 0) return undefined;
  const waiting = known.reduce((sum, value) => sum + value, 0);
  return Math.min(1, ((waiting / completedRps) * 1e6) / step.serviceUs.mean);
}

/** Whether users wait for a CPU there, as far as that is known: answers that fail at once do not wait for anything. */
export function waitsForCpu(step: StepResult, waits: RunEvidence['waits']): boolean {
  const { planned, completed, failed } = step.load;
  if (failed > mostlyFailed * (planned - completed) && failed > fewFailed * planned) return false;
  return (cpuWaitShare(step, waits) ?? 1) >= tellingWait;
}

function runnableShare(step: StepResult, waits: RunEvidence['waits']): number | undefined {
  const sites = waits.find((each) => each.step === step)?.sites ?? [];
  if (sites.length === 0) return undefined;
  const runnable = sites.reduce((sum, { kind, mean }) => (kind === 'runnable' ? sum + mean : sum), 0);
  return Math.min(1, runnable / underWay(step));
}
