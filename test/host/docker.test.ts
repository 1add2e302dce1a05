import { expect, test } from 'vitest';
import { limitsIn } from '../../src/host/docker.ts';

test.each([
  [
    { NanoCpus: 1_500_000_000, CpuQuota: 0, CpuPeriod: 0, Memory: 67_108_864 },
    { cpus: 1.5, memoryBytes: 67_108_864 },
  ],
  [{ NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 0, Memory: 0 }, { cpus: 0.5 }],
  [{ NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 25_000, Memory: 0 }, { cpus: 2 }],
  [{ NanoCpus: 0, CpuQuota: -1, CpuPeriod: 0, Memory: 0 }, {}],
  [{}, {}],
])('the limits of a container made with %j', (made, limits) => {
  expect(limitsIn(made)).toEqual(limits);
});
