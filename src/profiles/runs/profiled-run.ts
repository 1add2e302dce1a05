/** A run directory with all that its profiles have to be told with: its samples, and the result that follows from them. */
import { buildResult } from '../../analysis/build-result.ts';
import { readRawRun } from '../../archive/run-directory.ts';
import { usageError } from '../../model/errors.ts';
import { type RawRun, stepNamesOf } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { ProfileSample } from '../../model/sample.ts';

/** A run, read back. */
export interface ProfiledRun {
  readonly directory: string;
  readonly run: RawRun;
  readonly result: RunResult;
}

/** Reads a run that profiles were taken in; throws a usage error when `directory` holds no run, or one without profiles. */
export async function readProfiledRun(directory: string): Promise<ProfiledRun> {
  const run = await readRawRun(directory);
  if (!run.samples.some(({ kind }) => kind === 'profile')) {
    throw usageError(
      'no-profiles',
      `${directory}: holds no profiles: observe.profiles was not in its scenario`,
      'Take them with `observe: { profiles: true }` in the scenario, or --set observe.profiles=true.',
    );
  }
  return { directory, run, result: buildResult(run) };
}

/** The service of a target; a target that the run does not list is a service of its own. */
export function serviceOf({ result }: ProfiledRun, target: string): string {
  return result.environment.targets.find(({ id }) => id === target)?.service ?? target;
}

/** What a profile of a run is labelled with: its run and target, its step and what was planned there, what was set for its service, and what the run is called by. */
export function runLabels(
  { run, result }: ProfiledRun,
  { target, step }: Pick<ProfileSample, 'target' | 'step'>,
): Readonly<Record<string, string>> {
  const { id, scenario } = run.manifest;
  const name = stepNamesOf(scenario)[step];
  const rps = result.steps.find((each) => each.name === name)?.load.plannedRps;
  const service = result.environment.targets.find((each) => each.id === target)?.service ?? target;
  const settings = 'env' in scenario.topology ? (scenario.topology.env[service] ?? {}) : {};
  return {
    ...scenario.tags,
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')),
    run: id,
    target,
    ...(name === undefined ? {} : { step: name }),
    ...(name === undefined || rps === undefined ? {} : { rps: String(Math.round(rps)) }),
  };
}
