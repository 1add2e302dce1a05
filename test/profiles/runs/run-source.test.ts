import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importRuns } from '../../../src/profiles/runs/import-runs.ts';
import { readProfiledRun } from '../../../src/profiles/runs/profiled-run.ts';
import { createRunSource } from '../../../src/profiles/runs/run-source.ts';
import { createDiskStorage } from '../../../src/profiles/store/disk-storage.ts';
import { createProfileIds, isProfileId } from '../../../src/profiles/store/profile-id.ts';
import { createProfileStore } from '../../../src/profiles/store/profile-store.ts';
import { createMemoryIndex } from '../../helpers/memory-index.ts';

const golden = join(import.meta.dirname, '..', '..', 'golden', 'run');
const home = mkdtempSync(join(tmpdir(), 'rampart-run-source-'));
afterAll(() => rmSync(home, { recursive: true }));

const sourceOf = async (...directories: string[]) =>
  await createRunSource(await Promise.all(directories.map(readProfiledRun)));

const labelsOf = (labels: readonly { key: string; value: string }[]) =>
  Object.fromEntries(labels.map(({ key, value }) => [key, value]));

it('has every profile that the run took, as it came, with what the run knows of it', async () => {
  const { run, result } = await readProfiledRun(golden);
  const source = await sourceOf(golden);
  const taken = run.samples.filter(
    (sample) => sample.kind === 'profile' && sample.outcome === 'ok' && sample.type !== 'dump',
  );
  const all = await source.find({});
  expect(all.length).toBeGreaterThan(10);
  expect(all.length).toBe(taken.length);
  expect(await source.services()).toEqual(['downstream', 'loadbalancer']);
  const cpu = (await source.find({ type: 'cpu', service: 'downstream' })).at(-1);
  const [first] = await source.find({ type: 'heap', service: 'downstream' });
  expect(labelsOf(first?.labels ?? [])).not.toHaveProperty('step');
  if (!cpu) throw new Error('no CPU profile');
  const { id } = run.manifest;
  expect(labelsOf(cpu.labels)).toMatchObject({
    run: id,
    target: 'downstream-1',
    step: 'above',
    rps: '600',
    DELAY: '0s',
  });
  const answeredRps = result.steps.find(({ name }) => name === 'above')?.load.completedRps ?? 0;
  const rps = Number(labelsOf(cpu.labels)['requests']) / (Number(cpu.durationNs) / 1e9);
  expect(Math.abs(rps / answeredRps - 1)).toBeLessThan(0.2);
  expect(cpu.durationNs).toBeGreaterThan(0n);
  const bytes = readFileSync(join(golden, 'profiles', 'downstream-1.03.cpu.pb.gz'));
  expect(Buffer.from((await source.read(cpu)) ?? []).equals(bytes)).toBe(true);
});

it('gives each profile an id that stays when the directory is moved', async () => {
  const moved = join(home, 'moved');
  cpSync(golden, moved, { recursive: true });
  const [here, there] = [await sourceOf(golden), await sourceOf(moved)];
  const ids = (await here.find({})).map(({ id }) => id);
  expect((await there.find({})).map(({ id }) => id)).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !isProfileId(id))).toEqual([]);
  expect(await (await sourceOf(golden, moved)).find({})).toHaveLength(ids.length);
});

it('says that a profile is gone or another, and never gives other bytes', async () => {
  const changed = join(home, 'changed');
  cpSync(golden, changed, { recursive: true });
  const source = await sourceOf(changed);
  const [cpu] = await source.find({ type: 'cpu', service: 'downstream' });
  if (!cpu) throw new Error('no CPU profile');
  const file = join(changed, 'profiles', 'downstream-1.02.cpu.pb.gz');
  writeFileSync(file, 'other');
  await expect(source.read(cpu)).rejects.toThrow(`${file}: is not what it was`);
  rmSync(file);
  await expect(source.read(cpu)).rejects.toThrow(`${file}: is gone`);
});

it('goes into a store once, however often it is imported, with ids of the store', async () => {
  const newId = createProfileIds(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), () => 1_769_900_000_000);
  const storage = createDiskStorage(join(home, 'store'), () => 0);
  const store = createProfileStore({ storage, index: createMemoryIndex(), newId, warn: (text) => expect.fail(text) });
  const source = await sourceOf(golden);
  const all = await source.find({});
  expect(await importRuns(source, store)).toEqual({ added: all.length, known: 0 });
  expect(await importRuns(source, store)).toEqual({ added: 0, known: all.length });
  const without = ({ id: _, ...rest }: (typeof all)[number]) => rest;
  expect((await store.find({})).map(without)).toEqual(expect.arrayContaining(all.map(without)));
});
