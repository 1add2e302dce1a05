/** One run of a comparison: an arm's scenario carried out like any other run, then reduced to what comparisons use. */
import { relative } from 'node:path';
import { faultRecord } from '../analysis/rounds/fault-record.ts';
import { measureRun } from '../analysis/rounds/measured-run.ts';
import { ruledRecord } from '../analysis/rounds/ruled-record.ts';
import { readRawRun } from '../archive/run-directory.ts';
import type { ArmRun } from '../model/comparison.ts';
import { isErrorCode } from '../model/error-codes.ts';
import { exitCodes, RampartError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { imageFact, nodesFact } from '../model/image-fact.ts';
import type { RunResult } from '../model/run-result.ts';
import type { FinishedRun } from '../runs/live-run.ts';
import { executeRun, type RunChoices } from '../runs/run.ts';
import type { RoundSlot } from '../session/rounds.ts';
import type { Arm } from './arm.ts';

/** An invalid run is repeated this often before it counts as missing. */
export const repeats = 2;

/** How a run is carried out and measured. */
export interface ArmRunner {
  /** Carries an arm out, with pods on these nodes where it has some, and writes its directory. */
  execute(arm: Arm, place: string, nodes: RunChoices['nodes']): Promise<FinishedRun>;
  /** The steps of a valid run, from its raw records. */
  measure(finished: FinishedRun): Promise<ArmRun['steps']>;
}

/** Where a run of an arm goes. */
export interface ArmPlace {
  /** Of the whole experiment. */
  readonly directory: string;
  /** Of the run, below that. */
  readonly place: string;
  /** See `RunChoices`. */
  readonly nodes?: RunChoices['nodes'];
}

/** Real runs of the caller, which leave standing for the next what they may. */
export function createArmRunner(caller: Caller, kept: RunChoices['kept']): ArmRunner {
  return {
    execute: async ({ read }, out, nodes) => await executeRun(read, { out, metrics: undefined, nodes, kept }, caller),
    measure: async ({ result, directory }) => measureRun(await readRawRun(directory), result),
  };
}

/**
 * Carries the run out in `place` below `directory`. Rejects when the user interrupts, and when the arm does not come up in the first
 * round, because it never will, or three times in a row, because it no longer does; any other end is a run, valid or not.
 */
export async function runArm(
  slot: RoundSlot,
  arm: Arm,
  { directory, place, nodes }: ArmPlace,
  runner: ArmRunner,
  { signal, time }: Pick<Caller, 'signal' | 'time'>,
): Promise<ArmRun> {
  const startMs = time.monotonicMs();
  const startedAt = new Date(time.wallMs()).toISOString();
  const finished = await runner.execute(arm, place, nodes);
  signal.throwIfAborted();
  const { result } = finished;
  if (result.status === 'failed' && slot.round === 1) throw notUp(arm, result, 'does not come up');
  if (result.status === 'failed' && slot.attempt > repeats) throw notUp(arm, result, 'no longer comes up');
  const isValid = result.status === 'complete' && result.validity.verdict === 'valid';
  return {
    round: slot.round,
    variant: arm.name,
    position: slot.position,
    attempt: slot.attempt,
    directory: relative(directory, finished.directory),
    startedAt,
    tookMs: Math.round(time.monotonicMs() - startMs),
    invalid: isValid ? [] : reasonsOf(result),
    ...buildsIn(result),
    ...podsIn(result),
    steps: isValid ? await runner.measure(finished) : [],
    ...(isValid ? { ...ruledRecord(arm.read.scenario.slo, result), ...faultRecord(result) } : {}),
  };
}

/** Replicas of a service are built alike, or the run warns of it. */
function buildsIn({ environment }: RunResult): Pick<ArmRun, 'builds'> {
  const known = environment.targets.flatMap(({ service, go }) =>
    go?.version === undefined ? [] : [[service, { version: go.version, settings: go.settings ?? {} }] as const],
  );
  return known.length === 0 ? {} : { builds: Object.fromEntries(known.reverse()) };
}

/** As the engine's facts name them. */
function podsIn({ environment: { facts } }: RunResult): Pick<ArmRun, 'images' | 'nodes'> {
  const images = factsOf(facts, imageFact);
  const nodes = factsOf(facts, nodesFact);
  return { ...(images ? { images } : {}), ...(nodes ? { nodes } : {}) };
}

function factsOf(facts: Readonly<Record<string, string>>, beginning: string): Record<string, string> | undefined {
  const known = Object.entries(facts).flatMap(([key, text]) =>
    key.startsWith(beginning) ? [[key.slice(beginning.length), text] as const] : [],
  );
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function reasonsOf({ failure, status, validity }: RunResult): ArmRun['invalid'] {
  if (failure && status === 'failed') return [{ code: failure.code, message: failure.message }];
  return validity.reasons.length > 0
    ? [...validity.reasons]
    : [{ code: 'incomplete', message: 'the run is not complete' }];
}

function notUp({ name, title = `variant ${name}` }: Arm, { failure }: RunResult, how: string): RampartError {
  return new RampartError({
    code: isErrorCode(failure?.code) ? failure.code : 'environment',
    message: `${title} ${how}: ${failure?.message ?? 'no reason is known'}`,
    hint: failure?.hint,
    exitCode: Object.values(exitCodes).find((code) => code === failure?.exitCode) ?? exitCodes.environment,
  });
}
