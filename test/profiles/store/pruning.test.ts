import { expect, it } from 'vitest';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore, type TidyStore } from '../../../src/profiles/store/profile-store.ts';
import { prunePauseMs, startPruning } from '../../../src/profiles/store/pruning.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';
import { createMemoryStorage } from '../../helpers/memory-storage.ts';

const startMs = 1_769_900_000_000;
const hourMs = 3_600_000;

/** A store, and a clock and timer that are moved by hand. */
function world() {
  let nowMs = startMs;
  let timer: { readonly ms: number; readonly run: () => void } | undefined;
  const told: string[] = [];
  const warned: string[] = [];
  const newId = createProfileIds(new Uint8Array(8), () => nowMs);
  const storage = createMemoryStorage();
  const store = createProfileStore({ storage, index: createMemoryIndex(), newId, warn: expect.fail });
  const means = {
    place: 'memory',
    nowMs: () => nowMs,
    after: (ms: number, run: () => void) => {
      timer = { ms, run };
      return () => {
        timer = undefined;
      };
    },
    log: { info: (line: string) => void told.push(line), warn: (line: string) => void warned.push(line) },
  };
  /** Resolves when a timer waits for the next time; calls it where it is `due`. */
  const next = async (due = false): Promise<number> => {
    if (due) {
      const { ms = 0, run } = timer ?? {};
      timer = undefined;
      nowMs += ms;
      run?.();
    }
    await expect.poll(() => timer?.ms).toBeDefined();
    return timer?.ms ?? 0;
  };
  const put = async (ageMs: number, text: string) =>
    await store.put({
      ...{ service: 'auth', type: 'cpu', labels: [], durationNs: 0n },
      ...{ createdNs: BigInt(nowMs - ageMs) * 1_000_000n, content: Buffer.from(text) },
    });
  return { store, means, told, warned, put, next, isWaiting: () => timer !== undefined };
}

it('looks again after a tenth of the age, after a minute at the soonest and ten at the latest', () => {
  expect(prunePauseMs({ olderThanMs: 720 * hourMs })).toBe(600_000);
  expect(prunePauseMs({ olderThanMs: hourMs })).toBe(360_000);
  expect(prunePauseMs({ olderThanMs: 1000, maxBytes: 1 })).toBe(60_000);
  expect(prunePauseMs({ maxBytes: 1 })).toBe(600_000);
});

it('holds a store to its limits at the start and from time to time, and says what went', async () => {
  const { store, means, told, put, next, isWaiting } = world();
  await put(2 * hourMs, 'old');
  const young = await put(hourMs - 1000, 'young');
  const pruning = startPruning(store, { olderThanMs: hourMs }, means);
  await next();
  expect(await store.find({})).toEqual([young]);
  expect(pruning.status()).toEqual({
    ...{ olderThanMs: hourMs, removed: 1, kept: 1, keptBytes: 5 },
    lastAt: new Date(startMs).toISOString(),
  });
  await next(true);
  expect(await store.find({})).toEqual([]);
  expect(pruning.status()).toMatchObject({ removed: 2, kept: 0 });
  await next(true);
  expect(told).toEqual([
    'memory is held to an age of 1h: what is beyond that is removed for good',
    'memory: 1 profile removed, 1 (5 B) stay',
    'memory: 1 profile removed, 0 (0 B) stay',
  ]);
  await pruning.end();
  expect(isWaiting()).toBe(false);
});

it('tells once what cannot be removed, and tries again', async () => {
  const { store, means, warned, put, next } = world();
  await put(2 * hourMs, 'old');
  let isFull = true;
  const remove: TidyStore['remove'] = async (profiles) => {
    if (isFull) throw new Error('read-only file system');
    await store.remove(profiles);
  };
  const pruning = startPruning({ ...store, remove }, { olderThanMs: hourMs, maxBytes: 1024 }, means);
  await next();
  await next(true);
  expect(warned).toEqual(['memory could not be held to an age of 1h and 1 KiB: read-only file system']);
  expect(pruning.status().failed).toBe('read-only file system');
  isFull = false;
  await next(true);
  expect(pruning.status()).toMatchObject({ removed: 1 });
  expect(pruning.status()).not.toHaveProperty('failed');
  await pruning.end();
});

it('takes a part at a time and goes on at once, so that its end is not long in coming', async () => {
  const { store, means, put, next } = world();
  for (let at = 0; at < 1001; at += 1) await put(2 * hourMs, String(at));
  const pruning = startPruning(store, { olderThanMs: hourMs }, means);
  expect(await next()).toBe(0);
  expect(pruning.status()).toMatchObject({ removed: 1000, kept: 1 });
  expect(await next(true)).toBe(360_000);
  await pruning.end();
  expect(await store.find({})).toEqual([]);
});
