/** Limits of the generator and its machine that make a run invalid: an event loop without a pause, and resources that ran out. */

import type { InvalidReason, StepResult } from '../../model/run-result.ts';
import type { Scenario } from '../../model/scenario.ts';
import { formatCount } from '../../model/units.ts';
import { generatorTarget } from './generator-series.ts';

/** Below this share of a core, a loop that never rests is not at work: it waits for a processor. */
const workingCpuPercent = 70;

/** What ran out, by the error number of connect(2), socket(2) and send(2), and the way out. */
const exhausted: Readonly<Record<string, string>> = {
  EMFILE:
    'the generator ran out of file descriptors; raise its limit (ulimit -n) or lower load.maxConnections and observe less',
  ENFILE: 'the machine ran out of open files; raise fs.file-max (sysctl) or lower load.maxConnections',
  EADDRNOTAVAIL:
    'the machine ran out of local ports: connections were closed faster than their ports came back; ' +
    'let the target keep connections alive, lower the rate, or widen net.ipv4.ip_local_port_range (sysctl)',
  ENOBUFS: 'the kernel ran out of buffers for sockets; lower load.maxConnections or the rate',
  ENOMEM: 'the kernel ran out of memory for sockets; lower load.maxConnections or give the machine more memory',
};

/** A reason for each resource of the generator's side that ran out in a step, with the arrivals it took. */
export function exhaustedResources(step: StepResult): InvalidReason[] {
  return Object.entries(exhausted).flatMap(([errno, what]) => {
    const kinds = Object.entries(step.errors).filter(([kind]) => kind.split(' ').includes(errno));
    const count = kinds.reduce((sum, kind) => sum + kind[1], 0);
    if (count === 0) return [];
    const arrivals = `${formatCount(count)} of ${formatCount(step.load.planned)} arrivals failed with ${kinds.map(([kind]) => kind).join(', ')}`;
    return [{ code: `exhausted-${errno.toLowerCase()}`, message: `${arrivals}: ${what}`, step: step.name }];
  });
}

/** The generator's event loop was busy for more of a step than the scenario allows, so its own queue is in every number. */
export function saturatedLoop({ validity }: Pick<Scenario, 'validity'>, step: StepResult): InvalidReason[] {
  const health = step.targets[generatorTarget];
  const busyPercent = health?.['load.loop_percent']?.mean;
  if (busyPercent === undefined || !(busyPercent > validity.maxLoopShare * 100)) return [];
  const cpuPercent = health?.['load.cpu_percent']?.mean ?? 0;
  const wayOut =
    cpuPercent < workingCpuPercent
      ? 'it had to wait for a processor; end what else runs on this machine, or give the generator a core of its own'
      : 'it can do no more; lower the rate, or use a machine with faster cores';
  const message =
    `the generator was at its limit: its event loop was busy ${busyPercent.toFixed(1)} % of the step, at most ` +
    `${(validity.maxLoopShare * 100).toFixed(1)} % is allowed, with ${Math.round(cpuPercent)} % of a core; ${wayOut}`;
  return [{ code: 'generator-saturated', message, step: step.name }];
}
