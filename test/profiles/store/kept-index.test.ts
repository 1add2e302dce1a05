import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StoredProfile } from '../../../src/model/profile-store.ts';
import { openKeptIndex } from '../../../src/profiles/store/kept-index.ts';
import { createProfileIds } from '../../../src/profiles/store/profile-id.ts';

const newId = createProfileIds(new Uint8Array(8), () => 0);
const folder = '1970-01-01';

function profiles(count: number): readonly StoredProfile[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ id: newId(), service: 'auth', type: 'cpu' as const, labels: [], durationNs: 0n },
    ...{ createdNs: BigInt(at), sha256: 'a'.repeat(64), bytes: 1 },
  }));
}

function newFile(): string {
  const home = mkdtempSync(join(tmpdir(), 'rampart-kept-index-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return join(home, 'index.sqlite');
}

async function keepIn(file: string, count: number): Promise<readonly StoredProfile[]> {
  const index = await openKeptIndex(file, expect.fail);
  const added = profiles(count);
  index.learn({ folder, stamp: 'x', added, gone: [] });
  await index.close();
  return added;
}

it('is there for the next process', async () => {
  const file = newFile();
  const added = await keepIn(file, 3);
  const index = await openKeptIndex(file, expect.fail);
  expect(index.find({})).toEqual(added);
  expect(index.folders()).toEqual(new Map([[folder, 'x']]));
});

it('is written anew only when it lacks more than a fiftieth', async () => {
  const file = newFile();
  await keepIn(file, 200);
  const before = readFileSync(file);
  const index = await openKeptIndex(file, expect.fail);
  index.learn({ folder, stamp: 'y', added: profiles(3), gone: [] });
  await index.keep();
  expect(readFileSync(file).equals(before)).toBe(true);
  index.learn({ folder, stamp: 'z', added: profiles(2), gone: [] });
  await index.keep();
  expect(readFileSync(file).equals(before)).toBe(false);
});

it.each<[string, (bytes: Buffer) => Uint8Array]>([
  ['one bit of it', (bytes) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))],
  ['one bit of its checksum', (bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))],
  ['its end', (bytes) => bytes.subarray(0, -1)],
  ['its second half', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['all of it', () => Buffer.from('not a database')],
  ['all of it but the name', () => Buffer.alloc(0)],
])('is made anew, and says so, where damage took %s', async (_, damage) => {
  const file = newFile();
  await keepIn(file, 3);
  writeFileSync(file, damage(readFileSync(file)));
  const told: string[] = [];
  const index = await openKeptIndex(file, (message) => told.push(message));
  expect(index.find({})).toEqual([]);
  expect(index.folders().size).toBe(0);
  expect(told).toEqual([expect.stringContaining('is damaged')]);
});

it('says once that it cannot be written, and goes on', async () => {
  const file = join(newFile(), 'below a file', 'index.sqlite');
  writeFileSync(join(file, '..', '..'), '');
  const told: string[] = [];
  const index = await openKeptIndex(file, (message) => told.push(message));
  const added = profiles(2);
  index.learn({ folder, stamp: 'x', added, gone: [] });
  await index.keep();
  await index.keep();
  expect(told).toEqual([expect.stringContaining('cannot be written')]);
  expect(index.find({})).toEqual(added);
});
