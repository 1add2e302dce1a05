/** The calibration that a run may rely on. */
import { calibrationPath, readCalibration } from '../archive/calibration-file.ts';
import { machineFacts } from '../host/machine.ts';
import { type Calibration, calibrationMismatch } from '../model/calibration.ts';
import type { Caller } from '../model/host.ts';

/** The stored calibration when it is of this machine and this version; one that is not is ignored with a word. */
export async function knownCalibration(
  caller: Pick<Caller, 'env' | 'version' | 'log'>,
): Promise<Calibration | undefined> {
  const stored = await readCalibration(caller.env);
  if (stored === undefined) return undefined;
  const why =
    stored === 'damaged'
      ? 'it cannot be read'
      : calibrationMismatch(stored, { toolVersion: caller.version, machine: machineFacts() });
  if (why === undefined && stored !== 'damaged') return stored;
  caller.log.info(`${calibrationPath(caller.env)} is ignored: ${why}; rampart calibrate measures anew`);
  return undefined;
}
