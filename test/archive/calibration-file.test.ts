import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { calibrationPath, readCalibration, storeCalibration } from '../../src/archive/calibration-file.ts';
import { calibration } from '../helpers/calibration.ts';

let env: { XDG_CACHE_HOME: string };

beforeEach(() => {
  env = { XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), 'rampart-cache-')) };
});

afterEach(() => rmSync(env.XDG_CACHE_HOME, { recursive: true }));

it('reads back what was stored, the last one', async () => {
  await storeCalibration(env, { ...calibration, maxRps: 1 });
  await storeCalibration(env, calibration);
  expect(await readCalibration(env)).toEqual(calibration);
});

it('finds nothing before the first calibration', async () => {
  expect(await readCalibration(env)).toBeUndefined();
});

it.each(['{"maxRps":', '{"maxRps":1}', '[]', ''])('calls a file with %j damaged', async (text) => {
  writeFileSync(await storeCalibration(env, calibration), text);
  expect(await readCalibration(env)).toBe('damaged');
});

it.each([
  [{ XDG_CACHE_HOME: '/caches', HOME: '/home/anna' }, '/caches/rampart/calibration.json'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/anna' }, '/home/anna/.cache/rampart/calibration.json'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/home/anna' }, '/home/anna/.cache/rampart/calibration.json'],
])('with %j it is %s', (given, path) => {
  expect(calibrationPath(given)).toBe(path);
});
