/** The two arms of a gate: the scenario twice, with the compose file as it stands in each state of its repository. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readText } from '../host/files.ts';
import { messageOf, RampartError, usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Override } from '../scenario/load-scenario.ts';
import {
  builtFolder,
  exportState,
  type GitState,
  idOf,
  pathInState,
  type Repository,
  stateOf,
  stateOfWorkingTree,
} from '../topology/git-trees.ts';
import type { CommandContext } from './context.ts';
import { readScenario } from './read-scenario.ts';
import { digestOf, sortedKeys, type Variant } from './read-variants.ts';
import { namedFiles } from './scenario-files.ts';

/** What is gated: the scenario's file and flags, the scenario as it stands, and the repository that its compose file is in. */
export interface GateSource {
  readonly file: string;
  readonly overrides: readonly Override[];
  readonly base: Scenario;
  readonly repository: Repository;
}

/** The states of the arms, and the folder that services are built from. */
export interface GateStates {
  readonly baseline: GitState;
  readonly candidate: GitState;
  readonly built: string;
  /** Nothing differs in what is built. */
  readonly isSame: boolean;
}

/**
 * The states that the flags name; what names none goes into the list. Without `candidate` it is the working tree but for `runs` folders;
 * without `baseline` the candidate is both.
 */
export async function statesOf(
  { base, repository }: Pick<GateSource, 'base' | 'repository'>,
  asked: { readonly baseline: string | undefined; readonly candidate: string | undefined; readonly out: string },
  { cwd }: CommandContext,
): Promise<GateStates> {
  const mistakes: string[] = [];
  const named = async (flag: string, name: string) => {
    const state = await stateOf(repository, name);
    if (!state) {
      const example = `example: --${flag} main`;
      mistakes.push(`--${flag}: ${JSON.stringify(name)} names no commit of ${repository.root} (${example})`);
    }
    return state;
  };
  const baseline = asked.baseline === undefined ? undefined : await named('baseline', asked.baseline);
  const candidate = asked.candidate === undefined ? undefined : await named('candidate', asked.candidate);
  if (mistakes.length > 0) throw usageError('unknown-state', mistakes.join('\n'));
  const other = candidate ?? (await stateOfWorkingTree(repository, [asked.out, join(cwd, 'runs')]));
  const compose = base.topology.engine === 'external' ? '' : base.topology.compose;
  const hasOverlays = base.topology.engine !== 'external' && (base.topology.overlays ?? []).length > 0;
  const built = hasOverlays ? '.' : await builtFolder(repository, compose);
  if (!baseline) return { baseline: other, candidate: other, built, isSame: false };
  const isSame = (await idOf(repository, baseline, built)) === (await idOf(repository, other, built));
  return { baseline, candidate: other, built, isSame };
}

/** One arm ready to run; usage error when its compose file does not fit the scenario. */
export async function readArm(
  source: GateSource,
  name: 'baseline' | 'candidate',
  states: GateStates,
  context: CommandContext,
): Promise<Variant> {
  const { file, base, overrides, repository } = source;
  const state = states[name];
  const folder = await exportState(repository, state, name);
  const moved = await movedFiles(source, folder, `${name} ${state.name}`);
  const read = await readScenario(file, [...overrides, ...moved], context).catch((error: unknown) => {
    throw ofArm(error, name, state);
  });
  const hash = createHash('sha256').update(await digestOf(base));
  const digest = hash
    .update(await idOf(repository, state, states.built))
    .digest('hex')
    .slice(0, 16);
  return { name, title: name, settings: { state: describeState(state) }, read, digest };
}

async function movedFiles({ base, repository }: GateSource, folder: string, flag: string): Promise<Override[]> {
  if (base.topology.engine === 'external') return [];
  const { compose, overlays = [] } = base.topology;
  const files = [
    { path: ['topology', 'compose'], file: compose },
    ...overlays.map((overlay, index) => ({ path: ['topology', 'overlays', index], file: overlay })),
  ];
  return await Promise.all(
    files.map(async ({ path, file }) => ({ flag, path, value: (await pathInState(repository, folder, file)) ?? file })),
  );
}

/** Of what a scenario loads and how, and not of what is built nor of where its repository lies. */
export async function scenarioDigest({ base, repository }: Pick<GateSource, 'base' | 'repository'>): Promise<string> {
  const { load, target, topology, observe, validity } = base;
  const text = JSON.stringify({ load, target, topology, observe, validity }, sortedKeys);
  const hash = createHash('sha256').update(text.replaceAll(repository.root, ''));
  for (const { file } of namedFiles(base, '/').filter(({ key }) => key[0] === 'load'))
    hash.update(await readText(file).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

/** `v1.4 (3f9c2ab)`. */
export function describeState({ name, commit }: GitState): string {
  const short = commit?.slice(0, 7);
  return short === undefined || short === name ? name : `${name} (${short})`;
}

function ofArm(error: unknown, name: string, state: GitState): RampartError {
  const { code, hint, exitCode } = error instanceof RampartError ? error : usageError('arm-unfit', messageOf(error));
  return new RampartError({
    code,
    hint,
    exitCode,
    message: `${name}, ${describeState(state)}: ${messageOf(error)}`,
    cause: error,
  });
}
