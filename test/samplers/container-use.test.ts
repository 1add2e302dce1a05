import { expect, test } from 'vitest';
import type { ContainerUse } from '../../src/samplers/container-stats.ts';
import { useValues } from '../../src/samplers/container-use.ts';

const use = (seconds: number, cpuUs: number, rxBytes: number, more: Partial<ContainerUse> = {}): ContainerUse => ({
  readUs: seconds * 1e6,
  cpuUs,
  memoryBytes: 1024 ** 2,
  network: { rxBytes, txBytes: 0 },
  ...more,
});

test('counters are rates over the time between two looks', () => {
  expect(useValues(use(3, 1.5e6, 4096), use(1, 5e5, 0))).toEqual({
    'container.memory_mib': 1,
    'container.cpu_percent': 50,
    'container.network_rx_kib_s': 2,
    'container.network_tx_kib_s': 0,
  });
});

test.each([
  ['the first look', undefined],
  ['one before the CPU time fell', use(1, 9e9, 0)],
  ['one before the network began again, although the CPU time has risen', use(1, 5e5, 1e6)],
  [
    'one before the group was made again',
    use(1, 5e5, 0, { throttling: { periods: 9, throttledPeriods: 0, throttledMs: 0 } }),
  ],
  ['another process', use(1, 5e5, 0, { process: 4711 })],
])('with %s there are none', (_, before) => {
  expect(useValues(use(3, 1.5e6, 4096), before)).toEqual({ 'container.memory_mib': 1 });
});

test('a network that was read at other moments has its own time', () => {
  const at = (readUs: number, rxBytes: number) => ({ network: { rxBytes, txBytes: 0, readUs } });
  expect(useValues(use(20, 1e6, 0, at(22e6, 4096)), use(10, 1e6, 0, at(18e6, 0)))).toMatchObject({
    'container.cpu_percent': 0,
    'container.network_rx_kib_s': 1,
  });
});

test('what is not told is not zero', () => {
  const nothing = { cpuUs: undefined, memoryBytes: undefined, network: undefined };
  expect(useValues({ ...use(3, 0, 0), ...nothing }, { ...use(1, 0, 0), ...nothing })).toEqual({});
});

test('the CPU of processes that it started is beside its own, and nothing where there were none', () => {
  const [before, now] = [use(1, 0, 0, { childCpuUs: 1e6 }), use(3, 5e5, 0, { childCpuUs: 4e6 })];
  expect(useValues(now, before)).toMatchObject({ 'container.cpu_percent': 25, 'proc.cpu_children_percent': 150 });
  const none = useValues({ ...now, childCpuUs: 0 }, { ...before, childCpuUs: 0 });
  expect(none).not.toHaveProperty('proc.cpu_children_percent');
});
