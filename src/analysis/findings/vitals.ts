/** What is read of one target in one step, whoever told it: the CPU it had, used and lost to garbage collection. */
import type { StepResult } from '../../model/run-result.ts';
import { generatorTarget } from '../run/generator-series.ts';
import type { RunEvidence } from './rule.ts';

/** The series of one target in one step. */
export type Table = StepResult['targets'][string];

/** The target of the series about the whole machine. */
export const hostTarget = 'host';

const nothingLeftPercent = 10;
const mostProcs = 0.5;

/** GOMAXPROCS at the end of the step. */
export function procsOf(table: Table): number | undefined {
  return (table['sched.gomaxprocs'] ?? table['go.gomaxprocs'] ?? table['gc.procs'])?.last;
}

/** Cores that a target used on average. */
export function usedCores(table: Table): number | undefined {
  const percent = (table['container.cpu_percent'] ?? table['go.process_cpu_percent'])?.mean;
  return percent === undefined ? undefined : percent / 100;
}

/** Cores that processes used which a target started, as far as they have ended. */
export function startedCores(table: Table): number {
  return (table['proc.cpu_children_percent']?.mean ?? 0) / 100;
}

/**
 * Whether most of a service's Ps are neither idle, nor computing, nor waiting for a core: their threads are blocked in system calls or cgo,
 * which keep a P until it is taken from them. Goroutines that queue for a P then wait for those calls and for no CPU.
 */
export function callsHoldProcs(table: Table): boolean {
  const [procs, held] = [procsOf(table), heldProcs(table)];
  return procs !== undefined && held !== undefined && held >= mostProcs * procs;
}

/** How many Ps that are, on average; undefined where what it is reckoned from is not known. */
export function heldProcs(table: Table): number | undefined {
  const [procs, idle, used] = [procsOf(table), table['sched.idleprocs']?.mean, usedCores(table)];
  const delay = table['proc.run_delay_percent']?.mean;
  if (procs === undefined || idle === undefined || used === undefined || delay === undefined) return undefined;
  return procs - idle - used - delay / 100;
}

/**
 * Whether a service of the run has CPU that was never seen, or load goes to something of which nothing was: what the machine is busy with
 * may be that.
 */
export function unseenCpu({ steps, targets }: RunEvidence): boolean {
  const isSeen = (id: string) => steps.some((step) => usedCores(step.targets[id] ?? {}) !== undefined);
  return targets.length === 0 || targets.some(({ id }) => !isSeen(id));
}

/** Cores that the limit of a container lets it use; undefined without a limit. */
export function limitCores(table: Table): number | undefined {
  return table['container.cpu_limit_cores']?.last;
}

/** Cores of the machine that nobody used on average; undefined where it was not looked at. */
export function idleCores({ cores }: Pick<RunEvidence, 'cores'>, step: StepResult): number | undefined {
  const host = step.targets[hostTarget];
  const percent = host?.['host.idle_percent']?.mean;
  return percent === undefined ? undefined : (percent / 100) * (host?.['host.cores']?.last ?? cores);
}

/** Cores of the machine that somebody used on average. */
export function busyCores({ cores }: Pick<RunEvidence, 'cores'>, step: StepResult): number | undefined {
  const host = step.targets[hostTarget];
  const percent = host?.['host.cpu_percent']?.mean;
  return percent === undefined ? undefined : (percent / 100) * (host?.['host.cores']?.last ?? cores);
}

/** Whether next to none of the machine's CPU was left; threads meet on a core long before the last of it is gone. */
export function machineIsFull(step: StepResult): boolean {
  const idle = step.targets[hostTarget]?.['host.idle_percent']?.mean;
  return idle !== undefined && idle < nothingLeftPercent;
}

/** Of GOMAXPROCS times the time, in percent: garbage collection, by the runtime's own counters or else by its trace. */
export function gcPercentOf(step: StepResult, target: string): number | undefined {
  const told = step.targets[target]?.['go.cpu_gc_percent']?.mean;
  return told ?? step.gc?.find((gc) => gc.target === target)?.cpuPercent;
}

/** The targets of a step that are services: all but the generator and the machine. */
export function serviceTables(step: StepResult): [target: string, table: Table][] {
  return Object.entries(step.targets).filter(([target]) => target !== generatorTarget && target !== hostTarget);
}
