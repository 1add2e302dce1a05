/** The states of a repository that the variants of a scenario are taken from. */

import { join } from 'node:path';
import type { Caller } from '../model/host.ts';
import { isComposed } from '../model/topology-spec.ts';
import type { ReadScenario } from '../runs/read-scenario.ts';
import { filesAtBuilds } from '../topology/compose-file/sources.ts';
import type { ArmFiles } from './freeze-arm.ts';
import {
  builtFolder,
  type GitState,
  openRepository,
  type Repository,
  stateOf,
  stateOfWorkingTree,
} from './git-trees.ts';

/** The state of each variant, in a repository that is to be closed. */
interface VariantStates {
  readonly repository: Repository;
  of(variant: string): ArmFiles | undefined;
}

/** The states that variants are taken from; undefined where none names one, and all are made of the files as they are; usage error for names of nothing. */
export async function variantStates(
  { scenario, refuse }: ReadScenario,
  out: string | undefined,
  { env, signal, cwd }: Caller,
): Promise<VariantStates | undefined> {
  const { topology } = scenario;
  const variants = Object.entries(scenario.variants ?? {});
  if (!isComposed(topology) || !variants.some(([, { git }]) => git !== undefined)) return undefined;
  const repository = await openRepository(topology.compose, { env, signal });
  try {
    const now = await stateOfWorkingTree(repository, [join(cwd, 'runs'), ...(out === undefined ? [] : [out])]);
    const states = new Map<string, GitState>();
    for (const [name, { git }] of variants) {
      const state = git === undefined ? now : await stateOf(repository, git);
      if (state) states.set(name, state);
    }
    const unknown = variants.flatMap(([name, { git }]) => {
      const message = `must name a branch, tag or commit of ${repository.root}, got ${JSON.stringify(git)} (example: main)`;
      return states.has(name) ? [] : [{ path: ['variants', name, 'git'], message }];
    });
    if (unknown.length > 0) throw refuse(unknown);
    const hasOverlays = [topology, ...variants.map(([, settings]) => settings)].some(({ overlays }) => overlays);
    const built = hasOverlays ? '.' : await builtFolder(repository, filesAtBuilds(topology));
    return {
      repository,
      of: (variant) => {
        const state = states.get(variant);
        return state && { repository, state, built };
      },
    };
  } catch (error) {
    await repository.close();
    throw error;
  }
}
