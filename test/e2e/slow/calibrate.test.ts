import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { calibrationSchema } from '../../../src/model/calibration.ts';
import { cli, workDirectory } from '../../helpers/cli.ts';

it('measures the floor of this machine and keeps it', async () => {
  const directory = workDirectory();
  const { code, stdout, stderr } = await cli(['calibrate', '--json'], directory, { XDG_CACHE_HOME: directory });
  expect(stderr).toContain('kept in');
  expect(code).toBe(0);
  const calibration = calibrationSchema.parse(JSON.parse(stdout));
  expect(calibration.latencyMinUs).toBeGreaterThan(0);
  expect(calibration.latencyP50Us).toBeGreaterThanOrEqual(calibration.latencyMinUs);
  expect(calibration.latencyP99Us).toBeGreaterThanOrEqual(calibration.latencyP50Us);
  expect(readFileSync(join(directory, 'rampart', 'calibration.json'), 'utf8')).toBe(stdout);
});
