/** Where a machine's calibration is kept: one JSON file in the user's cache directory. */
import { join } from 'node:path';
import { readTextIfAny, writeText } from '../host/files.ts';
import { cacheFolder } from '../host/user-folders.ts';
import { type Calibration, calibrationSchema } from '../model/calibration.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `calibration.json` in the cache folder. */
export function calibrationPath(env: Environment): string {
  return join(cacheFolder(env), 'calibration.json');
}

/** Stores a calibration over the last one and returns its path; rejects with the system's error. */
export async function storeCalibration(env: Environment, calibration: Calibration): Promise<string> {
  const path = calibrationPath(env);
  await writeText(path, `${JSON.stringify(calibration, undefined, 2)}\n`);
  return path;
}

/** The stored calibration: undefined when there is none, `damaged` when the file cannot be understood or read. */
export async function readCalibration(env: Environment): Promise<Calibration | 'damaged' | undefined> {
  try {
    const text = await readTextIfAny(calibrationPath(env));
    return text === undefined ? undefined : calibrationSchema.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
}
