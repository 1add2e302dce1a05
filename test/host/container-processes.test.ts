/** Whether a container's processes are those of this machine. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { containerProcesses, mainProcess } from '../../src/host/container-processes.ts';

const id = 'f0c1'.repeat(16);
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rampart-container-'));
});

afterEach(() => rm(root, { recursive: true }));

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

it.each([
  ['version 2', `0::/system.slice/docker-${id}.scope\n`, `sys/fs/cgroup/system.slice/docker-${id}.scope`],
  ['version 1', `3:cpu,cpuacct:/docker/${id}\n0::/\n`, `sys/fs/cgroup/cpu/docker/${id}`],
])('all of its control group are its, the main one first: %s', async (_, cgroup, folder) => {
  await files({ 'proc/70/cgroup': cgroup, [`${folder}/cgroup.procs`]: '69\n70\n71\n' });
  expect(containerProcesses(id, 70, root)).toEqual([70, 69, 71]);
});

it('without control groups it is known by what the engine mounts in it, and only its main process is', async () => {
  await files({
    'proc/70/cgroup': '0::/\n',
    'proc/70/mountinfo': `60 50 0:1 /containers/${id}/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw\n`,
    'sys/fs/cgroup/cgroup.procs': '1\n2\n70\n',
  });
  expect(containerProcesses(id, 70, root)).toEqual([70]);
});

it('a process of the same number that is not its is none of it', async () => {
  await files({ 'proc/70/cgroup': '0::/user.slice\n', 'proc/70/mountinfo': '' });
  expect(containerProcesses(id, 70, root)).toBeUndefined();
  expect(containerProcesses(id, 71, root)).toBeUndefined();
});

it('the main process is the one that began first in its control group', async () => {
  const stat = (pid: number, startTicks: number) =>
    `${pid} (a) S 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 ${startTicks} 0 0`;
  await files({
    'proc/9/cgroup': `0::/kubepods.slice/cri-containerd-${id}.scope/below\n`,
    'proc/9/stat': stat(9, 400),
    'proc/70/cgroup': `0::/kubepods.slice/cri-containerd-${id}.scope\n`,
    'proc/70/stat': stat(70, 300),
    'proc/71/cgroup': '0::/user.slice\n',
    'proc/71/stat': stat(71, 100),
    'proc/version': '',
  });
  expect(mainProcess(id, root)).toBe(70);
  expect(mainProcess('dead'.repeat(16), root)).toBeUndefined();
});
