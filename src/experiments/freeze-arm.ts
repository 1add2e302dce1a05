/** What arms are made of, held still while they run: files as a state of their repository has them, images by their id. */
import { createHash } from 'node:crypto';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { isComposed, isExternal } from '../model/topology-spec.ts';
import { digestOf } from '../runs/digest.ts';
import { readScenario } from '../runs/read-scenario.ts';
import type { Override } from '../scenario/load-scenario.ts';
import { composeFilesOf, serviceFoldersOf } from '../scenario/named-files.ts';
import { exactToolchain } from '../topology/go-build/go-build.ts';
import type { Arm, ArmSpec, ScenarioSource } from './arm.ts';
import { exportState, type GitState, idOf, pathInState, type Repository } from './git-trees.ts';
import { localImageIds } from './local-images.ts';

/** The state that an arm is built from, and the folder of the repository whose content matters. */
export interface ArmFiles {
  readonly repository: Repository;
  readonly state: GitState;
  readonly built: string;
}

/** Checks an arm and freezes it, without `files` from the files as they are; usage error with all that is wrong with it. */
export async function freezeArm(
  { file, overrides }: ScenarioSource,
  { variant, overrides: own }: ArmSpec,
  files: ArmFiles | undefined,
  caller: Caller,
): Promise<Pick<Arm, 'read' | 'digest'>> {
  const given = [...overrides, ...own];
  const plain = await readScenario(file, given, caller, variant);
  const exact = [...(await imagesById(plain.scenario, caller)), ...(await toolchainsByPatch(plain.scenario, caller))];
  const pinned = [...given, ...exact];
  const still = exact.length === 0 ? plain : await readScenario(file, pinned, caller, variant);
  const digest = await digestOf(still.scenario, caller);
  if (!files) return { read: still, digest };
  const { repository, state, built } = files;
  // Named after its content: arms of the same files are built in the same place, into the same binaries.
  const folder = await exportState(repository, state, state.tree);
  const moved = await movedFiles(still.scenario, files, folder);
  const hash = createHash('sha256').update(digest);
  hash.update(await idOf(repository, state, built));
  return {
    read: await readScenario(file, [...pinned, ...moved], caller, variant),
    digest: hash.digest('hex').slice(0, 16),
  };
}

async function movedFiles(
  { topology }: Scenario,
  { repository, state }: ArmFiles,
  folder: string,
): Promise<Override[]> {
  if (!isComposed(topology)) return [];
  return await Promise.all(
    [...composeFilesOf(topology), ...serviceFoldersOf(topology)].map(async ({ key, file }) => ({
      flag: state.name,
      path: key,
      value: (await pathInState(repository, folder, file)) ?? file,
    })),
  );
}

/** A tag may be given to another image while the rounds last. */
async function imagesById({ topology }: Scenario, { env }: Caller): Promise<Override[]> {
  if (isOnCluster(topology)) return [];
  const images = isExternal(topology) ? {} : (topology.images ?? {});
  const ids = await localImageIds(Object.values(images), env);
  return Object.entries(images).flatMap(([service, image]) => {
    const id = ids.get(image);
    return id === undefined ? [] : [{ flag: image, path: ['topology', 'images', service], value: id }];
  });
}

/** Its nodes have images of their own, and an id of this machine's engine names none of them. */
function isOnCluster({ engine }: Scenario['topology']): boolean {
  return engine === 'kubernetes';
}

/** A newer patch may come out while the rounds last. */
async function toolchainsByPatch({ topology }: Scenario, { env, signal }: Caller): Promise<Override[]> {
  if (isExternal(topology)) return [];
  const { go } = topology;
  const services = Object.entries(go?.services ?? {}).map(([name, own]) => ({ at: ['services', name], own }));
  const open = [{ at: [], own: go }, ...services].flatMap(({ at, own }) =>
    own?.toolchain?.endsWith('.x') ? [{ path: ['topology', 'go', ...at, 'toolchain'], name: own.toolchain }] : [],
  );
  const options = { env, overrides: {}, signal };
  return await Promise.all(
    open.map(async ({ path, name }) => ({
      flag: name,
      path,
      value: await exactToolchain(name, options),
    })),
  );
}
