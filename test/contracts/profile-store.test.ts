/** What holds for every store of profiles. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { NewProfile, ProfileSource, ProfileStore, StoredType } from '../../src/model/profile-store.ts';
import { createDiskStorage } from '../../src/profiles/store/disk-storage.ts';
import { createProfileIds } from '../../src/profiles/store/profile-id.ts';
import { createMemoryIndex } from '../../src/profiles/store/profile-index.ts';
import { createProfileStore } from '../../src/profiles/store/profile-store.ts';
import type { Storage } from '../../src/profiles/store/storage.ts';

const home = mkdtempSync(join(tmpdir(), 'rampart-profile-store-'));
afterAll(() => rmSync(home, { recursive: true }));

const storages: readonly [kind: string, create: () => Storage][] = [
  ['local disk', () => createDiskStorage(mkdtempSync(join(home, 'store-')), Date.now)],
];

const minute = 60_000_000_000n;
const start = 1_769_900_000_000_000_000n;

function profile(change: Partial<NewProfile> & { text?: string } = {}): NewProfile {
  const { text = 'bytes', ...rest } = change;
  const content = Buffer.from(text);
  return { service: 'auth', type: 'cpu', labels: [], createdNs: start, durationNs: 0n, content, ...rest };
}

let processes = 0;
/** The store as another process sees it. */
function open(storage: Storage): ProfileStore {
  processes += 1;
  const newId = createProfileIds(Uint8Array.of(1, 2, 3, 4, processes, 0, 0, 0), Date.now);
  const warn = (message: string) => expect.fail(message);
  return createProfileStore({ storage, index: createMemoryIndex(), newId, warn });
}

describe.each(storages)('a store on %s', (_, create) => {
  it('gives back the bytes as they came, and what it was told of them', async () => {
    const storage = create();
    const labels = [
      { key: 'step', value: '500' },
      { key: 'env', value: 'ä/b,c=%2F..' },
      { key: 'env', value: '' },
    ];
    const put = await open(storage).put(profile({ labels, service: '../a/%00', durationNs: 5n * minute }));
    const source: ProfileSource = open(storage);
    expect(await source.find({})).toEqual([put]);
    expect(await source.get(put.id)).toEqual(put);
    expect(put).toMatchObject({ service: '../a/%00', createdNs: start, durationNs: 5n * minute, bytes: 5 });
    expect(put.labels).toEqual([labels[1], labels[2], labels[0]]);
    expect(Buffer.from(await source.read(put)).toString()).toBe('bytes');
    expect(await source.services()).toEqual(['../a/%00']);
  });

  it('finds by service, type, labels and time, both ends of which belong to it, oldest first', async () => {
    const store = open(create());
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
    const [one, other] = [open(storage), open(storage)];
    const first = await one.put(profile());
    expect(await other.find({})).toEqual([first]);
    const second = await one.put(profile());
    expect(await other.get(second.id)).toEqual(second);
    expect(await other.find({})).toEqual([first, second]);
    await one.remove([first]);
    expect(await other.find({})).toEqual([second]);
    expect(await other.get(first.id)).toBeUndefined();
  });

  it('says so when bytes are gone or are others', async () => {
    const storage = create();
    const store = open(storage);
    const put = await store.put(profile());
    const name = `content/${put.sha256.slice(0, 2)}/${put.sha256}.pb.gz`;
    await storage.put(name, Buffer.from('bytez'));
    await expect(store.read(put)).rejects.toMatchObject({ code: 'profile-damaged' });
    await storage.delete(name);
    await expect(store.read(put)).rejects.toMatchObject({ code: 'profile-damaged' });
  });
});
