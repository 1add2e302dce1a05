/** The door to the Docker engine: which one the user's environment points at, and whether it answers. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { environmentError, messageOf, type RampartError } from '../model/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the engine listens: the address as Docker writes it (`unix:///var/run/docker.sock`), and a folder with TLS files if any. */
export interface DockerEndpoint {
  readonly host: string;
  readonly tlsDir?: string | undefined;
}

/** What an engine that answered says about itself; `arch` is a GOARCH, such as `amd64`. */
export interface DockerFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly arch: string;
}

/** The engine that the docker CLI would use: DOCKER_HOST, then DOCKER_CONTEXT, then the current context of its configuration, then the default socket. */
export function dockerEndpoint(env: Env): DockerEndpoint {
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = env;
  if (DOCKER_HOST) {
    const tls = DOCKER_TLS_VERIFY || DOCKER_CERT_PATH;
    return { host: DOCKER_HOST, tlsDir: tls ? (DOCKER_CERT_PATH ?? configDir(env)) : undefined };
  }
  const context = DOCKER_CONTEXT || currentContext(env);
  return context && context !== 'default' ? contextEndpoint(env, context) : { host: defaultHost() };
}

/** A client of that engine; throws environmentError when the address is not one that rampart can use. Nothing is sent yet. */
export function connectDocker(env: Env): Docker {
  const endpoint = dockerEndpoint(env);
  const { host } = endpoint;
  // Every key is given, also as undefined, because the client fills missing ones from the process environment.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socketPath) return new Docker({ ...nothing, socketPath, protocol: 'http' } as Docker.DockerOptions);
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(host);
  if (!tcp) {
    throw environmentError(
      'docker-address',
      `the Docker engine's address must be unix://, npipe:// or tcp://, got "${host}" (example: unix:///var/run/docker.sock)`,
      'set DOCKER_HOST, choose another context with `docker context use`, or run with --engine process',
    );
  }
  return new Docker({
    ...nothing,
    socketPath: undefined,
    host: tcp[1],
    port: tcp[2] ?? (endpoint.tlsDir ? '2376' : '2375'),
    ...(endpoint.tlsDir ? { protocol: 'https', ...tlsFiles(endpoint.tlsDir) } : { protocol: 'http' }),
  } as Docker.DockerOptions);
}

/** Asks the engine who it is; rejects with environmentError (missing, no permission, no answer within `ms`) that has a way out. */
export async function pingDocker(docker: Docker, ms: number): Promise<DockerFacts> {
  // The typings leave out the abort signal that the client takes here.
  const version = docker.version.bind(docker) as (options: {
    abortSignal: AbortSignal;
  }) => Promise<Docker.DockerVersion>;
  try {
    const said = await version({ abortSignal: AbortSignal.timeout(ms) });
    return { version: said.Version, apiVersion: said.ApiVersion, os: said.Os, arch: said.Arch };
  } catch (error) {
    throw unreachable(error, ms);
  }
}

function unreachable(error: unknown, ms: number): RampartError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const wayOut = 'or run without Docker: --engine process';
  if (code === 'EACCES' || code === 'EPERM') {
    return environmentError(
      'docker-permission',
      `no permission to talk to the Docker engine (${messageOf(error)})`,
      `add your user to the group "docker" (sudo usermod -aG docker $USER, then log in again), ${wayOut}`,
      error,
    );
  }
  const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return environmentError(
    'docker-unreachable',
    late
      ? `the Docker engine did not answer within ${ms}ms`
      : `the Docker engine does not answer (${messageOf(error)})`,
    `start Docker (\`docker info\` shows whether it runs), ${wayOut}`,
    error,
  );
}

function contextEndpoint(env: Env, name: string): DockerEndpoint {
  // The docker CLI keeps a context in a folder named by the SHA-256 of its name: docker/cli, cli/context/store.
  const id = createHash('sha256').update(name).digest('hex');
  const store = join(configDir(env), 'contexts');
  const meta = readJson(join(store, 'meta', id, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  const host = meta?.Endpoints?.docker?.Host;
  if (!host) {
    throw environmentError(
      'docker-context',
      `the Docker context "${name}" does not exist or names no engine`,
      'list contexts with `docker context ls`, and choose one with `docker context use NAME`',
    );
  }
  const tlsDir = join(store, 'tls', id, 'docker');
  return { host, tlsDir: readOptional(join(tlsDir, 'ca.pem')) ? tlsDir : undefined };
}

function currentContext(env: Env): string | undefined {
  return (readJson(join(configDir(env), 'config.json')) as { currentContext?: string } | undefined)?.currentContext;
}

function configDir({ DOCKER_CONFIG, HOME }: Env): string {
  return DOCKER_CONFIG || join(HOME || homedir(), '.docker');
}

function defaultHost(): string {
  return process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
}

function tlsFiles(dir: string): Record<string, Buffer | undefined> {
  return {
    ca: readOptional(join(dir, 'ca.pem')),
    cert: readOptional(join(dir, 'cert.pem')),
    key: readOptional(join(dir, 'key.pem')),
  };
}

function readJson(path: string): unknown {
  const text = readOptional(path)?.toString();
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw environmentError('docker-config', `${path} is not valid JSON: ${messageOf(error)}`, undefined, error);
  }
}

function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
