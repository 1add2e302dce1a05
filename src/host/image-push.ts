/** Images to a registry, without an engine (OCI Distribution Specification, "Push"). */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { environmentError, messageOf } from '../model/errors.ts';
import { readTextIfAny } from './files.ts';
import { digestOf, type Image } from './image-archive.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where to: a repository such as `registry.example.com/team/api`, and a tag. */
export interface PushPlace {
  readonly repository: string;
  readonly tag: string;
}

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Pushes it, unless it is there, and gives the reference by its digest, `HOST/NAME@sha256:…`; environmentError with what the registry says. */
export async function pushImage(image: Image, place: PushPlace, env: Env, signal: AbortSignal): Promise<string> {
  const { repository, tag } = place;
  const slash = repository.indexOf('/');
  const [host, name] = [repository.slice(0, slash), repository.slice(slash + 1)];
  // As all engines do: only what does not leave this machine goes in the clear.
  const scheme = /^(?:localhost|127\.[\d.]+|\[::1\])(?::\d+)?$/.test(host) ? 'http' : 'https';
  const registry = createRegistry(`${scheme}://${host}`, host, env, signal);
  const layer = gzipSync(image.layer, { level: 6 });
  const blob = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.manifest,
      config: blob(types.config, image.config),
      layers: [blob(types.layer, layer)],
    }),
  );
  try {
    for (const bytes of [layer, image.config]) await pushBlob(registry, name, bytes);
    const path = `/v2/${name}/manifests/${tag}`;
    await registry({ method: 'PUT', path, body: manifest, type: types.manifest, expected: [201] });
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError(
      'image-push',
      `the image ${repository}:${tag} could not be pushed: ${messageOf(error)}`,
      'Log in with `docker login` (passwords in the file of its configuration are read), or load images with topology.imageLoad.',
      error,
    );
  }
  return `${repository}@${digestOf(manifest)}`;
}

async function pushBlob(registry: Registry, name: string, bytes: Buffer): Promise<void> {
  const digest = digestOf(bytes);
  const path = `/v2/${name}/blobs/${digest}`;
  const there = await registry({ method: 'HEAD', path, expected: [200, 404] });
  if (there.status === 200) return;
  const begun = await registry({ method: 'POST', path: `/v2/${name}/blobs/uploads/`, expected: [202] });
  const location = begun.headers.get('location');
  if (!location) throw new Error('it did not say where to upload to');
  const to = new URL(location, begun.url);
  to.searchParams.set('digest', digest);
  await registry({ method: 'PUT', path: to.href, body: bytes, type: 'application/octet-stream', expected: [201] });
}

interface Question {
  readonly method: 'HEAD' | 'POST' | 'PUT';
  /** From the root of the registry, or a whole URL that it gave. */
  readonly path: string;
  readonly body?: Buffer;
  readonly type?: string;
  readonly expected: readonly number[];
}

type Registry = (question: Question) => Promise<Response>;

function createRegistry(root: string, host: string, env: Env, signal: AbortSignal): Registry {
  let authorization: string | undefined;
  const ask = async ({ method, path, body, type }: Question) =>
    await fetch(new URL(path, root), {
      method,
      signal,
      ...(body ? { body: new Uint8Array(body) } : {}),
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
  return async (question) => {
    let answer = await ask(question);
    if (answer.status === 401) {
      authorization = await authorizationFor(answer.headers.get('www-authenticate') ?? '', host, env, signal);
      answer = await ask(question);
    }
    if (question.expected.includes(answer.status)) return answer;
    const said = (await answer.text()).trim().slice(0, 300);
    throw new Error(
      `${question.method} ${new URL(question.path, root).pathname} was answered ${answer.status}${said ? `: ${said}` : ''}`,
    );
  };
}

/** What a registry wants to see: a password, or a token that it names the place of (distribution, "Token Authentication"). */
async function authorizationFor(
  challenge: string,
  host: string,
  env: Env,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = await storedLogin(host, env);
  const basic = known === undefined ? undefined : `Basic ${known}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const fields = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const { realm, service, scope } = fields as Record<string, string | undefined>;
  if (realm === undefined) return undefined;
  const place = new URL(realm);
  if (service !== undefined) place.searchParams.set('service', service);
  if (scope !== undefined) place.searchParams.set('scope', scope);
  const answer = await fetch(place, { signal, headers: basic === undefined ? {} : { authorization: basic } });
  if (!answer.ok) throw new Error(`${place.host} gave no token (${answer.status})`);
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access_token ?? ''}`;
}

/** Of `docker login`, where it stores passwords in its file. */
async function storedLogin(host: string, env: Env): Promise<string | undefined> {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? '', '.docker');
  const text = await readTextIfAny(join(folder, 'config.json')).catch(() => undefined);
  if (text === undefined) return undefined;
  const { auths } = JSON.parse(text) as { auths?: Record<string, { auth?: string }> };
  return auths?.[host]?.auth ?? auths?.[`https://${host}`]?.auth;
}
