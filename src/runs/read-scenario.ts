/** A scenario file and the files it names, read and held against each other. */
import { dirname, resolve } from 'node:path';
import { type RampartError, usageError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import { isExternal, type Scenario, type TopologySettings } from '../model/scenario.ts';
import { known } from '../registry.ts';
import { type LoadedScenario, loadScenario, type Mistake, type Override } from '../scenario/load-scenario.ts';
import { readComposeServices } from '../topology/compose-file/compose-file.ts';
import { checkPgoFiles } from './pgo-files.ts';
import { readInput } from './read-input.ts';
import { checkComposeFiles, checkRequests, checkTls } from './scenario-files.ts';

/** The text of a scenario file, read once: everything that is made of it is made of the same text. */
export interface ScenarioFile {
  /** As the user named it, for messages. */
  readonly file: string;
  /** What its paths count from. */
  readonly folder: string;
  readonly text: string;
}

/** A checked scenario whose paths are absolute, and its text for the run directory. */
export type ReadScenario = LoadedScenario;

/** Reads the text of a scenario; usage error when there is none. */
export async function openScenario(file: string, { cwd }: Pick<Caller, 'cwd'>): Promise<ScenarioFile> {
  const path = resolve(cwd, file);
  const text = await readInput(path, file);
  if (text === undefined) {
    throw usageError(
      'scenario-missing',
      `${file}: there is no such scenario file`,
      'rampart init writes one for your compose file; scenarios/ holds examples.',
    );
  }
  return { file, folder: dirname(path), text };
}

/** Checks everything that can be checked before anything is started; throws a usage error with all mistakes. */
export async function readScenario(
  file: ScenarioFile,
  overrides: readonly Override[],
  caller: Pick<Caller, 'env'>,
  variant?: string,
): Promise<ReadScenario> {
  const loaded = loadScenario({ ...file, overrides, known, variant });
  const { scenario } = loaded;
  const mistakes = [
    ...(await checkServices(scenario, caller)),
    ...(await checkComposeFiles(scenario)),
    ...(await checkTls(scenario)),
    ...(await checkPgoFiles(scenario)),
    ...(await checkRequests(scenario)),
  ];
  if (mistakes.length > 0) throw loaded.refuse(mistakes);
  return loaded;
}

async function checkServices(
  { topology, target, variants }: Scenario,
  caller: Pick<Caller, 'env'>,
): Promise<Mistake[]> {
  if (isExternal(topology)) return [];
  const { compose } = topology;
  const services = await readComposeServices(topology, caller.env, topology.profiles).catch((error: RampartError) => {
    if (error.code === 'compose-missing') return undefined;
    throw error;
  });
  if (!services) return [];
  // A variant's overlay may add services; then the engine that reads all files tells the unknown ones.
  const unknownTo =
    (overlays?: TopologySettings['overlays']) =>
    (path: Mistake['path'], name: string): Mistake[] => {
      const service = services.find((each) => each.name === name);
      if (overlays) return [];
      if (service?.isOptional)
        return [{ path, message: `names ${name}, which is behind a profile: name it under topology.profiles` }];
      if (service?.hasBuild === false && path.includes('buildArgs'))
        return [{ path, message: `has nothing to give them to: ${compose} has no build for ${name}` }];
      if (service) return [];
      const known = services.map((each) => each.name).join(', ');
      return [{ path, message: `is not a service of ${compose}, got "${name}" (services: ${known})` }];
    };
  const unknown = unknownTo();
  return [
    ...('service' in target ? unknown(['target', 'service'], target.service) : []),
    ...unknownIn(['topology'], topology, unknown),
    ...Object.entries(variants ?? {}).flatMap(([name, settings]) =>
      unknownIn(['variants', name], settings, unknownTo(settings.overlays)),
    ),
  ];
}

function unknownIn(
  path: readonly string[],
  settings: TopologySettings,
  unknown: (path: Mistake['path'], name: string) => Mistake[],
): Mistake[] {
  const maps = (['scale', 'env', 'images', 'limits', 'buildArgs'] as const).map((key) => ({
    at: [key],
    map: settings[key],
  }));
  return [...maps, { at: ['go', 'services'], map: settings.go?.services }].flatMap(({ at, map = {} }) =>
    Object.keys(map).flatMap((name) => unknown([...path, ...at, name], name)),
  );
}
