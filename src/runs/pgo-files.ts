/** What is wrong with the profiles that a scenario gives to Go builds, whose paths are absolute. */
import { inflateProfile } from '../goruntime/profile/inflate.ts';
import { decodeProfile } from '../goruntime/profile/pprof.ts';
import { ProfileError } from '../goruntime/profile/types.ts';
import { readBytes } from '../host/files.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Mistake } from '../scenario/load-scenario.ts';
import { namedFiles } from '../scenario/named-files.ts';
import { readable } from './scenario-files.ts';

/** No CPU profile is as large. */
const mostBytes = 512 * 1024 * 1024;

/** Each that cannot be read, is no profile, is none of CPU time, or has no sample. */
export async function checkPgoFiles(scenario: Scenario): Promise<Mistake[]> {
  const mistakes: Mistake[] = [];
  for (const each of namedFiles(scenario, '/').filter(({ key }) => key.at(-1) === 'pgo')) {
    const bytes = await readable(each, mistakes, () => readBytes(each.file));
    const wrong = bytes && (await wrongWith(bytes));
    if (wrong) mistakes.push({ path: [...each.key], message: `must be a CPU profile, and ${each.file} is ${wrong}` });
  }
  return mistakes;
}

async function wrongWith(bytes: Buffer): Promise<string | undefined> {
  try {
    const profile = decodeProfile(await inflateProfile(new Uint8Array(bytes), mostBytes));
    if (!profile.sampleTypes.some(({ type, unit }) => type === 'cpu' && unit === 'nanoseconds'))
      return `one of ${profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`).join(', ')}`;
    return profile.samples.length === 0 ? 'one without any sample' : undefined;
  } catch (error) {
    if (error instanceof ProfileError) return error.message;
    throw error;
  }
}
