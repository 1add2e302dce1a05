import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHostTimes, readPressure, readProcessUse } from '../../src/host/proc-fs.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rampart-proc-'));
});

afterEach(() => rm(root, { recursive: true }));

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const process7 = {
  'proc/7/stat': '7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 9 0 100 1000000 500',
  'proc/7/status': 'Name:\ta) b\nVmRSS:\t    2048 kB\n',
  'proc/self/cgroup': '0::/session\n',
};

test('CPU and memory of a process, whatever its name', async () => {
  await files({ ...process7, 'proc/7/cgroup': '0::/session\n' });
  expect(await readProcessUse(7, root)).toEqual({
    cpuMs: 3000,
    residentBytes: 2_097_152,
    throttling: { periods: 0, throttledPeriods: 0, throttledMs: 0 },
    limits: {},
  });
});

test('throttling of its own control group, version 2', async () => {
  await files({
    ...process7,
    'proc/7/cgroup': '0::/limited\n',
    'sys/fs/cgroup/limited/cpu.stat': 'usage_usec 9\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500\n',
  });
  expect((await readProcessUse(7, root)).throttling).toEqual({ periods: 10, throttledPeriods: 4, throttledMs: 2.5 });
});

test('throttling of its own control group, version 1', async () => {
  await files({
    ...process7,
    'proc/self/cgroup': '2:cpu,cpuacct:/\n0::/\n',
    'proc/7/cgroup': '2:cpu,cpuacct:/limited\n0::/\n',
    'sys/fs/cgroup/cpu/limited/cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 2500000\n',
  });
  expect((await readProcessUse(7, root)).throttling).toEqual({ periods: 10, throttledPeriods: 4, throttledMs: 2.5 });
});

test('a process that ended but was not yet waited for has no use', async () => {
  await files({ ...process7, 'proc/7/status': 'Name:\ta\nState:\tZ (zombie)\n', 'proc/7/cgroup': '0::/session\n' });
  await expect(readProcessUse(7, root)).rejects.toThrow('process 7 has ended');
});

test('CPU times of the host', async () => {
  await files({
    'proc/stat': 'cpu  10 1 20 600 5 2 3 9 0 0\ncpu0 10 1 20 600 5 2 3 9 0 0\nprocs_running 4\n',
    'proc/loadavg': '1.25 0.50 0.10 2/300 77\n',
    'proc/vmstat': 'oom_kill_x 7\noom_kill 3\n',
  });
  const times = { total: 650, idle: 605, steal: 9, load1m: 1.25, runnable: 4, oomKills: 3, cores: 1 };
  expect(await readHostTimes(root)).toEqual(times);
});

test('pressure, where the kernel counts it', async () => {
  await files({
    'proc/pressure/memory':
      'some avg10=1.00 avg60=0.00 avg300=0.00 total=2500\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=900\n',
  });
  expect(await readPressure('memory', root)).toEqual({ someUs: 2500, fullUs: 900 });
  expect(await readPressure('cpu', root)).toBeUndefined();
});

test.each([
  ['version 2', '0::/limited\n', 'cpu.max', '150000 100000\n', 'memory.max', '67108864\n'],
  ['version 2, none', '0::/limited\n', 'cpu.max', 'max 100000\n', 'memory.max', 'max\n'],
])('limits of its control group, %s', async (version, cgroup, cpuFile, cpu, memoryFile, memory) => {
  await files({
    ...process7,
    'proc/7/cgroup': cgroup,
    [`sys/fs/cgroup/limited/${cpuFile}`]: cpu,
    [`sys/fs/cgroup/limited/${memoryFile}`]: memory,
  });
  const expected = version.endsWith('none') ? {} : { cpus: 1.5, memoryBytes: 67_108_864 };
  expect((await readProcessUse(7, root)).limits).toEqual(expected);
});

test.each([
  ['', '50000', '67108864', { cpus: 0.5, memoryBytes: 67_108_864 }],
  [', none', '-1', '9223372036854771712', {}],
])('limits of its control group, version 1%s', async (_, quota, bytes, expected) => {
  await files({
    ...process7,
    'proc/7/cgroup': '3:memory:/m\n2:cpu,cpuacct:/limited\n0::/\n',
    'sys/fs/cgroup/cpu/limited/cpu.cfs_quota_us': `${quota}\n`,
    'sys/fs/cgroup/cpu/limited/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/m/memory.limit_in_bytes': `${bytes}\n`,
  });
  expect((await readProcessUse(7, root)).limits).toEqual(expected);
});

test.runIf(process.platform === 'linux')('this process uses what it says it uses', async () => {
  const before = process.cpuUsage();
  const { cpuMs, residentBytes } = await readProcessUse(process.pid);
  const own = (before.user + before.system) / 1000;
  expect(Math.abs(cpuMs - own)).toBeLessThan(100);
  expect(residentBytes).toBeGreaterThan(10_000_000);
});

test('a process that is not there is an error that names the file', async () => {
  await expect(readProcessUse(7, root)).rejects.toThrow('proc/7/');
});
