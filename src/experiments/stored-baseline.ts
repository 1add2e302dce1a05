/** `--baseline FILE.json`: the arm that a stored baseline is built from again. */
import { resolve } from 'node:path';
import { readBaseline } from '../archive/baseline-file.ts';
import { machineFacts } from '../host/machine.ts';
import type { Baseline } from '../model/baseline.ts';
import { RampartError, retold } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { type ArmFlags, type GateSource, type GateStates, statesOf } from './gate-arms.ts';

/** After this many days the recipe may no longer be what the release is held against. */
const mostDays = 90;

/** The arms that the flags name; a baseline of a file is the arm that its recipe names, called as the file. */
export async function namedStates(
  source: GateSource,
  flags: ArmFlags,
  caller: Caller,
): Promise<{ readonly states: GateStates; readonly stored: Baseline | undefined }> {
  const { baseline: file } = flags;
  if (!file?.endsWith('.json')) return { states: await statesOf(source, flags, caller), stored: undefined };
  const stored = await readBaseline(resolve(caller.cwd, file), file);
  const { arm, commit } = stored.recipe;
  const states = await statesOf(source, { ...flags, baseline: arm }, caller).catch((error: unknown) => {
    if (!(error instanceof RampartError) || commit === undefined) throw error;
    const way = 'git fetch --unshallow brings commits that a clone left out';
    throw retold(error, { message: `${error.message}\n${file} is of ${commit}; ${way}`, hint: error.hint });
  });
  return { states: { ...states, baseline: { ...states.baseline, name: file } }, stored };
}

/** What has to be said of a stored baseline before it runs again beside the candidate. */
export function baselineNotices(
  file: string,
  { acceptedAt, scenario, fingerprint, recipe, reason }: Baseline,
  now: { readonly digest: string; readonly wall: number },
): { readonly info: readonly string[]; readonly warn: readonly string[] } {
  const days = Math.floor((now.wall - Date.parse(acceptedAt)) / 86_400_000);
  const { cpuModel, cpus } = machineFacts();
  const isElsewhere = cpuModel !== fingerprint.cpuModel || cpus !== fingerprint.cpus;
  return {
    info: [
      `${file}: ${recipe.arm} is built and run again (${reason}); its stored numbers are not used`,
      ...(isElsewhere
        ? [
            `it was measured on another machine (${fingerprint.cpuModel}, ${fingerprint.cpus} CPUs): both arms run on this one, so that does no harm`,
          ]
        : []),
    ],
    warn: [
      ...(days > mostDays ? [`${file} is ${days} days old: gates against it do not see what was lost in between`] : []),
      ...(scenario.digest !== undefined && scenario.digest !== now.digest
        ? [`${file} was made with another scenario; both arms run with this one`]
        : []),
    ],
  };
}
