/** A scenario file and the files it names, read and held against each other. */
import { dirname, resolve } from 'node:path';
import { type Lookup, systemLookup } from '../host/addresses.ts';
import { allowedByName } from '../host/allowed-hosts.ts';
import { isLoopback } from '../host/loopback.ts';
import { addressMistake, hostOf, withoutCredentials } from '../host/user-url.ts';
import { type RampartError, usageError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { isComposed, type TopologySettings } from '../model/topology-spec.ts';
import { known } from '../registry.ts';
import { urlsBeside } from '../scenario/cross-checks.ts';
import { type LoadedScenario, loadScenario, type Mistake, type Override } from '../scenario/load-scenario.ts';
import type { ValueSources } from '../scenario/references.ts';
import { readComposeServices } from '../topology/compose-file/compose-file.ts';
import { composeSecrets } from './compose-secrets.ts';
import { checkPgoFiles } from './pgo-files.ts';
import { readInput } from './read-input.ts';
import { withRecordedRates } from './recorded-steps.ts';
import { checkComposeFiles, checkRequests, checkTls } from './scenario-files.ts';
import { scenarioValues } from './scenario-values.ts';
import { shippedScenario, shippedScenarios } from './shipped-scenarios.ts';
import { unsoughtWarnings } from './unsought-secrets.ts';

/** The text of a scenario file, read once: everything that is made of it is made of the same text. */
export interface ScenarioFile {
  /** As the user named it, for messages. */
  readonly file: string;
  /** What its paths count from. */
  readonly folder: string;
  readonly text: string;
  /** Of what was read before. */
  readonly values?: ValueSources | undefined;
}

/** A checked scenario whose paths are absolute, and its text for the run directory. */
export type ReadScenario = LoadedScenario;

/** Reads the text of a scenario, which is a file, or else the name of one that comes with rampart; usage error when it is neither. */
export async function openScenario(file: string, { cwd }: Pick<Caller, 'cwd'>): Promise<ScenarioFile> {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(file)) throw noFile(file);
  for (const path of [resolve(cwd, file), shippedScenario(file)]) {
    const text = path === undefined ? undefined : await readInput(path, file);
    if (path !== undefined && text !== undefined) return { file, folder: dirname(path), text };
  }
  throw usageError(
    'scenario-missing',
    `${file}: there is no such scenario file`,
    /^[\w.-]*:\d+(\/|$)/.test(file)
      ? `Did you mean http://${file.replace(/^:/, '127.0.0.1:')}?`
      : `rampart init writes one for your service. By name there are ${(await shippedScenarios()).join(', ')}: rampart run quickstart.`,
  );
}

/** The usage error of a URL where only a scenario will do. */
function noFile(url: string): RampartError {
  return usageError(
    'scenario-missing',
    `${withoutCredentials(url)}: a URL is no scenario file, and of a URL nothing is started that could be varied or built`,
    'rampart run URL loads what already runs there, and rampart capacity URL says how much it holds; run URL --print-scenario makes a file.',
  );
}

/** Who reads a scenario: where its variables come from, and what is to know its secrets. */
type Reader = Pick<Caller, 'env' | 'secrets' | 'log'>;

/** Asks nobody for the address of a host; a run asks. */
export const asksNobody = (): Promise<never> => Promise.reject(new Error('not asked'));

/** Checks everything that can be checked before anything is started; throws a usage error with all mistakes. */
export async function readScenario(
  file: ScenarioFile,
  overrides: readonly Override[],
  caller: Reader & { readonly lookup?: Lookup },
  variant?: string,
): Promise<ReadScenario> {
  const values = file.values ?? (await scenarioValues(file, overrides, caller.env));
  const loaded = loadScenario({ ...file, overrides, known, variant, values });
  const { scenario } = loaded;
  for (const warning of unsoughtWarnings(caller.secrets.learn(loaded.secrets))) caller.log.warn(warning);
  caller.secrets.learn(composeSecrets(scenario, caller.env));
  const recorded = await withRecordedRates(scenario);
  const mistakes = [
    ...recorded.mistakes,
    ...(await checkServices(scenario, caller)),
    ...(await checkHosts(scenario, caller.lookup)),
    ...(await checkComposeFiles(scenario)),
    ...(await checkTls(scenario)),
    ...(await checkPgoFiles(scenario)),
    ...(await checkRequests(scenario, (found) => caller.secrets.learn(found))),
  ];
  if (mistakes.length > 0) throw loaded.refuse(mistakes);
  return { ...loaded, scenario: recorded.scenario };
}

/**
 * The mistakes of hosts that are allowed only as far as their addresses are, and have others. One that nobody answers is left to the run: it
 * may be known where that is.
 */
async function checkHosts({ target, topology }: Scenario, lookup: Lookup = systemLookup): Promise<Mistake[]> {
  const { allow = [] } = target;
  const mistakes: Mistake[] = [];
  for (const { path, url } of [
    ...('url' in target ? [{ path: ['target', 'url'], url: target.url }] : []),
    ...urlsBeside(topology),
  ]) {
    const host = hostOf(url);
    if (!isLoopback(host) && allowedByName(host, allow)) continue;
    const addresses = await lookup(host).catch(() => []);
    const message = addressMistake(host, addresses, allow);
    if (message !== undefined) mistakes.push({ path, message });
  }
  return mistakes;
}

async function checkServices(
  { topology, target, variants }: Scenario,
  caller: Pick<Caller, 'env'>,
): Promise<Mistake[]> {
  if (!isComposed(topology)) return [];
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
