/** CPU profiles of services under the load of a scenario, merged by what they are built from. */
import { join } from 'node:path';
import { profileWorks } from '../analysis/run/profile-work.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { looksOf } from '../goruntime/profile/belonging.ts';
import { mergeProfiles } from '../goruntime/profile/merge.ts';
import type { PprofProfile } from '../goruntime/profile/types.ts';
import { makeDirectory } from '../host/files.ts';
import { incompleteError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { type RawRun, stepNamesOf } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import type { ProfileSample } from '../model/sample.ts';
import type { ReadScenario } from '../runs/read-scenario.ts';
import { executeRun } from '../runs/run.ts';

/** Fewer looks seldom tell the hot functions of a program from the others. */
export const enoughSamples = 1000;

/** Runs that are made when one gives too little. */
const mostCaptures = 3;

/** What is to be captured: the scenario with profiles on, the steps that count, and how services go together. */
export interface CaptureRequest {
  readonly read: ReadScenario;
  readonly directory: string;
  /** Every measured step where it is empty. */
  readonly steps: readonly string[];
  /** By name, the services whose profiles belong together. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** The profile of each group, those without any sample missing; and why services have none. */
export interface Captured {
  readonly profiles: ReadonlyMap<string, PprofProfile>;
  readonly reasons: ReadonlyMap<string, string>;
}

/** Runs the load until there are enough samples of each group, three times at most; rejects when a run is no good. */
export async function captureProfiles(request: CaptureRequest, caller: Caller): Promise<Captured> {
  const { read, directory, groups } = request;
  const found = new Map<string, PprofProfile[]>();
  let reasons = new Map<string, string>();
  for (let number = 1; number <= mostCaptures; number++) {
    caller.tell(`capturing CPU profiles, run ${number}\n`);
    const place = await placeForCapture(directory);
    const { result } = await executeRun(read, { out: place, metrics: undefined }, caller);
    caller.signal.throwIfAborted();
    checkRun(result, place, caller);
    const taken = takenIn(await readRawRun(place), result, request);
    reasons = new Map(taken.reasons);
    for (const [name, services] of groups)
      found.set(name, [
        ...(found.get(name) ?? []),
        ...services.flatMap((service) => taken.profiles.get(service) ?? []),
      ]);
    if (
      [...found.values()].every((profiles) => profiles.reduce((sum, each) => sum + looksOf(each), 0) >= enoughSamples)
    )
      break;
    // What no run can give another will not give either.
    if ([...found.values()].every((profiles) => profiles.length === 0)) break;
  }
  const merged = [...found].flatMap(([name, profiles]) => {
    const plain = profiles.map(withoutLabels);
    return plain.length === 0 ? [] : [[name, mergeProfiles(plain)] as const];
  });
  return { profiles: new Map(merged), reasons };
}

/** One that was interrupted has left its own. */
async function placeForCapture(directory: string): Promise<string> {
  for (let number = 1; ; number++) {
    const place = join(directory, `capture-${number}`);
    if ((await makeDirectory(place)).length === 0) return place;
  }
}

/** The CPU profiles of a run by service, and why a service has none. */
function takenIn(run: RawRun, result: RunResult, { steps }: CaptureRequest) {
  const names = stepNamesOf(run.manifest.scenario);
  const serviceOf = new Map(result.environment.targets.map(({ id, service }) => [id, service]));
  const samples = run.samples.filter((sample): sample is ProfileSample => sample.kind === 'profile');
  const profiles = new Map<string, PprofProfile[]>();
  const reasons = new Map<string, string>();
  for (const { type, target, step, profile, message, outcome } of profileWorks(samples)) {
    if (type !== 'cpu' || (steps.length > 0 && !steps.includes(names[step] ?? ''))) continue;
    const service = serviceOf.get(target) ?? target;
    if (profile) profiles.set(service, [...(profiles.get(service) ?? []), profile]);
    else reasons.set(service, message ?? outcome);
  }
  return { profiles, reasons };
}

/** Labels tell stacks apart that are the same to a compiler. */
function withoutLabels(profile: PprofProfile): PprofProfile {
  return { ...profile, samples: profile.samples.map((sample) => ({ ...sample, labels: [] })) };
}

/** Where CPU time goes does not depend on how exactly answers were timed: only a run that did not end is none. */
function checkRun({ status, failure, validity }: RunResult, place: string, { log }: Caller): void {
  const why = failure?.message ?? validity.reasons.map(({ message }) => message).join('; ');
  if (status !== 'complete')
    throw incompleteError(
      'capture-invalid',
      `the run that profiles were captured in did not end: ${why}`,
      `Its report is in ${place}.`,
    );
  if (validity.verdict === 'invalid') log.warn(`profiles are of a run whose latencies cannot be trusted: ${why}`);
}
