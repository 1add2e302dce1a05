/** Writers of a store, each a process that is killed again and again, and what must be true of the store meanwhile and afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { RampartError } from '../../../src/model/errors.ts';
import { openStore } from '../../../src/profiles/store/open-store.ts';

const top = join(import.meta.dirname, '..', '..', '..');

interface KilledWriters {
  readonly place: string;
  readonly env: Readonly<Record<string, string>>;
  readonly writers: number;
  /** How often each is killed. */
  readonly kills: number;
  /** Happens meanwhile, again and again, such as a server that is killed; is told how many profiles are stored. */
  readonly meanwhile?: (stored: () => number) => Promise<void>;
}

/** Kills writers while they store, reads and removes meanwhile, and then holds the store to what it has acknowledged. */
export async function killWriters({ place, env, writers, kills, meanwhile }: KilledWriters): Promise<void> {
  const stored = new Set<string>();
  /** Whose removal has begun, and whose has ended. */
  const [removed, gone] = [new Set<string>(), new Set<string>()];
  let isOver = false;
  const warned: string[] = [];
  const open = () =>
    openStore(place, {
      ...{ cwd: top, env: { ...env }, time: { wallMs: Date.now, monotonicMs: () => performance.now() } },
      log: { info: () => undefined, warn: (message) => warned.push(message) },
    });

  /** Kills a writer in the middle of its next profile, after it has stored some. */
  const write = async (name: string) => {
    for (let kill = 0; kill < kills; kill += 1) {
      const writer = start(place, env, name);
      let own = 0;
      const lines = createInterface({ input: writer.stdout! });
      lines.on('line', (id) => {
        stored.add(id);
        own += 1;
        if (own === 3 + ((kill * 5) % 7)) writer.kill('SIGKILL');
      });
      const [, signal] = await once(writer, 'close');
      expect(signal).toBe('SIGKILL');
    }
  };

  const reader = await open();
  const removeAndRead = async () => {
    while (!isOver) {
      await unlessFailed(async () => {
        const found = await reader.find({ service: 'killed', limit: 40 });
        for (const profile of found) expect((await reader.read(profile))?.length).toBe(profile.bytes);
        const some = found.filter(({ id }, at) => at % 5 === 0 && stored.has(id));
        for (const { id } of some) removed.add(id);
        await reader.remove(some);
        for (const { id } of some) gone.add(id);
        await reader.tidy();
      });
      await new Promise(setImmediate);
    }
  };
  const others = Promise.all([removeAndRead(), meanwhile?.(() => stored.size)]);
  await Promise.all(Array.from({ length: writers }, (_, at) => write(`writer-${at}`)));
  isOver = true;
  await others;
  await reader.close();

  const after = await open();
  const found = await after.find({});
  const ids = new Set(found.map(({ id }) => id));
  expect([...stored].filter((id) => !ids.has(id) && !removed.has(id))).toEqual([]);
  expect([...gone].filter((id) => ids.has(id))).toEqual([]);
  // Reading holds bytes to their SHA-256.
  for (const profile of found) expect((await after.read(profile))?.length).toBe(profile.bytes);
  await after.tidy();
  for (const profile of found) expect((await after.read(profile))?.length).toBe(profile.bytes);
  await after.close();
  expect(warned).toEqual([]);
  expect(stored.size).toBeGreaterThanOrEqual(writers * kills * 3);
}

function start(place: string, env: Readonly<Record<string, string>>, name: string): ChildProcess {
  const script = join(top, 'test', 'fixtures', 'store-writer.mjs');
  return spawn(process.execPath, [script, join(top, 'dist'), place, name], {
    cwd: top,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** A server that was killed refuses; nothing else may fail. */
async function unlessFailed(work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof RampartError && error.code === 'store-failed')) throw error;
  });
}
