/** What the directory of a gate or of a run measured, as a baseline keeps it. */
import { join } from 'node:path';
import { type Measured, storedSteps } from '../analysis/gate/stored-baseline.ts';
import { measureRun } from '../analysis/rounds/measured-run.ts';
import { readComparison } from '../archive/comparison-directory.ts';
import { gateFile, readGate } from '../archive/gate-file.ts';
import { readRawRun } from '../archive/run-directory.ts';
import { readTextIfAny } from '../host/files.ts';
import type { Baseline } from '../model/baseline.ts';
import { environmentError, messageOf, usageError } from '../model/errors.ts';
import type { Gate } from '../model/gate.ts';
import { runFiles } from '../model/raw-run.ts';
import { type RunResult, runResultSchema } from '../model/run-result.ts';

/** What was measured and what it was of; `arm` is absent where only the user can say what to build again. */
export interface MeasuredDirectory extends Measured {
  readonly from: Baseline['from'];
  readonly recipe: Omit<Baseline['recipe'], 'arm'> & { readonly arm?: string | undefined };
}

/** Reads a gate's candidate, or a run; usage error when the directory holds neither or nothing that is valid. */
export async function readMeasured(directory: string): Promise<MeasuredDirectory> {
  const gate = await readGate(join(directory, gateFile));
  return gate ? await ofGate(directory, gate) : await ofRun(directory);
}

async function ofGate(directory: string, gate: Gate): Promise<MeasuredDirectory> {
  const { scenario, arms, engine, id, startedAt, verdict } = gate;
  const comparison = await readComparison(directory);
  const runs = (comparison?.runs ?? []).filter(
    ({ variant, invalid }) => variant === 'candidate' && invalid.length === 0,
  );
  const [first] = runs;
  if (!first) throw nothingValid(directory, 'no valid run of its candidate');
  const { name, commit, tree } = arms.candidate;
  const digest = comparison?.variants.find((variant) => variant.name === 'candidate')?.digest;
  const arm = /^(?:image|overlay|variant):/.test(name) ? name : commit;
  return {
    from: { kind: 'gate', id, startedAt, verdict: verdict.verdict },
    scenario,
    recipe: { name, commit, tree, digest, ...(arm === undefined ? {} : { arm }) },
    engine,
    fingerprint: fingerprintOf(await readResult(join(directory, first.directory))),
    steps: storedSteps(runs.map(({ steps }) => steps)),
  };
}

async function ofRun(directory: string): Promise<MeasuredDirectory> {
  const result = await readResult(directory);
  if (result.status !== 'complete' || result.validity.verdict !== 'valid')
    throw nothingValid(directory, `the run is ${result.status} and ${result.validity.verdict}`);
  const { name, seed } = result.scenario;
  if (seed === undefined || result.environment.engine === 'observe')
    throw nothingValid(directory, 'it is an observation, which sent nothing');
  const commit = revisionOf(result);
  return {
    from: { kind: 'run', id: result.id, startedAt: result.startedAt },
    scenario: { name, seed },
    recipe: { name: commit ?? 'unknown', ...(commit === undefined ? {} : { commit, arm: commit }) },
    engine: result.environment.engine,
    fingerprint: fingerprintOf(result),
    steps: storedSteps([measureRun(await readRawRun(directory), result)]),
  };
}

/** The commit that all binaries carry, as the Go tool stamps it; undefined where one does not, or was built from other files than those. */
function revisionOf({ environment }: RunResult): string | undefined {
  const settings = environment.targets.map(({ go }) => go?.settings ?? {});
  const revisions = new Set(settings.map((each) => each['vcs.revision']));
  const [revision] = revisions;
  const isClean = settings.every((each) => each['vcs.modified'] === 'false');
  return revisions.size === 1 && isClean ? revision : undefined;
}

function fingerprintOf({ environment }: RunResult): Baseline['fingerprint'] {
  const { os, cpuModel, cpus, memoryBytes, node, facts, targets } = environment;
  const go = targets[0]?.go?.version;
  return { os, cpuModel, cpus, memoryBytes, node, facts, ...(go === undefined ? {} : { go }) };
}

async function readResult(directory: string): Promise<RunResult> {
  const path = join(directory, runFiles.result);
  const text = await readTextIfAny(path).catch((error: unknown) => {
    throw damaged(path, error);
  });
  if (text === undefined)
    throw usageError(
      'nothing-measured',
      `${directory}: is the directory of neither a gate nor a run: ${runFiles.result} is missing`,
      'rampart gate and rampart run print the directory they wrote.',
    );
  try {
    return runResultSchema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, error: unknown) {
  const [line] = messageOf(error).split('\n', 1);
  return environmentError(
    'result-damaged',
    `${path}: is damaged or of another version of rampart: ${line}`,
    'rampart report DIR makes the result of a run again.',
    error,
  );
}

function nothingValid(directory: string, what: string) {
  return usageError(
    'nothing-valid',
    `${directory}: ${what}, so there is nothing to keep`,
    'Repeat it; rampart report DIR says why.',
  );
}
