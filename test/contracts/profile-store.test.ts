/** What holds for every store of profiles. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewProfile, ProfileSource, StoredType } from '../../src/model/profile-store.ts';
import { createDiskStorage } from '../../src/profiles/store/disk-storage.ts';
import { openKeptIndex } from '../../src/profiles/store/kept-index.ts';
import { createProfileIds } from '../../src/profiles/store/profile-id.ts';
import { createProfileStore, type TidyStore } from '../../src/profiles/store/profile-store.ts';
import { pruneStore } from '../../src/profiles/store/retention.ts';
import { readS3Place } from '../../src/profiles/store/s3-place.ts';
import { createS3Storage } from '../../src/profiles/store/s3-storage.ts';
import type { Storage } from '../../src/profiles/store/storage.ts';
import { toldStorage } from '../../src/profiles/store/told-storage.ts';
import { describeWith } from '../helpers/programs.ts';
import { createS3Server, type S3Server } from '../helpers/s3-server.ts';

const home = mkdtempSync(join(tmpdir(), 'rampart-profile-store-'));
afterAll(() => rmSync(home, { recursive: true }));

const describeStorage = (kind: string, create: () => Storage) => describe(`a store on ${kind}`, () => holds(create));

describeStorage('local disk', () => createDiskStorage(mkdtempSync(join(home, 'store-')), Date.now));

describeWith('versitygw', 'object storage', (versitygw) => {
  let server: S3Server;
  beforeAll(async () => {
    server = await createS3Server(versitygw, mkdtempSync(join(home, 's3-')));
    await server.start();
  });
  afterAll(() => server.kill());
  let buckets = 0;
  const open = (path: string) =>
    createS3Storage(readS3Place(`${server.bucket(`bucket-${++buckets}`)}${path}`, server.env));
  describeStorage('S3', () => open(''));
  describeStorage('S3, below a prefix', () => open('/team a/ä'));

  it('lists more than one page of names', async () => {
    const storage = open('/many');
    const names = Array.from({ length: 1005 }, (_, at) => `${at}.json`);
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => storage.put(`entries/a/${name}`, Buffer.from(''))));
    expect((await storage.list('entries/a')).toSorted()).toEqual(names.toSorted());
  });

  it('tells a bucket that is missing from a name that is', async () => {
    const storage = toldStorage(createS3Storage(readS3Place('s3://nobody-made-this', server.env)));
    await expect(storage.get('entries/x')).rejects.toMatchObject({ code: 'store-failed', exitCode: 3 });
    await expect(storage.list('entries')).rejects.toThrow(
      /s3:\/\/nobody-made-this\/ at http:.*: cannot list entries: NoSuchBucket/,
    );
  });
});

const minute = 60_000_000_000n;
const start = 1_769_900_000_000_000_000n;

function profile(change: Partial<NewProfile> & { text?: string } = {}): NewProfile {
  const { text = 'bytes', ...rest } = change;
  const content = Buffer.from(text);
  return { service: 'auth', type: 'cpu', labels: [], createdNs: start, durationNs: 0n, content, ...rest };
}

let processes = 0;
/** The store as another process sees it. */
async function open(storage: Storage, warn = (message: string): unknown => expect.fail(message)): Promise<TidyStore> {
  processes += 1;
  const newId = createProfileIds(Uint8Array.of(1, 2, 3, 4, processes, 0, 0, 0), Date.now);
  const index = await openKeptIndex(join(home, `index-${processes}`), warn);
  return createProfileStore({ storage, index, newId, warn });
}

