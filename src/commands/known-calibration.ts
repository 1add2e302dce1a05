/** The calibration that a run may rely on. */
import { calibrationPath, readCalibration } from '../host/calibration-file.ts';
import { machineFacts } from '../host/machine.ts';
import { type Calibration, whyForeign } from '../model/calibration.ts';
import type { CommandContext } from './context.ts';

/** The stored calibration when it is of this machine and this version; one that is not is ignored with a word. */
export async function knownCalibration(
  context: Pick<CommandContext, 'env' | 'version' | 'log'>,
): Promise<Calibration | undefined> {
  const stored = await readCalibration(context.env);
  if (stored === undefined) return undefined;
  const why =
    stored === 'damaged'
      ? 'it cannot be read'
      : whyForeign(stored, { toolVersion: context.version, machine: machineFacts() });
  if (why === undefined && stored !== 'damaged') return stored;
  context.log.info(`${calibrationPath(context.env)} is ignored: ${why}; rampart calibrate measures anew`);
  return undefined;
}
