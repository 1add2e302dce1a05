/** One run of a comparison: a variant's scenario carried out like any other run, then reduced to what comparisons use. */
import { relative } from 'node:path';
import { measureRun } from '../analysis/rounds/measured-run.ts';
import { readRawRun } from '../archive/run-directory.ts';
import type { ArmRun } from '../model/comparison.ts';
import { exitCodes, RampartError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import type { RunResult } from '../model/run-result.ts';
import { executeRun } from '../runs/run.ts';
import type { RoundSlot } from '../session/rounds.ts';
import type { Variant } from './variants.ts';

/**
 * Carries the run out in `place` below `directory`. Rejects when the user interrupts, and when the variant does not come up in the first
 * round, because it never will; any other end is a run, valid or not.
 */
export async function runArm(
  slot: RoundSlot,
  variant: Variant,
  { directory, place }: { readonly directory: string; readonly place: string },
  caller: Caller,
): Promise<ArmRun> {
  const startedAt = new Date();
  const { result, directory: runDirectory } = await executeRun(
    variant.read,
    { out: place, metricsPort: undefined },
    caller,
  );
  caller.signal.throwIfAborted();
  if (result.status === 'failed' && slot.round === 1) throw notUp(variant, result);
  const isValid = result.status === 'complete' && result.validity.verdict === 'valid';
  return {
    round: slot.round,
    variant: variant.name,
    position: slot.position,
    attempt: slot.attempt,
    directory: relative(directory, runDirectory),
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    invalid: isValid ? [] : reasonsOf(result),
    steps: isValid ? measureRun(await readRawRun(runDirectory), result) : [],
  };
}

function reasonsOf({ failure, status, validity }: RunResult): ArmRun['invalid'] {
  if (failure && status === 'failed') return [{ code: failure.code, message: failure.message }];
  return validity.reasons.length > 0
    ? [...validity.reasons]
    : [{ code: 'incomplete', message: 'the run is not complete' }];
}

function notUp({ name, title = `variant ${name}` }: Variant, { failure }: RunResult): RampartError {
  const exitCode = Object.values(exitCodes).find((code) => code === failure?.exitCode) ?? exitCodes.environment;
  return new RampartError({
    code: failure?.code ?? 'environment',
    message: `${title} does not come up: ${failure?.message ?? 'no reason is known'}`,
    hint: failure?.hint,
    exitCode,
  });
}
