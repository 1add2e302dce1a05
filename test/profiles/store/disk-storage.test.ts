import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createDiskStorage } from '../../../src/profiles/store/disk-storage.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-disk-storage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('sweeps what a killed process had begun an hour ago, and nothing that may still be written', async () => {
  const folder = newFolder();
  const storage = createDiskStorage(folder, Date.now);
  await storage.put('entries/a', Buffer.from('kept'));
  for (const name of ['old', 'new']) writeFileSync(join(folder, 'partial', name), 'half of it');
  const longAgoS = Date.now() / 1000 - 3700;
  utimesSync(join(folder, 'partial', 'old'), longAgoS, longAgoS);
  utimesSync(join(folder, 'entries', 'a'), longAgoS, longAgoS);
  expect(await storage.sweep()).toBe(1);
  expect(readdirSync(join(folder, 'partial'))).toEqual(['new']);
  expect(await storage.list('entries')).toEqual(['a']);
});

it('leaves nothing behind where it cannot write', async () => {
  const folder = newFolder();
  const storage = createDiskStorage(folder, Date.now);
  await storage.put('entries/a/b', Buffer.from('in the way'));
  await expect(storage.put('entries/a', Buffer.from('a folder has that name'))).rejects.toThrow();
  expect(readdirSync(join(folder, 'partial'))).toEqual([]);
});

it('vouches for a folder only when it changed longer ago than the clock of its file system ticks', async () => {
  const folder = newFolder();
  let nowMs = Date.now();
  const storage = createDiskStorage(folder, () => nowMs);
  await storage.put('entries/a/b', Buffer.from(''));
  expect(await storage.folders('entries')).toEqual([{ name: 'a', stamp: undefined }]);
  nowMs += 10_000;
  const { mtimeNs } = statSync(join(folder, 'entries', 'a'), { bigint: true });
  expect(await storage.folders('entries')).toEqual([{ name: 'a', stamp: String(mtimeNs) }]);
});
