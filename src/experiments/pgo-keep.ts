/** A profile kept beside the main package that is better with it. */
import { join, relative } from 'node:path';
import { createFile, readBytes, writeBytes } from '../host/files.ts';
import { environmentError, messageOf, RampartError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import type { PgoPackage } from '../model/pgo.ts';
import { buildGo } from '../topology/go-build/go-build.ts';
import { defaultPgo, type PgoTarget } from './pgo-targets.ts';

/** One main package on its way. */
export interface Guided {
  readonly target: PgoTarget;
  readonly told: PgoPackage;
  /** Its profile; undefined where there was too little of it. */
  readonly file: string | undefined;
}

/** Writes the profile beside the main package, and looks whether a plain build takes it. */
export async function keepProfile(
  { target, told, file }: Guided,
  { isForced }: { readonly isForced: boolean },
  { cwd }: Pick<Caller, 'cwd'>,
): Promise<PgoPackage> {
  if (file === undefined) return told;
  const path = join(target.directory, defaultPgo);
  const bytes = await readBytes(file);
  try {
    if (isForced) await writeBytes(path, bytes);
    else if (!(await createFile(path, bytes)))
      return { ...told, note: `${path} appeared meanwhile, and was left: --force replaces it` };
  } catch (error) {
    const hint = `The profile is ${relative(cwd, file)}: copy it there.`;
    throw environmentError('out-not-writable', `${path} cannot be written: ${messageOf(error)}`, hint, error);
  }
  const { build, options } = target.source;
  try {
    await buildGo({ ...build, settings: { ...build.settings, pgo: 'auto' } }, options);
    return { ...told, written: path };
  } catch (error) {
    if (!(error instanceof RampartError)) throw error;
    return { ...told, written: path, note: `its build does not take it yet: ${error.message}` };
  }
}
