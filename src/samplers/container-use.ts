/** Two looks at what a container or process has used to the values of its series. */
import type { ContainerUse } from './container-stats.ts';

/** Counters as rates over the time between the two readings; they are missing in the first, and after a restart. */
export function useValues(now: ContainerUse, before: ContainerUse | undefined): Record<string, number> {
  const values: Record<string, number> = {};
  if (now.memoryBytes !== undefined) values['container.memory_mib'] = now.memoryBytes / 1024 ** 2;
  if (now.limits?.cpus !== undefined) values['container.cpu_limit_cores'] = now.limits.cpus;
  if (now.limits?.memoryBytes !== undefined) values['container.memory_limit_mib'] = now.limits.memoryBytes / 1024 ** 2;
  const us = before ? now.readUs - before.readUs : 0;
  if (!before || us <= 0 || isAnother(now, before)) return values;
  if (now.cpuUs !== undefined && before.cpuUs !== undefined)
    values['container.cpu_percent'] = ((now.cpuUs - before.cpuUs) / us) * 100;
  if (now.childCpuUs && before.childCpuUs !== undefined)
    values['proc.cpu_children_percent'] = ((now.childCpuUs - before.childCpuUs) / us) * 100;
  if (now.throttling && before.throttling) {
    values['container.throttled_ms'] = now.throttling.throttledMs - before.throttling.throttledMs;
    const periods = now.throttling.periods - before.throttling.periods;
    const throttled = now.throttling.throttledPeriods - before.throttling.throttledPeriods;
    if (periods > 0) values['container.throttled_percent'] = (throttled / periods) * 100;
    values['container.throttled_periods'] = throttled;
  }
  const networkUs = now.network && before.network ? networkReadUs(now) - networkReadUs(before) : 0;
  if (now.network && before.network && networkUs > 0) {
    const kibPerSecond = (bytes: number) => bytes / 1024 / (networkUs / 1e6);
    values['container.network_rx_kib_s'] = kibPerSecond(now.network.rxBytes - before.network.rxBytes);
    values['container.network_tx_kib_s'] = kibPerSecond(now.network.txBytes - before.network.txBytes);
  }
  return values;
}

function networkReadUs({ network, readUs }: ContainerUse): number {
  return network?.readUs ?? readUs;
}

/** Whether it started again in between: then each counter begins at zero, and one may have passed where it was. */
function isAnother(now: ContainerUse, before: ContainerUse): boolean {
  const counters = ({ cpuUs, network, throttling }: ContainerUse) => [
    cpuUs ?? 0,
    network?.rxBytes ?? 0,
    network?.txBytes ?? 0,
    throttling?.periods ?? 0,
  ];
  const earlier = counters(before);
  return now.process !== before.process || counters(now).some((count, index) => count < (earlier[index] ?? 0));
}
