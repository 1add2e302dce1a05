import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readContainerStats } from '../../src/samplers/container-stats.ts';

const recorded = () =>
  JSON.parse(readFileSync(new URL('../fixtures/goruntime/container-stats.json', import.meta.url), 'utf8'));

test('the counters that an engine answered for a throttled container', () => {
  const { readUs, ...use } = readContainerStats(recorded());
  expect(use).toEqual({
    cpuUs: 488_920.674,
    memoryBytes: 4_083_712,
    throttling: { periods: 24, throttledPeriods: 23, throttledMs: 1970.651674 },
    network: { rxBytes: 932, txBytes: 0 },
  });
  expect(readUs % 1_000_000).toBeCloseTo(503_194.771, 1);
});

test('memory that the kernel can drop at once is not counted', () => {
  const stats = recorded();
  stats.memory_stats.stats = { inactive_file: 83_712 };
  expect(readContainerStats(stats).memoryBytes).toBe(4_000_000);
});

test('a stopped container, for which the engine answers zeros, is an error', () => {
  const stats = recorded();
  stats.read = '0001-01-01T00:00:00Z';
  expect(() => readContainerStats(stats)).toThrow('the container is not running');
});

test('a container in the host’s network has no network of its own', () => {
  const stats = recorded();
  delete stats.networks;
  expect(readContainerStats(stats).network).toBeUndefined();
});
