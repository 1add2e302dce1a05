/** The compose files of a project to its services: all its files, its variables, and the profiles that are asked for. */
import { join, resolve } from 'node:path';
import { messageOf, usageError } from '../../model/errors.ts';
import { checkReferences, checkServices } from './checks.ts';
import { type ComposeDocument, composeDocument } from './document.ts';
import { parseEnvFile, parseRawEnvFile } from './env-file.ts';
import { child, type Field, fail, readMap, warn } from './fields.ts';
import type { Lookup } from './interpolate.ts';
import { loadComposeModel, type ReadFile } from './model.ts';
import { composeNotes, displayPath } from './notes.ts';
import { type ComposeService, readService } from './service.ts';
import { type ComposeFiles, type ComposeSource, filesOfVariable, readComposeSource } from './sources.ts';
import { projectVariables } from './variables.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The services of a compose project and what to tell the user about it. */
export interface ComposeFile {
  /** The first of its files. */
  readonly path: string;
  /** Absolute paths of all files that were read, those that are included or extended among them. */
  readonly files: readonly string[];
  /** Services in file order, those behind a profile included. */
  readonly services: readonly ComposeService[];
  /** The services that start: those without a profile, and those behind one that is asked for. */
  readonly active: readonly ComposeService[];
  readonly warnings: readonly string[];
  /** All that is written, also what has no field in a service. */
  readonly document: ComposeDocument;
  /** What the project's variables hold, and its files; for `env_file`. */
  readonly lookup: Lookup;
  readonly read: ReadFile;
}

