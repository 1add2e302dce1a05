/** A compose file on disk to its services: the file, the `.env` beside it, and the user's environment. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../model/errors.ts';
import { type ComposeDocument, parseComposeDocument } from './compose-document.ts';
import { child, type Field, fail, readMap } from './compose-fields.ts';
import { type ComposeService, readService } from './compose-service.ts';
import { parseEnvFile } from './env-file.ts';
import type { Lookup } from './interpolate.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The services of a compose file and what to tell the user about it. */
export interface ComposeFile {
  readonly path: string;
  /** Services in file order, those behind a profile included. */
  readonly services: readonly ComposeService[];
  /** Top-level keys that change what runs but are not followed here: `include`. */
  readonly notFollowed: readonly string[];
  readonly warnings: readonly string[];
}

/** What a scenario or a new project can say about one service. */
export interface ServiceOutline {
  readonly name: string;
  readonly containerPorts: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly hasBuild: boolean;
  /** Not started unless a profile asks for it; rampart asks for none. */
  readonly isOptional: boolean;
}

/** A compose file as read from disk, so that it can be resolved once per replica without reading it again. */
export interface ComposeSource {
  readonly path: string;
  readonly text: string;
  readonly dotEnv: string;
}

/** Reads a compose file and the `.env` beside it; usageError when there is no such file. */
export async function readComposeSource(path: string): Promise<ComposeSource> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(
      'compose-missing',
      `cannot read the compose file ${displayPath(path)}: ${messageOf(error)}`,
      'name an existing file, relative to the scenario (example: topology: { compose: ../compose/compose.yaml })',
    );
  });
  const dotEnv = await readFile(join(dirname(path), '.env'), 'utf8').catch(() => '');
  return { path, text, dotEnv };
}

/** The names under `services:`, read without resolving any variable; empty when the file makes no sense. */
export function serviceNames(source: ComposeSource): readonly string[] {
  const { root } = parseComposeDocument(source.text, displayPath(source.path), () => '');
  const { services } = (root ?? {}) as { services?: unknown };
  return typeof services === 'object' && services !== null ? Object.keys(services) : [];
}

/** Resolves a compose file with the given variables, which win over those of `.env`; usageError with every mistake and its place. */
export function parseComposeFile(source: ComposeSource, env: Env): ComposeFile {
  const outer: Lookup = (name) => env[name];
  const dotEnv = parseEnvFile(source.dotEnv, outer);
  const document = parseComposeDocument(source.text, displayPath(source.path), (name) => env[name] ?? dotEnv.get(name));
  const top: Field = { document, path: [] };
  const { services: raw, include } = readMap(document.root, top);
  const servicesField = child(top, 'services');
  const services = Object.entries(readMap(raw, servicesField)).map(([name, value]) =>
    readService(name, value, child(servicesField, name)),
  );
  const notFollowed = include === undefined ? [] : ['include'];
  if (notFollowed.length === 0) checkDependencies(services, servicesField);
  if (services.length === 0 && notFollowed.length === 0) fail(servicesField, 'must name at least one service');
  document.throwIfWrong();
  return { path: source.path, services, notFollowed, warnings: unsetWarnings(source.path, document) };
}

/** Names, ports and labels of the services of a compose file; usageError as of `readComposeSource` and `parseComposeFile`. */
export async function readComposeServices(path: string, env: Env): Promise<readonly ServiceOutline[]> {
  const { services } = parseComposeFile(await readComposeSource(path), env);
  return services.map((service) => ({
    name: service.name,
    containerPorts: service.containerPorts,
    labels: service.labels,
    hasBuild: service.build !== undefined,
    isOptional: service.profiles.length > 0,
  }));
}

/** The variables a service starts with: its env files, then `environment`, passed-through names from `env`; usageError when a file is missing. */
export async function serviceEnvironment(
  service: ComposeService,
  file: string,
  env: Env,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path, required } of service.envFiles) {
    const absolute = resolve(dirname(file), path);
    const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
      if (!required) return '';
      throw usageError(
        'env-file-missing',
        `${displayPath(file)} services.${service.name}.env_file ${messageOf(error)}`,
      );
    });
    for (const [name, value] of parseEnvFile(text, (outer) => env[outer])) found[name] = value;
  }
  for (const [name, value] of service.environment) {
    const resolved = value ?? env[name];
    if (resolved !== undefined) found[name] = resolved;
  }
  return found;
}

/** Rejects a scenario that names services which the compose file does not have; `asked` is a scenario key such as `scale` to service names. */
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

/** The path as the user is most likely to know it: relative to where they are, unless it lies elsewhere. */
function displayPath(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}

function checkDependencies(services: readonly ComposeService[], field: Field): void {
  const names = new Set(services.map((service) => service.name));
  for (const service of services) {
    for (const { service: wanted } of service.dependsOn) {
      if (names.has(wanted)) continue;
      fail(child(child(field, service.name), 'depends_on'), `names "${wanted}", which is no service of this file`);
    }
  }
}

function unsetWarnings(path: string, document: ComposeDocument): string[] {
  return document.unset.map((name) => `${displayPath(path)}: variable ${name} is not set and became empty`);
}
