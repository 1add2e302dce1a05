/** The two arms of a gate: the scenario twice, each with the files, images and settings that its flag names. */
import { join } from 'node:path';
import { messageOf, RampartError, usageError } from '../model/errors.ts';
import type { ArmState } from '../model/gate.ts';
import type { ArmName } from '../model/gate-terms.ts';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { isComposed } from '../model/topology-spec.ts';
import { sortedText } from '../runs/digest.ts';
import { readScenario } from '../runs/read-scenario.ts';
import { filesAtBuilds } from '../topology/compose-file/sources.ts';
import type { Arm, ArmSpec, ScenarioSource } from './arm.ts';
import { freezeArm } from './freeze-arm.ts';
import {
  builtFolder,
  type GitState,
  idOf,
  openRepository,
  type Repository,
  stateOf,
  stateOfWorkingTree,
} from './git-trees.ts';
import { armForms, namedArm } from './named-arm.ts';

/** What is gated, and the scenario as it stands. */
export interface GateSource extends ScenarioSource {
  readonly base: Scenario;
}

/** One arm of a gate, and the state that it is built from; without a repository there is none. */
interface GateArm extends ArmSpec {
  readonly state: GitState | undefined;
}

/** The arms as `gate.json` has them, what they are made of, and the folder that services are built from. */
export interface GateStates {
  readonly baseline: ArmState;
  readonly candidate: ArmState;
  readonly arms: Readonly<Record<ArmName, GateArm>>;
  readonly repository: Repository | undefined;
  readonly built: string;
  /** Nothing differs in what is built, nor in what is set. */
  readonly isSame: boolean;
  close(): Promise<void>;
}

/** The flags as given, and the directory of the gate. */
export interface ArmFlags {
  readonly baseline: string | undefined;
  readonly candidate: string | undefined;
  readonly out: string;
}

const workingTree: ArmSpec = { name: 'working tree', overrides: [] };

/**
 * The arms that the flags name, checked; usage error with all that is wrong with them. Without `candidate` it is the files as they are but
 * for `runs` folders; without `baseline` the candidate is both.
 */
export async function statesOf(source: GateSource, flags: ArmFlags, caller: Caller): Promise<GateStates> {
  const mistakes: string[] = [];
  const within = { scenario: source.base, cwd: caller.cwd };
  const read = (flag: ArmName, text: string) => namedArm(flag, text, within, mistakes);
  const candidate = flags.candidate === undefined ? workingTree : read('candidate', flags.candidate);
  const baseline = flags.baseline === undefined ? candidate : read('baseline', flags.baseline);
  const named: Record<ArmName, ArmSpec> = { baseline, candidate };
  const repository = await repositoryOf(source.base, named, caller);
  try {
    const topologies: Record<ArmName, string> = {
      baseline: await topologyOf(source, named.baseline, mistakes, caller),
      candidate: await topologyOf(source, named.candidate, mistakes, caller),
    };
    const arms = await armsIn(repository, named, [flags.out, join(caller.cwd, 'runs')], mistakes);
    if (mistakes.length > 0) throw usageError('unknown-state', mistakes.join('\n'));
    const isWhole = /"overlays":\[/.test(topologies.baseline + topologies.candidate);
    const built = repository && !isWhole ? await builtFolder(repository, filesOf(source.base)) : '.';
    const ids = await Promise.all([arms.baseline, arms.candidate].map((arm) => builtId(repository, arm, built)));
    const record = recordOf(arms.candidate);
    return {
      baseline: baseline === candidate ? record : recordOf(arms.baseline),
      candidate: record,
      arms,
      repository,
      built,
      isSame: baseline !== candidate && topologies.baseline === topologies.candidate && ids[0] === ids[1],
      close: async () => await repository?.close(),
    };
  } catch (error) {
    await repository?.close();
    throw error;
  }
}

/** One arm ready to run; usage error when its compose file does not fit the scenario. */
export async function readArm(
  source: GateSource,
  name: ArmName,
  { arms, repository, built }: GateStates,
  caller: Caller,
): Promise<Arm> {
  const arm = arms[name];
  const files = repository && arm.state ? { repository, state: arm.state, built } : undefined;
  const frozen = await freezeArm(source, arm, files, caller).catch((error: unknown) => {
    throw ofArm(error, name, recordOf(arm));
  });
  return { name, title: name, settings: { state: describeState(recordOf(arm)) }, ...frozen };
}

/** `v1.4 (3f9c2ab)`; of a whole id only its beginning. */
export function describeState({ name, commit }: ArmState): string {
  const short = commit?.slice(0, 7);
  if (short === undefined) return name;
  return commit === name || short === name ? short : `${name} (${short})`;
}

/** Only a state by name needs a repository; in one, the files as they are can be kept as they are. */
async function repositoryOf(
  base: Scenario,
  { baseline, candidate }: Readonly<Record<ArmName, ArmSpec>>,
  { env, signal, log }: Caller,
): Promise<Repository | undefined> {
  if (!isComposed(base.topology)) return undefined;
  const opened = openRepository(composeOf(base), { env, signal });
  if (baseline.ref !== undefined || candidate.ref !== undefined) return await opened;
  return await opened.catch(() => {
    signal.throwIfAborted();
    log.warn(`${composeOf(base)} is in no git repository: what is built from its files must not change until the end`);
    return undefined;
  });
}

async function armsIn(
  repository: Repository | undefined,
  named: Readonly<Record<ArmName, ArmSpec>>,
  excluded: readonly string[],
  mistakes: string[],
): Promise<Record<ArmName, GateArm>> {
  const now = repository && (await stateOfWorkingTree(repository, excluded));
  const inState = async (flag: ArmName): Promise<GateArm> => {
    const arm = named[flag];
    if (!repository || arm.ref === undefined) return { ...arm, state: now };
    const state = await stateOf(repository, arm.ref);
    if (!state)
      mistakes.push(
        `--${flag}: ${JSON.stringify(arm.ref)} names no commit of ${repository.root} (a state is ${armForms})`,
      );
    return { ...arm, state };
  };
  return { baseline: await inState('baseline'), candidate: await inState('candidate') };
}

/** What an arm sets, as text; what is wrong with it goes into the list. */
async function topologyOf(
  { file, overrides }: GateSource,
  { overrides: own, variant }: ArmSpec,
  mistakes: string[],
  caller: Caller,
): Promise<string> {
  try {
    const { scenario } = await readScenario(file, [...overrides, ...own], caller, variant);
    return sortedText({ topology: scenario.topology, faults: scenario.faults ?? [] });
  } catch (error) {
    if (!(error instanceof RampartError)) throw error;
    mistakes.push(error.message);
    return '';
  }
}

async function builtId(repository: Repository | undefined, { state }: GateArm, built: string): Promise<string> {
  return repository && state ? await idOf(repository, state, built) : '';
}

function composeOf({ topology }: Scenario): string {
  return isComposed(topology) ? topology.compose : '';
}

function filesOf({ topology }: Scenario): string[] {
  return isComposed(topology) ? filesAtBuilds(topology) : [];
}

function recordOf({ name, state }: GateArm): ArmState {
  return { name, commit: state?.commit, tree: state?.tree };
}

function ofArm(error: unknown, name: string, arm: ArmState): RampartError {
  const { code, hint, exitCode } = error instanceof RampartError ? error : usageError('arm-unfit', messageOf(error));
  return new RampartError({
    code,
    hint,
    exitCode,
    message: `${name}, ${describeState(arm)}: ${messageOf(error)}`,
    cause: error,
  });
}
