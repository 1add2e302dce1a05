/** Control groups of version 2 as files in a folder, and the real ones of this machine where it has any that can be written. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  controlGroupPath,
  emptyGroup,
  findGroupPlaces,
  limitGroup,
  makeControlGroup,
  moveToGroup,
  removeControlGroup,
} from '../../src/host/control-groups.ts';
import { readProcessUse } from '../../src/host/proc-fs.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

function machine(cgroup: string, folders: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'rampart-test-'));
  roots.push(root);
  mkdirSync(join(root, 'proc/self'), { recursive: true });
  writeFileSync(join(root, 'proc/self/cgroup'), cgroup);
  for (const folder of folders) {
    mkdirSync(join(root, 'sys/fs/cgroup', folder), { recursive: true });
    writeFileSync(join(root, 'sys/fs/cgroup', folder, 'cgroup.procs'), '');
  }
  return root;
}

it('says what is missing where no group can be made', () => {
  expect(findGroupPlaces(['cpu'], machine('', []))).toEqual({
    why: 'this kernel shows no control groups for cpu (/proc/self/cgroup)',
  });
  const without = machine('0::/user.slice/a.scope\n', ['user.slice/a.scope', 'user.slice', '.']);
  expect(findGroupPlaces(['cpu', 'memory'], without)).toEqual({
    why: expect.stringMatching(/user\.slice\/a\.scope does not hand on the controller cpu and memory$/),
  });
  expect(findGroupPlaces(['memory'], machine('4:memory:/x\n', []))).toEqual({
    why: 'sys/fs/cgroup/memory/x is not mounted',
  });
});

it('writes the limits of both versions', () => {
  const group = join(machine('', []));
  const place = { parent: '', home: '', enabled: [] };
  const read = (file: string) => readFileSync(join(group, file), 'utf8');
  limitGroup(group, { ...place, isVersion1: false }, 'cpu', 0.2);
  limitGroup(group, { ...place, isVersion1: false }, 'memory', 1024);
  expect([read('cpu.max'), read('memory.max')]).toEqual(['20000 100000', '1024']);
  limitGroup(group, { ...place, isVersion1: false }, 'cpu', undefined);
  limitGroup(group, { ...place, isVersion1: false }, 'memory', undefined);
  expect([read('cpu.max'), read('memory.max')]).toEqual(['max 100000', 'max']);
  limitGroup(group, { ...place, isVersion1: true }, 'cpu', 0.005);
  expect([read('cpu.cfs_quota_us'), read('cpu.cfs_period_us')]).toEqual(['5000', '1000000']);
});

it('limits a process, lets it go again, and kills what is left in a group that is removed', async ({ skip }) => {
  const places = findGroupPlaces(['cpu', 'memory']);
  if ('why' in places) return skip(places.why);
  const child = spawn('sleep', ['60']);
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const pid = child.pid ?? 0;
  const own = await readProcessUse(pid);
  for (const [controller, place] of places) {
    const path = controlGroupPath(place, `test-${controller}`);
    makeControlGroup(path, place);
    moveToGroup(path, [pid, 999_999_999]);
    limitGroup(path, place, controller, controller === 'cpu' ? 0.5 : 64 * 1024 ** 2);
    const { limits } = await readProcessUse(pid);
    expect(controller === 'cpu' ? limits.cpus : limits.memoryBytes).toBe(controller === 'cpu' ? 0.5 : 64 * 1024 ** 2);
    emptyGroup(path, place);
    expect((await readProcessUse(pid)).limits).toEqual(own.limits);
    if (controller === 'memory') moveToGroup(path, [pid]);
    expect(await removeControlGroup(path, place.enabled)).toBe(true);
    expect(existsSync(path)).toBe(false);
    expect(await removeControlGroup(path)).toBe(false);
  }
  expect(await ended).toBe('SIGKILL');
});
