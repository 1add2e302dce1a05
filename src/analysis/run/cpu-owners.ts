/** Who used the CPU of the machine in a step: each target, the generator, those that may be here, others, the hypervisor, nobody. */
import type { StepResult } from '../../model/run-result.ts';
import { generatorTarget } from './generator-series.ts';

/** What a target used with the processes that it started, of all cores of the machine, percent. */
interface Owner {
  readonly target: string;
  readonly percent: number;
}

/** Shares of all cores, percent; they add up to 100 unless owners measured more than the machine (see `others`). */
export interface CpuOwners {
  /** Processors of the machine. */
  readonly cores: number;
  /** Most first. */
  readonly targets: readonly Owner[];
  /** Zero where no load was sent, or none from this machine. */
  readonly generator: number;
  /**
   * Rampart's own observing, what is not observed, and what cannot be placed. The kernel counts the machine's CPU by its ticks and that of
   * processes exactly, so that short steps may leave less than nothing here; then it is zero.
   */
  readonly others: number;
  /** What may be of the targets `elsewhere`, which may run here without their processes being seen, or else is of others. */
  readonly unplaced: number;
  readonly steal: number;
  readonly idle: number;
  /** Targets whose processes are not to be seen on this machine, so that their CPU may be another's, most first; in no share by name. */
  readonly elsewhere: readonly Owner[];
}

/** The target of the series about the machine. */
const host = 'host';

/** Of a step's table of series; undefined where the machine, or how many cores it has, was not looked at (`containers` off, not Linux). */
export function cpuOwners(targets: StepResult['targets']): CpuOwners | undefined {
  const meanOf = (target: string, series: string) => targets[target]?.[series]?.mean;
  const cores = meanOf(host, 'host.cores') ?? 0;
  const busy = meanOf(host, 'host.cpu_percent');
  if (cores <= 0 || busy === undefined) return undefined;
  const used = Object.keys(targets)
    .flatMap((target) => {
      const ofCore = meanOf(target, 'container.cpu_percent') ?? meanOf(target, 'go.process_cpu_percent');
      const started = meanOf(target, 'proc.cpu_children_percent') ?? 0;
      return ofCore === undefined ? [] : [{ target, percent: (ofCore + started) / cores }];
    })
    .sort((a, b) => b.percent - a.percent);
  const isHere = ({ target }: Owner) => targets[target]?.['proc.threads'] !== undefined;
  const here = used.filter(isHere);
  const elsewhere = used.filter((one) => !isHere(one));
  const sentElsewhere = meanOf(generatorTarget, 'load.cpu_elsewhere_percent') ?? 0;
  const generator = Math.max(0, (meanOf(generatorTarget, 'load.cpu_percent') ?? 0) - sentElsewhere) / cores;
  const rest = Math.max(0, busy - generator - sumOf(here));
  const unplaced = Math.min(rest, sumOf(elsewhere));
  const steal = meanOf(host, 'host.steal_percent') ?? 0;
  return {
    cores,
    targets: here,
    generator,
    others: rest - unplaced,
    unplaced,
    steal,
    idle: meanOf(host, 'host.idle_percent') ?? Math.max(0, 100 - busy - steal),
    elsewhere,
  };
}

function sumOf(owners: readonly Owner[]): number {
  return owners.reduce((sum, { percent }) => sum + percent, 0);
}
