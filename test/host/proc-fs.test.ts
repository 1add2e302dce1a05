import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGroupUse, readHostTimes, readMemoryKills, readPressure, readProcessUse } from '../../src/host/proc-fs.ts';

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
  'proc/7/stat': '7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 30 10 20 0 9 0 100 1000000 500',
  'proc/7/status': 'Name:\ta) b\nVmRSS:\t    2048 kB\n',
  'proc/self/cgroup': '0::/session\n',
};

test('CPU and memory of a process, whatever its name', async () => {
  await files({ ...process7, 'proc/7/cgroup': '0::/session\n' });
  expect(await readProcessUse(7, root)).toEqual({
    cpuMs: 3000,
    childCpuMs: 400,
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

test.each([
  [
    'version 1',
    '4:memory:/k8s.io/abc\n1:cpu:/k8s.io/abc\n0::/k8s.io/abc\n',
    '349 348 0:109 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n350 349 0:29 /k8s.io/abc /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n353 349 0:32 /k8s.io/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
    {
      'sys/fs/cgroup/cpu/cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 2500000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '20000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': '1048576\n',
    },
  ],
  [
    'version 2',
    '0::/docker/abc\n',
    '350 349 0:29 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
    {
      'sys/fs/cgroup/cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_usec 2500\n',
      'sys/fs/cgroup/cpu.max': '20000 100000\n',
      'sys/fs/cgroup/memory.max': '1048576\n',
    },
  ],
])(
  'limits and throttling within a container that has the group paths of its host, %s',
  async (_, cgroup, mounts, own) => {
    await files({ ...process7, 'proc/7/cgroup': cgroup, 'proc/self/mountinfo': mounts, ...own });
    expect(await readProcessUse(7, root)).toMatchObject({
      throttling: { periods: 10, throttledPeriods: 4, throttledMs: 2.5 },
      limits: { cpus: 0.2, memoryBytes: 1_048_576 },
    });
    // Of another container, which is not mounted here, nothing is known.
    await files({
      ...process7,
      'proc/7/cgroup': cgroup.replaceAll('/abc', '/abcd'),
      'proc/self/mountinfo': mounts,
      ...own,
    });
    expect(await readProcessUse(7, root)).toMatchObject({ throttling: { periods: 0 }, limits: {} });
  },
);

test.each([
  [
    'version 1',
    '4:memory:/m\n',
    { 'sys/fs/cgroup/memory/m/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n' },
  ],
  ['version 2', '0::/m\n', { 'sys/fs/cgroup/m/memory.events': 'low 0\noom 3\noom_kill 2\noom_group_kill 0\n' }],
  ['without any', '0::/none\n', {}],
])('what was killed in its control group for want of memory, %s', async (kind, cgroup, own) => {
  await files({ 'proc/7/cgroup': cgroup, ...own });
  expect((await readMemoryKills(7, root)).kills).toBe(kind === 'without any' ? 0 : 2);
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

const containerId = 'f0c1'.repeat(16);

test('use of the group of a container, version 1', async () => {
  await files({
    'proc/7/cgroup': `4:memory:/kubepods/${containerId}\n2:cpuacct:/kubepods/${containerId}\n1:cpu:/kubepods/${containerId}\n0::/kubepods/${containerId}\n`,
    [`sys/fs/cgroup/cpuacct/kubepods/${containerId}/cpuacct.usage`]: '2500000\n',
    [`sys/fs/cgroup/memory/kubepods/${containerId}/memory.usage_in_bytes`]: '4096\n',
    [`sys/fs/cgroup/memory/kubepods/${containerId}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 1096\n',
    [`sys/fs/cgroup/cpu/kubepods/${containerId}/cpu.stat`]: 'nr_periods 2\nnr_throttled 1\nthrottled_time 3000000\n',
  });
  expect(await readGroupUse(7, containerId, root)).toEqual({
    cpuUs: 2500,
    memoryBytes: 3000,
    throttling: { periods: 2, throttledPeriods: 1, throttledMs: 3 },
    limits: {},
  });
});

test('use of the group of a container, version 2, of a process that is in a group below it', async () => {
  const group = `sys/fs/cgroup/kubepods.slice/cri-containerd-${containerId}.scope`;
  await files({
    'proc/7/cgroup': `0::/kubepods.slice/cri-containerd-${containerId}.scope/init\n`,
    [`${group}/cpu.stat`]: 'usage_usec 2500\nnr_periods 2\nnr_throttled 1\nthrottled_usec 3000\n',
    [`${group}/cpu.max`]: '50000 100000\n',
    [`${group}/memory.current`]: '4096\n',
    [`${group}/memory.stat`]: 'inactive_file 1096\n',
    [`${group}/memory.max`]: '8192\n',
  });
  expect(await readGroupUse(7, containerId, root)).toEqual({
    cpuUs: 2500,
    memoryBytes: 3000,
    throttling: { periods: 2, throttledPeriods: 1, throttledMs: 3 },
    limits: { cpus: 0.5, memoryBytes: 8192 },
  });
});

test('what is not mounted here is not zero, and another process is none of the container', async () => {
  await files({ 'proc/7/cgroup': `0::/kubepods/${containerId}\n`, 'proc/8/cgroup': '0::/user.slice\n' });
  expect(await readGroupUse(7, containerId, root)).toMatchObject({ cpuUs: undefined, memoryBytes: undefined });
  await expect(readGroupUse(8, containerId, root)).rejects.toThrow('process 8 is not in container f0c1f0c1f0c1');
});
