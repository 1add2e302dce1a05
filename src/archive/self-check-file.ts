/** Where the newest self-check of a scenario on this machine is kept: one JSON file for each in the user's cache directory. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readTextIfAny, writeText } from '../host/files.ts';
import { cacheFolder } from '../host/user-folders.ts';
import { type SelfCheck, selfCheckSchema } from '../model/self-check.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Subject = Pick<SelfCheck, 'scenario' | 'machine'>;

/** `self-checks/<scenario and machine>.json` in the cache folder: a cache that two machines share holds one of each. */
export function selfCheckPath(env: Environment, { scenario, machine }: Subject): string {
  const key = JSON.stringify([scenario.digest, machine.cpuModel, machine.cpus]);
  return join(cacheFolder(env), 'self-checks', `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
}

/** Stores a self-check over the last one of its scenario and machine, and returns its path; rejects with the system's error. */
export async function storeSelfCheck(env: Environment, check: SelfCheck): Promise<string> {
  const path = selfCheckPath(env, check);
  await writeText(path, `${JSON.stringify(check, undefined, 2)}\n`);
  return path;
}

/** The stored self-check: undefined when there is none, `damaged` when the file cannot be understood or read. */
export async function readSelfCheck(env: Environment, subject: Subject): Promise<SelfCheck | 'damaged' | undefined> {
  try {
    const text = await readTextIfAny(selfCheckPath(env, subject));
    return text === undefined ? undefined : selfCheckSchema.parse(JSON.parse(text));
  } catch {
    return 'damaged';
  }
}