function holds(create: () => Storage): void {
  it('gives back the bytes as they came, and what it was told of them', async () => {
    const storage = create();
    const labels = [
      { key: 'step', value: '500' },
      { key: 'env', value: 'ä/b,c=%2F..' },
      { key: 'env', value: '' },
    ];
    const put = await (await open(storage)).put(profile({ labels, service: '../a/%00', durationNs: 5n * minute }));
    const source: ProfileSource = await open(storage);
    expect(await source.find({})).toEqual([put]);
    expect(await source.get(put.id)).toEqual(put);
    expect(put).toMatchObject({ service: '../a/%00', createdNs: start, durationNs: 5n * minute, bytes: 5 });
    expect(put.labels).toEqual([labels[1], labels[2], labels[0]]);
    expect(Buffer.from((await source.read(put)) ?? []).toString()).toBe('bytes');
    expect(await source.services()).toEqual(['../a/%00']);
  });

  it('finds by service, type, labels and time, both ends of which belong to it, oldest first', async () => {
    const store = await open(create());
    const put = async (service: string, type: StoredType, minutes: number, step: string) =>
      await store.put(
        profile({ service, type, createdNs: start + BigInt(minutes) * minute, labels: [{ key: 'step', value: step }] }),
      );
    const late = await put('auth', 'cpu', 9000, '500');
    const early = await put('auth', 'cpu', 3, '500');
    const middle = await put('auth', 'cpu', 5, '100');
    const before = await put('auth', 'cpu', -9000, '500');
    const other = await put('auth2', 'cpu', 4, '500');
    const heap = await put('auth', 'heap', 4, '500');
    const cpu = { service: 'auth', type: 'cpu' } as const;
    expect(await store.find(cpu)).toEqual([before, early, middle, late]);
    expect(await store.find({ ...cpu, labels: [{ key: 'step', value: '500' }] })).toEqual([before, early, late]);
    expect(await store.find({ ...cpu, labels: [{ key: 'step', value: '50' }] })).toEqual([]);
    expect(await store.find({ ...cpu, fromNs: early.createdNs, toNs: middle.createdNs })).toEqual([early, middle]);
    expect(await store.find({ ...cpu, fromNs: early.createdNs + 1n, toNs: middle.createdNs - 1n })).toEqual([]);
    expect(await store.find({ ...cpu, limit: 2 })).toEqual([middle, late]);
    expect(await store.find({ ...cpu, limit: 0 })).toEqual([]);
    expect(await store.find({ type: 'heap' })).toEqual([heap]);
    expect(await store.find({ service: 'auth2' })).toEqual([other]);
    expect(await store.services()).toEqual(['auth', 'auth2']);
  });

  it('sees what another process has put or removed since', async () => {
    const storage = create();
    const [one, other] = [await open(storage), await open(storage)];
    const first = await one.put(profile());
    expect(await other.find({})).toEqual([first]);
    const second = await one.put(profile());
    expect(await other.get(second.id)).toEqual(second);
    expect(await other.find({})).toEqual([first, second]);
    await one.remove([first]);
    expect(await other.find({})).toEqual([second]);
    expect(await other.get(first.id)).toBeUndefined();
  });

  it('keeps times that pprof can write, and refuses others', async () => {
    const store = await open(create());
    const first = await store.put(profile({ createdNs: -(2n ** 63n) }));
    const last = await store.put(profile({ createdNs: 2n ** 63n - 1n, service: 'half a \ud83d pair' }));
    expect(await store.find({})).toEqual([first, last]);
    expect(last.service).toBe('half a \ufffd pair');
    await expect(store.put(profile({ createdNs: 2n ** 63n }))).rejects.toMatchObject({ code: 'profile-refused' });
    await expect(store.put(profile({ durationNs: 2n ** 64n }))).rejects.toMatchObject({ code: 'profile-refused' });
  });

  it('keeps bytes that two profiles share until both are gone', async () => {
    const storage = create();
    const store = await open(storage);
    const [one, other] = [await store.put(profile()), await store.put(profile({ service: 'other' }))];
    await store.remove([one]);
    expect(Buffer.from((await store.read(other)) ?? []).toString()).toBe('bytes');
    await store.remove([other, one]);
    expect(await store.find({})).toEqual([]);
    for (const { name } of await storage.folders('content')) expect(await storage.list(`content/${name}`)).toEqual([]);
    expect(await storage.list('aside')).toEqual([]);
  });

  it('is held to an age and a size, and nothing of what goes is left', async () => {
    const storage = create();
    const store = await open(storage);
    const put = (minutes: number, text: string) =>
      store.put(profile({ createdNs: start + BigInt(minutes) * minute, text }));
    const [old, large, young] = [
      await put(0, 'of yesterday'),
      await put(60, 'large'.repeat(9)),
      await put(70, 'young'),
    ];
    const nowMs = Number(start / 1_000_000n) + 90 * 60_000;
    const limits = { olderThanMs: 45 * 60_000, maxBytes: 20 };
    const told = await pruneStore(store, limits, nowMs, { dryRun: true });
    expect([told.removed, told.kept]).toEqual([[old, large], [young]]);
    expect(await store.find({})).toEqual([old, large, young]);
    await pruneStore(store, limits, nowMs, { dryRun: false });
    expect(await (await open(storage)).find({})).toEqual([young]);
    const folders = await storage.folders('content');
    const bytes = await Promise.all(folders.map(({ name }) => storage.list(`content/${name}`)));
    expect(bytes.flat()).toEqual([`${young.sha256}.pb.gz`]);
  });

  it('says what it cannot read among its entries, once, and goes on', async () => {
    const storage = create();
    const told: string[] = [];
    const store = await open(storage, (message) => told.push(message));
    const put = await store.put(profile());
    await storage.put('entries/2026-01-31/half.json', Buffer.from('{"version":'));
    await storage.put(`entries/2026-01-31/00000000000001-${put.id}.json`, Buffer.from('{"version":2}'));
    await storage.put('entries/notes/x.json', Buffer.from('{}'));
    expect(await store.find({})).toEqual([put]);
    expect(await store.find({ fromNs: 0n })).toEqual([put]);
    expect(told.sort()).toEqual([
      expect.stringContaining('00000000000001-'),
      expect.stringContaining('half.json is no entry of a profile'),
    ]);
  });

  it('has nothing to read of a profile that was removed after it was found', async () => {
    const storage = create();
    const [one, other] = [await open(storage), await open(storage)];
    const put = await one.put(profile());
    expect(await other.find({})).toEqual([put]);
    await one.remove([put]);
    expect(await other.read(put)).toBeUndefined();
  });

  it('says so when bytes are gone or are others', async () => {
    const storage = create();
    const store = await open(storage);
    const put = await store.put(profile());
    const name = `content/${put.sha256.slice(0, 2)}/${put.sha256}.pb.gz`;
    await storage.put(name, Buffer.from('bytez'));
    await expect(store.read(put)).rejects.toMatchObject({ code: 'profile-damaged' });
    await storage.delete(name);
    await expect(store.read(put)).rejects.toMatchObject({ code: 'profile-damaged' });
  });
}
