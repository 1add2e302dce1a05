import { expect, it } from 'vitest';
import { storeSink } from '../../../src/profiles/collect/store-sink.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore } from '../../../src/profiles/store/profile-store.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';
import { createMemoryStorage } from '../../helpers/memory-storage.ts';

it('says what its store is held to, and lets it end before the store is closed', async () => {
  const ended: string[] = [];
  const newId = createProfileIds(new Uint8Array(8), Date.now);
  const store = createProfileStore({
    storage: createMemoryStorage(),
    index: createMemoryIndex(),
    newId,
    warn: expect.fail,
  });
  const close = async () => void ended.push('store');
  const pruning = { status: () => ({ maxBytes: 1, removed: 2 }), end: async () => void ended.push('pruning') };
  const sink = storeSink('here', { ...store, close }, pruning);
  expect(sink.pruned?.()).toEqual({ maxBytes: 1, removed: 2 });
  await sink.close();
  expect(ended).toEqual(['pruning', 'store']);
  expect(storeSink('here', store).pruned?.()).toBeUndefined();
});
