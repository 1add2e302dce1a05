/** Which CPU is used up where a service runs: its Ps, its quota, or the machine's. */
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { usesLimitUp } from './cpu-throttled.ts';
import { fullProcs } from './run-queue-backlog.ts';
import { hostTarget, limitCores, machineIsFull, procsOf, type Table, usedCores } from './vitals.ts';

const throttledPercent = 20;
/** A process that uses so much of the cores its Ps could use has them busy, whether anything was seen to queue or not. */
const busyShare = 0.9;
const getsShare = 0.75;

/** What is full, with the numbers that tell. */
export interface FullCpu {
  readonly kind: 'limit' | 'procs' | 'machine';
  readonly text: string;
}

/** The nearest of them; undefined where CPU is left. */
export function fullCpu(step: StepResult, table: Table): FullCpu | undefined {
  const throttled = table['container.throttled_percent']?.mean ?? 0;
  if (usesLimitUp(table) || throttled >= throttledPercent)
    return { kind: 'limit', text: `the CPU limit of ${formatNumber(limitCores(table) ?? 0)} cores is used up` };
  const [procs, used] = [procsOf(table), usedCores(table)];
  const full = fullProcs(table);
  // Ps that are busy without getting their cores wait for a machine that others have as well.
  const getsThem = (used ?? 0) >= getsShare * (procs ?? 1) || !machineIsFull(step);
  if (full !== undefined && getsThem) return { kind: 'procs', text: full };
  if (procs !== undefined && used !== undefined && used >= busyShare * procs)
    return { kind: 'procs', text: `${formatNumber(used)} cores used by ${formatNumber(procs)} Ps` };
  if (!machineIsFull(step)) return undefined;
  const idle = step.targets[hostTarget]?.['host.idle_percent']?.mean ?? 0;
  return { kind: 'machine', text: `${formatNumber(idle)} % of the machine's CPU is idle` };
}
