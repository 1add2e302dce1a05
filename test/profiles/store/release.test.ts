import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NewProfile } from '../../../src/model/profile-store.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore } from '../../../src/profiles/store/profile-store.ts';
import type { Storage } from '../../../src/profiles/store/storage.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';
import { createMemoryStorage } from '../../helpers/memory-storage.ts';

const same: NewProfile = {
  ...{ service: 'auth', type: 'cpu', labels: [], createdNs: 0n, durationNs: 0n },
  content: Buffer.from('the same bytes'),
};

let processes = 0;
function open(storage: Storage, wallMs = 0) {
  processes += 1;
  const random = Uint8Array.of(0, 0, processes >> 16, processes >> 8, processes, 0, 0, 0);
  return createProfileStore({
    storage,
    index: createMemoryIndex(),
    newId: createProfileIds(random, () => wallMs),
    warn: expect.fail,
  });
}

it('loses no bytes that one process stores while others remove the same, in whatever order their steps come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, removers) => {
      let isFree = true;
      const storage = createMemoryStorage(() => (isFree ? Promise.resolve() : scheduler.schedule(Promise.resolve())));
      const stores = Array.from({ length: removers }, () => open(storage));
      const old = await Promise.all(stores.map((store) => store.put(same)));
      isFree = false;
      const writer = open(storage);
      const written = writer.put(same);
      const all = Promise.all([written, ...stores.map((store, at) => store.remove([old[at]!])), open(storage).tidy()]);
      await scheduler.waitFor(all);
      isFree = true;
      const reader = open(storage);
      expect(await reader.find({})).toEqual([await written]);
      expect(Buffer.from((await reader.read(await written)) ?? []).toString()).toBe('the same bytes');
      expect(await storage.list('aside')).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

it('reads bytes also while a remover has them aside, and tidies what a killed one left aside', async () => {
  const storage = createMemoryStorage();
  const store = open(storage);
  const kept = await store.put(same);
  const name = `content/${kept.sha256.slice(0, 2)}/${kept.sha256}.pb.gz`;
  await storage.move(name, `aside/00000000000000000000-${kept.sha256}.pb.gz`);
  expect(await store.read(kept)).toEqual(same.content);
  await store.tidy();
  expect(await storage.list('aside'), 'its remover may live').toHaveLength(1);
  const twoHoursMs = 7_200_000;
  await open(storage, twoHoursMs).tidy();
  expect(await storage.list('aside')).toEqual([]);
  expect(await storage.has(name)).toBe(true);
  expect(await store.read(kept)).toEqual(same.content);
});

it('tidies bytes that a writer was killed before it could name', async () => {
  const storage = createMemoryStorage();
  const store = open(storage);
  const kept = await store.put(same);
  await storage.put(`content/aa/${'a'.repeat(64)}.pb.gz`, Buffer.from('never named'));
  await storage.put('content/aa/a note of the user', Buffer.from('not ours'));
  expect(await store.tidy()).toBe(1);
  expect(await storage.list('content/aa')).toEqual(['a note of the user']);
  expect(await store.read(kept)).toEqual(same.content);
});
