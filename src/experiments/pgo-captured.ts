/** What was captured for PGO, in the directory of its experiment: whoever goes on with that takes it as it is. */
import { join } from 'node:path';
import { encodeProfile } from '../goruntime/profile/encode.ts';
import type { PprofProfile } from '../goruntime/profile/types.ts';
import { readTextIfAny, writeGzipped, writeText } from '../host/files.ts';
import { readProfile } from '../topology/go-build/own-profile.ts';
import type { Captured } from './pgo-capture.ts';
import type { PgoTarget } from './pgo-targets.ts';

/** The profile of one main package and its file; without a profile, why there is none, which may be unknown. */
export interface KeptProfile {
  readonly file: string;
  readonly profile: PprofProfile | undefined;
  readonly why: string;
}

/** The folder within that directory. */
export const profilesFolder = 'profiles';

type Package = Pick<PgoTarget, 'directory' | 'services'>;

/** Of each package what an earlier capture has left, also that it had no samples; undefined where one was not captured, or none had any. */
export async function readCaptured(
  directory: string,
  targets: readonly Package[],
): Promise<readonly KeptProfile[] | undefined> {
  const found = await Promise.all(targets.map((target) => readOne(directory, target)));
  const kept = found.filter((each) => each !== undefined);
  const isWhole = kept.length === found.length && kept.some(({ profile }) => profile !== undefined);
  return isWhole ? kept : undefined;
}

async function readOne(directory: string, target: Package): Promise<KeptProfile | undefined> {
  const { file, none } = placesOf(directory, target);
  const profile = await readProfile(file).catch(() => undefined);
  if (profile) return { file, profile, why: '' };
  const why = await readTextIfAny(none);
  return why === undefined ? undefined : { file, profile, why: why.trim() };
}

/** Writes down what was captured of each package, or why nothing was. */
export async function keepCaptured(
  directory: string,
  targets: readonly Package[],
  { profiles, reasons }: Captured,
): Promise<readonly KeptProfile[]> {
  const kept: KeptProfile[] = [];
  for (const target of targets) {
    const { file, none } = placesOf(directory, target);
    const profile = profiles.get(target.directory);
    const why = target.services.flatMap((service) => reasons.get(service) ?? []).join('; ');
    if (profile) await writeGzipped(file, encodeProfile(profile));
    else await writeText(none, `${why}\n`);
    kept.push({ file, profile, why });
  }
  return kept;
}

function placesOf(directory: string, { services }: Package): { readonly file: string; readonly none: string } {
  const path = join(directory, profilesFolder, services[0] ?? '');
  return { file: `${path}.pb.gz`, none: `${path}.none.txt` };
}
