import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { storeCalibration } from '../../src/archive/calibration-file.ts';
import { machineFacts } from '../../src/host/machine.ts';
import { knownCalibration } from '../../src/runs/known-calibration.ts';
import { calibration } from '../helpers/calibration.ts';

const { cpuModel, cpus, node } = machineFacts();
const own = { ...calibration, toolVersion: '1.2.3', machine: { cpuModel, cpus, node } };
let env: { XDG_CACHE_HOME: string };
let said: string[];

beforeEach(() => {
  env = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'rampart-cache-')) };
  said = [];
});

afterEach(() => rmSync(env.XDG_CACHE_HOME, { recursive: true }));

async function known() {
  const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(text) };
  return await knownCalibration({ env, version: '1.2.3', log });
}

it('relies on what this machine and version measured', async () => {
  await storeCalibration(env, own);
  expect(await known()).toEqual(own);
  expect(said).toEqual([]);
});

it('has none, and nothing to say, before the first calibration', async () => {
  expect(await known()).toBeUndefined();
  expect(said).toEqual([]);
});

it.each([
  ['processor', { machine: { ...own.machine, cpuModel: 'other' } }],
  ['number of CPUs', { machine: { ...own.machine, cpus: cpus + 1 } }],
  ['Node', { machine: { ...own.machine, node: 'v1.0.0' } }],
  ['rampart', { toolVersion: '1.2.2' }],
])('ignores one of another %s, and says so', async (what, change) => {
  await storeCalibration(env, { ...own, ...change });
  expect(await known()).toBeUndefined();
  expect(said).toEqual([expect.stringContaining(`is ignored: it was made with another ${what} (`) as string]);
});

it('ignores a damaged one, and says so', async () => {
  writeFileSync(await storeCalibration(env, own), '{');
  expect(await known()).toBeUndefined();
  expect(said[0]).toContain('is ignored: it cannot be read; rampart calibrate measures anew');
});
