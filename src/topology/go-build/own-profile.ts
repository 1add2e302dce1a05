/** Whether a CPU profile is of the program that is built with it. */
import { type Belonging, belongingOf } from '../../goruntime/profile/belonging.ts';
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import { readBytes } from '../../host/files.ts';
import { readGoFunctions } from '../../host/go-executable.ts';

const mostBytes = 512 * 1024 * 1024;
/** Between builds of one program some functions are renamed; of another program hardly any of its own is there. */
const leastShare = 0.5;

/** How much of a profile is of functions that the binary has; undefined when its functions cannot be read. */
export async function profileInBinary(profile: string, binary: string): Promise<Belonging | undefined> {
  const functions = await readGoFunctions(binary);
  if (!functions) return undefined;
  return belongingOf(await readProfile(profile), functions);
}

/** The profile in a file; rejects when there is none, or no whole one. */
export async function readProfile(path: string): Promise<PprofProfile> {
  return decodeProfile(await inflateProfile(new Uint8Array(await readBytes(path)), mostBytes));
}

/** Why a profile is of another program than the binary; undefined when it is of this one, or cannot be told. */
export async function strangeProfile(profile: string, binary: string): Promise<string | undefined> {
  const found = await profileInBinary(profile, binary);
  const share = found && (found.ownShare ?? found.share);
  if (share === undefined || share >= leastShare) return undefined;
  return `${profile} is of another program: only ${(share * 100).toFixed(0)} % of its samples ${found?.ownShare === undefined ? '' : "in a program's own functions "}are in functions that this binary has`;
}
