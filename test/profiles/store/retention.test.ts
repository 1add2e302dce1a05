import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredProfile } from '../../../src/model/profile-store.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore } from '../../../src/profiles/store/profile-store.ts';
import { beyondLimits, pruneStore, storedBytes } from '../../../src/profiles/store/retention.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';
import { createMemoryStorage } from '../../helpers/memory-storage.ts';

const nowMs = 1_769_900_000_000;

function profile(ageMs: number, content = String(ageMs), bytes = 10): StoredProfile {
  return {
    ...{ id: `${ageMs}-${content}`, service: 'auth', type: 'cpu', labels: [], durationNs: 0n },
    ...{ createdNs: BigInt(nowMs - ageMs) * 1_000_000n, sha256: content, bytes },
  };
}

const [oldest, older] = [profile(4000), profile(3000)];
const all = [oldest, older, profile(2000), profile(1000)];

describe('what is beyond the limits', () => {
  it.each<[string, Parameters<typeof beyondLimits>[1], readonly StoredProfile[]]>([
    ['nothing without limits', {}, []],
    ['what is older than the age, not what is as old', { olderThanMs: 3000 }, [oldest]],
    ['the oldest until the rest fits', { maxBytes: 25 }, [oldest, older]],
    ['nothing that just fits', { maxBytes: 40 }, []],
    ['all when nothing may stay', { maxBytes: 0 }, all],
    ['what either limit says', { olderThanMs: 3500, maxBytes: 20 }, [oldest, older]],
  ])('is %s', (_, limits, expected) => {
    expect(beyondLimits(all, limits, nowMs)).toEqual(expected);
  });

  it('counts shared bytes once, and as gone only with the last profile that has them', () => {
    const shared = [profile(4000, 'same'), profile(3000, 'other'), profile(2000, 'same')];
    expect(storedBytes(shared)).toBe(20);
    expect(beyondLimits(shared, { maxBytes: 20 }, nowMs)).toEqual([]);
    expect(beyondLimits(shared, { maxBytes: 10 }, nowMs)).toEqual(shared.slice(0, 2));
  });

  it('leaves no more than the limit, and takes none that could stay', () => {
    const any = fc.record({ ageMs: fc.nat(100), content: fc.constantFrom('a', 'b', 'c', 'd'), own: fc.boolean() });
    fc.assert(
      fc.property(fc.array(any), fc.nat(60), (list, maxBytes) => {
        const sorted = list
          .toSorted((a, b) => b.ageMs - a.ageMs)
          .map(({ ageMs, content, own }, at) => profile(ageMs, own ? String(at) : content));
        const gone = beyondLimits(sorted, { maxBytes }, nowMs);
        expect(gone).toEqual(sorted.slice(0, gone.length));
        expect(storedBytes(sorted.slice(gone.length))).toBeLessThanOrEqual(maxBytes);
        if (gone.length > 0) expect(storedBytes(sorted.slice(gone.length - 1))).toBeGreaterThan(maxBytes);
      }),
    );
  });
});

it('removes from a store what is beyond its limits, and what killed writers left; a dry run only says so', async () => {
  const storage = createMemoryStorage();
  const newId = createProfileIds(new Uint8Array(8), () => nowMs);
  const store = createProfileStore({ storage, index: createMemoryIndex(), newId, warn: expect.fail });
  const put = (ageMs: number, text: string) =>
    store.put({
      ...{ service: 'auth', type: 'cpu', labels: [], durationNs: 0n },
      ...{ createdNs: BigInt(nowMs - ageMs) * 1_000_000n, content: Buffer.from(text) },
    });
  const [old, young] = [await put(2000, 'shared'), await put(1000, 'shared')];
  await storage.put(`content/aa/${'a'.repeat(64)}.pb.gz`, Buffer.from('never named'));
  const limits = { olderThanMs: 1500 };
  const dry = await pruneStore(store, limits, nowMs, { dryRun: true });
  expect(dry).toEqual({ removed: [old], kept: [young], leftovers: undefined });
  expect(await store.find({})).toEqual([old, young]);
  expect(await pruneStore(store, limits, nowMs, { dryRun: false })).toEqual({
    removed: [old],
    kept: [young],
    leftovers: 1,
  });
  expect(await store.find({})).toEqual([young]);
  expect(Buffer.from((await store.read(young)) ?? []).toString()).toBe('shared');
});
