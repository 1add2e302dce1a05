/** Which processes a target consists of. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DockerEngine, InspectedContainer } from '../../src/host/docker-engine.ts';
import { findProcesses } from '../../src/samplers/target-processes.ts';
import { bareTarget } from './manual-run.ts';

const containerId = 'f0c1'.repeat(16);
const container = { ...bareTarget('api-1'), containerId };
const { signal } = new AbortController();
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rampart-processes-'));
});

afterEach(() => rm(root, { recursive: true }));

/** An engine that says these pids of the container, one after the other; undefined is one that does not run. */
function engineThatSays(...pids: (number | undefined)[]): Pick<DockerEngine, 'inspect'> {
  return { inspect: async () => ({ pid: pids.length > 1 ? pids.shift() : pids[0] }) as InspectedContainer };
}

async function inContainer(pid: number): Promise<void> {
  const path = join(root, 'proc', `${pid}`, 'cgroup');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `0::/docker/${containerId}\n`);
}

it('a local process is itself', async () => {
  expect(await findProcesses({ ...bareTarget('api-1'), pid: 7 }, undefined)(signal)).toEqual([7]);
});

it('a container that starts again has another process, and none in between', async () => {
  await inContainer(70);
  const find = findProcesses(container, engineThatSays(70, undefined, 71), root);
  expect([await find(signal), await find(signal)]).toEqual([[70], [70]]);
  await rm(join(root, 'proc/70'), { recursive: true });
  await inContainer(71);
  expect([await find(signal), await find(signal)]).toEqual([[], [71]]);
});

it('a process that is not found here twice is elsewhere', async () => {
  const find = findProcesses(container, engineThatSays(70), root);
  expect(await find(signal)).toEqual([]);
  expect(await find(signal)).toEqual({ reason: expect.stringContaining('Docker Desktop') });
});

it('a container that restarts all the time is not taken for one that is elsewhere', async () => {
  const find = findProcesses(container, engineThatSays(70, 71, undefined, 71, 72), root);
  expect([await find(signal), await find(signal), await find(signal), await find(signal), await find(signal)]).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});

it('while the engine does not answer there is nothing to tell', async () => {
  const inspect = () => Promise.reject(new Error('gone'));
  expect(await findProcesses(container, { inspect }, root)(signal)).toEqual([]);
});

it('a question to the engine ends with the look that asks it', async () => {
  const ending = new AbortController();
  const docker: Pick<DockerEngine, 'inspect'> = {
    inspect: (_, given) => new Promise((_, reject) => given?.addEventListener('abort', () => reject(given.reason))),
  };
  const found = findProcesses(container, docker, root)(ending.signal);
  ending.abort();
  expect(await found).toEqual([]);
});
