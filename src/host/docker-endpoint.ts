/** Which Docker engine the user's environment points at. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { environmentError, messageOf } from '../model/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where the engine listens: the address as Docker writes it (`unix:///var/run/docker.sock`), and a folder with TLS files if any. */
export interface DockerEndpoint {
  readonly host: string;
  readonly tlsDir?: string | undefined;
}

/**
 * The engine that the docker CLI would use: DOCKER_HOST, then DOCKER_CONTEXT, then the current context of its configuration, then the
 * default socket.
 */
export function dockerEndpoint(env: Env): DockerEndpoint {
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = env;
  if (DOCKER_HOST) {
    const tls = DOCKER_TLS_VERIFY || DOCKER_CERT_PATH;
    return { host: DOCKER_HOST, tlsDir: tls ? (DOCKER_CERT_PATH ?? configDir(env)) : undefined };
  }
  const context = DOCKER_CONTEXT || currentContext(env);
  return context && context !== 'default' ? contextEndpoint(env, context) : { host: defaultHost() };
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

/** The certificates and the key that lie in such a folder. */
export function tlsFiles(dir: string): Record<string, Buffer | undefined> {
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
