/** What an engine is told so that a limit holds, and so that it is again as it was. */
import { expect, it } from 'vitest';
import { coresChange, memoryChange } from '../../../src/topology/docker/limits.ts';

const none = { nanoCpus: 0, cpuPeriod: 0, cpuQuota: 0, memory: 0, memorySwap: 0 };
const mib = 1024 ** 2;

it('lowers cores in the way in which they were given, and gives them back', () => {
  expect(coresChange(0.2)(none)).toEqual({
    wanted: { cpuPeriod: 100_000, cpuQuota: 20_000 },
    back: [{ cpuPeriod: 100_000, cpuQuota: -1 }],
  });
  expect(coresChange(0.25)({ ...none, nanoCpus: 1.5e9 })).toEqual({
    wanted: { nanoCpus: 250_000_000 },
    back: [{ nanoCpus: 1.5e9 }],
  });
  expect(coresChange(0.5)({ ...none, cpuPeriod: 50_000, cpuQuota: 75_000 })).toEqual({
    wanted: { cpuPeriod: 50_000, cpuQuota: 25_000 },
    back: [{ cpuPeriod: 50_000, cpuQuota: 75_000 }],
  });
  // As an earlier fault has left it.
  expect(coresChange(0.5)({ ...none, cpuPeriod: 100_000, cpuQuota: -1 }).back).toEqual([
    { cpuPeriod: 100_000, cpuQuota: -1 },
  ]);
});

it('lowers memory without swap, and gives back both, or no limit', () => {
  const wanted = { memory: 16 * mib, memorySwap: 16 * mib };
  const unlimited = [{ memory: 16 * mib, memorySwap: 2 ** 63 - 4096 }, { memory: 2 ** 63 - 4096 }];
  expect(memoryChange(16 * mib)(none)).toEqual({ wanted, back: unlimited });
  expect(memoryChange(16 * mib)({ ...none, memory: 2 ** 63 - 4096, memorySwap: 2 ** 63 - 4096 }).back).toEqual(
    unlimited,
  );
  expect(memoryChange(16 * mib)({ ...none, memory: 64 * mib, memorySwap: 128 * mib })).toEqual({
    wanted,
    back: [{ memory: 64 * mib, memorySwap: 128 * mib }],
  });
  expect(memoryChange(16 * mib)({ ...none, memory: 64 * mib, memorySwap: -1 }).back).toEqual([
    { memory: 64 * mib, memorySwap: 2 ** 63 - 4096 },
  ]);
});
