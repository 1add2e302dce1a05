/** A scenario file and the compose file it names, read and held against each other. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { readTextIfAny } from '../host/files.ts';
import { type RampartError, usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { samplers } from '../registry.ts';
import { type LoadedScenario, loadScenario, type Mistake, type Override } from '../scenario/load-scenario.ts';
import { readComposeServices } from '../topology/compose-file.ts';
import type { CommandContext } from './context.ts';

/** A checked scenario whose paths are absolute, and its text for the run directory. */
export interface ReadScenario {
  readonly scenario: Scenario;
  readonly text: string;
}

/** Reads and checks everything that can be checked before anything is started; throws a usage error with all mistakes. */
export async function readScenario(
  file: string,
  overrides: readonly Override[],
  context: CommandContext,
): Promise<ReadScenario> {
  const path = resolve(context.cwd, file);
  const text = await readTextIfAny(path);
  if (text === undefined) {
    throw usageError(
      'scenario-missing',
      `${file}: there is no such scenario file`,
      'rampart init writes one for your compose file; scenarios/ holds examples.',
    );
  }
  const absolute = (value: string) => (isAbsolute(value) ? value : resolve(dirname(path), value));
  const loaded = loadScenario({ file, text, overrides, samplers });
  const { topology } = loaded.scenario;
  if (topology.engine === 'external') return { scenario: loaded.scenario, text: loaded.text };
  const compose = absolute(topology.compose);
  await checkServices(loaded, compose, context);
  const withPath = loadScenario({
    file,
    text,
    overrides: [...overrides, { flag: file, path: ['topology', 'compose'], value: compose }],
    samplers,
  });
  return { scenario: withPath.scenario, text: withPath.text };
}

async function checkServices(loaded: LoadedScenario, compose: string, context: CommandContext): Promise<void> {
  const { topology, target } = loaded.scenario;
  if (topology.engine === 'external') return;
  const services = await readComposeServices(compose, context.env).catch((error: RampartError) => {
    throw error.code === 'compose-missing'
      ? loaded.refuse([{ path: ['topology', 'compose'], message: `names a file that is not there: ${compose}` }])
      : error;
  });
  const names = services.map((service) => service.name);
  const known = `services: ${names.join(', ')}`;
  const unknown = (path: Mistake['path'], name: string): Mistake[] =>
    names.includes(name) ? [] : [{ path, message: `is not a service of ${compose}, got "${name}" (${known})` }];
  const mistakes = [
    ...('service' in target ? unknown(['target', 'service'], target.service) : []),
    ...Object.keys(topology.scale).flatMap((name) => unknown(['topology', 'scale', name], name)),
    ...Object.keys(topology.env).flatMap((name) => unknown(['topology', 'env', name], name)),
  ];
  if (mistakes.length > 0) throw loaded.refuse(mistakes);
}