const topKeys = ['version', 'name', 'services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

/** What a scenario or a new project can say about one service. */
export interface ServiceOutline {
  readonly name: string;
  readonly containerPorts: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly hasBuild: boolean;
  /** Not started, because no profile that it is behind is asked for. */
  readonly isOptional: boolean;
}

/** The names under `services:`, whatever the variables hold; empty when the files make no sense. */
export function serviceNames(source: ComposeSource, env: Env): readonly string[] {
  const notes = composeNotes();
  try {
    const lookup = projectVariables(source, env, notes);
    const placed = loadComposeModel({ ...source, lookup: (name) => lookup(name) ?? 'x', notes });
    const { services } = composeDocument(placed, notes).root as { services?: unknown };
    return typeof services === 'object' && services !== null ? Object.keys(services) : [];
  } catch {
    return [];
  }
}

/**
 * Resolves a project with the given variables, which win over those of `.env`. The profiles are those given, else those of
 * COMPOSE_PROFILES. usageError with every mistake and its place.
 */
export function parseComposeFile(source: ComposeSource, env: Env, profiles?: readonly string[]): ComposeFile {
  const notes = composeNotes();
  const lookup = projectVariables(source, env, notes);
  const document = composeDocument(loadComposeModel({ ...source, lookup, notes }), notes);
  const top: Field = { document, path: [] };
  const { services: raw } = readMap(document.root, top);
  const servicesField = child(top, 'services');
  for (const key of Object.keys(readMap(document.root, top))) {
    if (!topKeys.includes(key) && !key.startsWith('x-')) warn(child(top, key), 'is no key that rampart knows');
  }
  const services = Object.entries(readMap(raw, servicesField)).map(([name, value]) =>
    readService(name, value, child(servicesField, name)),
  );
  if (services.length === 0) fail(servicesField, 'must name at least one service');
  const asked = profiles ?? (lookup('COMPOSE_PROFILES') ?? '').split(',').map((profile) => profile.trim());
  const active = services.filter((service) => isAsked(service, asked));
  checkServices(services, active, servicesField);
  checkReferences(active, top);
  notes.throwIfWrong();
  const warnings = [...notes.warnings, ...otherFiles(source, lookup)];
  const files = [...notes.files];
  return { path: source.path, files, services, active, warnings, document, lookup, read: source.read };
}

/**
 * Absolute paths of all files that say what a project's services are: included and extended ones, and those of variables; usageError as of
 * `parseComposeFile`.
 */
export function filesBehind(files: ComposeFiles, env: Env, profiles?: readonly string[]): string[] {
  const source = readComposeSource(files);
  const file = parseComposeFile(source, env, profiles);
  const ofVariables = file.active.flatMap(({ envFiles }) => envFiles.map(({ path }) => path));
  return [...new Set([...file.files, join(source.folder, '.env'), ...ofVariables])];
}

/** Names, ports and labels of the services of a compose project; usageError as of `readComposeSource` and `parseComposeFile`. */
export async function readComposeServices(
  files: ComposeFiles,
  env: Env,
  profiles?: readonly string[],
): Promise<readonly ServiceOutline[]> {
  const { services, active } = parseComposeFile(readComposeSource(files), env, profiles);
  return services.map((service) => ({
    name: service.name,
    containerPorts: service.containerPorts,
    labels: service.labels,
    hasBuild: service.build !== undefined,
    isOptional: !active.includes(service),
  }));
}

/** What a service starts with, and variables of its env files that were not set. */
export interface ServiceEnvironment {
  readonly variables: Record<string, string>;
  readonly warnings: readonly string[];
}

/** The variables of a service: its env files, then `environment`; usageError when a file is missing or makes no sense. */
export function serviceEnvironment(service: ComposeService, { path, lookup, read }: ComposeFile): ServiceEnvironment {
  const found = new Map<string, string>();
  const warnings: string[] = [];
  const mistakes: string[] = [];
  for (const { path: named, required, format } of service.envFiles) {
    const shown = displayPath(resolve(named));
    const text = readEnvFile(named, required, `${displayPath(path)} services.${service.name}.env_file`, {
      read,
      mistakes,
    });
    const outer: Lookup = (name) => found.get(name) ?? lookup(name);
    const parsed = format === 'raw' ? parseRawEnvFile(text, outer) : parseEnvFile(text, outer);
    for (const { line, message } of parsed.mistakes) mistakes.push(`${shown}:${line} ${message}`);
    for (const name of parsed.unset) warnings.push(`${shown}: variable ${name} is not set and became empty`);
    for (const [name, value] of parsed.variables) found.set(name, value);
  }
  if (mistakes.length > 0) throw usageError('env-file-invalid', mistakes.join('\n'));
  for (const [name, value] of service.environment) {
    const resolved = value ?? lookup(name);
    // Passed through from outside, where it is not set: then it is not set inside either.
    if (resolved === undefined) found.delete(name);
    else found.set(name, resolved);
  }
  return { variables: Object.fromEntries(found), warnings };
}

/** All that is to be told of a project whose services start; usageError when one of their env files is missing or makes no sense. */
export function projectWarnings(file: ComposeFile): string[] {
  const said = file.active.flatMap((service) => serviceEnvironment(service, file).warnings);
  return [...new Set([...file.warnings, ...said])];
}

function readEnvFile(
  file: string,
  required: boolean,
  where: string,
  { read, mistakes }: { read: ReadFile; mistakes: string[] },
): string {
  try {
    const text = read(file);
    if (text === undefined && required) mistakes.push(`${where} names a file that is not there: ${displayPath(file)}`);
    return text ?? '';
  } catch (error) {
    mistakes.push(`${where} names a file that cannot be read: ${messageOf(error)}`);
    return '';
  }
}

/**
 * Rejects a scenario that names services which the compose file does not have; `asked` is a scenario key such as `scale` to service names.
 */
export function checkServiceNames(
  file: string,
  names: readonly string[],
  asked: Readonly<Record<string, readonly string[]>>,
): void {
  const wrong = Object.entries(asked).flatMap(([key, services]) =>
    services
      .filter((service) => !names.includes(service))
      .map(
        (service) => `topology.${key}.${service} is no service of ${displayPath(file)} (it has: ${names.join(', ')})`,
      ),
  );
  if (wrong.length > 0) throw usageError('unknown-service', wrong.join('\n'));
}

/** A scenario names its files, as `docker compose --file` does, and so COMPOSE_FILE has no say; a user may not know. */
function otherFiles({ folder, files }: ComposeSource, lookup: Lookup): string[] {
  const named = filesOfVariable(lookup, folder);
  if (!named || named.join() === files.join()) return [];
  const shown = (paths: readonly string[]) => paths.map(displayPath).join(', ');
  return [
    `COMPOSE_FILE names ${shown(named)} and is not followed, because the scenario names ${shown(files)}; a list under topology.compose is read whole`,
  ];
}

function isAsked({ profiles }: ComposeService, asked: readonly string[]): boolean {
  return profiles.length === 0 || profiles.some((profile) => asked.includes(profile) || asked.includes('*'));
}
