/** A profile server over a store in a folder of its own, and requests to it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { inflateProfile } from '../../../src/goruntime/profile/inflate.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import type { ProfileSource } from '../../../src/model/profile-store.ts';
import type { ProfileMetadata } from '../../../src/profiles/server/metadata.ts';
import { openProfileServer, type ProfileServerOptions } from '../../../src/profiles/server/profile-server.ts';
import { createDiskStorage } from '../../../src/profiles/store/disk-storage.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore, type TidyStore } from '../../../src/profiles/store/profile-store.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';

/** What an answer of the API says. */
export interface Answered<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly error: string;
}

/** A server for one test, with what is asked of it. */
export interface TestServer {
  readonly url: string;
  readonly warnings: string[];
  readonly store: TidyStore;
  /** The answer to a path below /api/0/. */
  get<Body = unknown>(path: string): Promise<Answered<Body>>;
  /** The bytes of one, with its headers. */
  bytes(
    path: string,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly content: Uint8Array<ArrayBuffer> }>;
  /** The profile at a path. */
  profile(path: string): Promise<PprofProfile>;
  post(query: string, content: Uint8Array<ArrayBuffer>, init?: RequestInit): Promise<Answered<ProfileMetadata>>;
  /** Stores it and gives its id. */
  put(query: string, content: PprofProfile | Uint8Array<ArrayBuffer>): Promise<string>;
  close(): Promise<void>;
}

/** Opens one over a store of its own, both of which end with the test. `shown` is what it reads of its store. */
export async function testServer(
  options: Partial<ProfileServerOptions> = {},
  shown: (store: TidyStore) => ProfileSource = (store) => store,
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const store = createProfileStore({
    storage: createDiskStorage(folder, Date.now),
    index: createMemoryIndex(),
    newId: createProfileIds(randomBytes(8), Date.now),
    warn,
  });
  const server = await openProfileServer({
    place: { port: 0, flag: '--port' },
    source: shown(store),
    store,
    token: undefined,
    version: '1.2.3',
    nowNs: () => BigInt(Date.now()) * 1_000_000n,
    warn,
    pages: {},
    ...options,
  });
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    await server.close();
    await store.close();
  };
  onTestFinished(close);
  const at = (path: string) => `${server.url}/api/0/${path}`;
  const bytes: TestServer['bytes'] = async (path) => {
    const answer = await fetch(at(path));
    return { status: answer.status, headers: answer.headers, content: new Uint8Array(await answer.arrayBuffer()) };
  };
  const post: TestServer['post'] = async (query, content, init) =>
    answered(await fetch(at(`profiles?${query}`), { method: 'POST', body: content, ...init }));
  return {
    url: server.url,
    warnings,
    store,
    get: async (path) => answered(await fetch(at(path))),
    bytes,
    profile: async (path) => {
      const { status, content } = await bytes(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${Buffer.from(content).toString()}`);
      return decodeProfile(await inflateProfile(content, 2 ** 28));
    },
    post,
    async put(query, content) {
      const whole = 'samples' in content ? gzipped(content) : content;
      const { status, body, error } = await post(query, whole);
      if (status !== 200) throw new Error(`${query}: ${status} ${error}`);
      return body.id;
    },
    close,
  };
}

/** An answer with its envelope taken off. */
export async function answered<Body>(response: Response): Promise<Answered<Body>> {
  const text = await response.text();
  const { code, body, error = '' } = JSON.parse(text) as { code: number; body: Body; error?: string };
  if (code !== response.status || !text.endsWith('\n')) throw new Error(`an envelope of its own: ${text}`);
  return { status: response.status, headers: response.headers, body, error };
}

/** The bytes of a profile as a program sends them. */
export function gzipped(profile: PprofProfile): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(gzipSync(encodeProfile(profile)));
}

/** Bytes of a profile that a Go program wrote, such as `loadbalancer-1.02.cpu.pb.gz`. */
export async function recorded(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(join(import.meta.dirname, '../../golden/run/profiles', name)));
}

/** A window that everything is in. */
export const always = 'from=2000-01-01T00:00:00&to=2100-01-01T00:00:00';
