/** Profiles that are removed between the query that found them and their reading, as by `prune` beside the server. */
import { expect, it } from 'vitest';
import { totalsOf } from '../../../src/goruntime/profile/delta.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import type { FunctionSeries } from '../../../src/profiles/server/function-series.ts';
import { profilePages } from '../../../src/profiles/server/pages.ts';
import type { SystemTop } from '../../../src/profiles/server/top-functions.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { always, type TestServer, testServer } from './server.ts';

const second = 1_000_000_000n;

function cpuAt(at: number): PprofProfile {
  const samples = [sampleOf(['main.work'], [1n, 10_000_000n])];
  return profileOf(samples, { timeNanos: BigInt(at) * second, durationNanos: 10n * second });
}

/** So many bytes allocated since the start of the process. */
function heapAt(at: number, allocated: number): PprofProfile {
  const sampleTypes = [
    { type: 'alloc_objects', unit: 'count' },
    { type: 'alloc_space', unit: 'bytes' },
  ];
  const header = { sampleTypes, periodType: { type: 'space', unit: 'bytes' }, period: 1n, durationNanos: 0n };
  return profileOf([sampleOf(['main.cache'], [1n, BigInt(allocated)])], { ...header, timeNanos: BigInt(at) * second });
}

/** A server whose profiles of some ids are removed before anything is read. */
async function prunedServer(gone: Set<string>): Promise<TestServer> {
  return await testServer({ pages: profilePages('1.2.3') }, (store) => {
    let removed = Promise.resolve();
    const prune = async () => await store.remove((await store.find({})).filter(({ id }) => gone.has(id)));
    return {
      ...store,
      read: async (profile) => {
        removed = removed.then(prune);
        await removed;
        return await store.read(profile);
      },
    };
  });
}

it('are left out of a merge where others remain, which its header says', async () => {
  const gone = new Set<string>();
  const server = await prunedServer(gone);
  gone.add(await server.put('service=a&type=cpu', cpuAt(1)));
  await server.put('service=a&type=cpu', cpuAt(2));
  await server.put('service=a&type=cpu', cpuAt(3));
  const { status, headers } = await server.bytes(`profiles/merge?service=a&type=cpu&${always.replace('2000', '1970')}`);
  expect([status, headers.get('x-rampart-merge')]).toEqual([
    200,
    'profiles=2; instances=1; columns=interval sum; removed meanwhile=1',
  ]);
  expect(server.warnings).toEqual([]);
});

it('are no look before another either', async () => {
  const gone = new Set<string>();
  const server = await prunedServer(gone);
  const window = always.replace('2000', '1970');
  await server.put('service=a&type=heap&labels=step=1', heapAt(1, 100));
  gone.add(await server.put('service=a&type=heap&labels=step=2', heapAt(2, 500)));
  await server.put('service=a&type=heap&labels=step=3', heapAt(3, 900));
  const merged = await server.profile(`profiles/merge?service=a&type=heap&${window}&labels=step=3&agg=delta`);
  expect(totalsOf(merged).map(Number)).toEqual([0, 800]);
});

it('are not found (404) where nothing remains, by a window, by an id, or by several', async () => {
  const gone = new Set<string>();
  const server = await prunedServer(gone);
  const put = async () => {
    const id = await server.put('service=a&type=cpu', cpuAt(1));
    gone.add(id);
    return id;
  };
  const window = always.replace('2000', '1970');
  const asked = [
    async () => `profiles/merge?service=a&type=cpu&${window}&agg=${(await put()) && 'delta'}`,
    async () => `profiles/${await put()}`,
    async () => `profiles/${await put()}+${await server.put('service=b&type=cpu', cpuAt(9))}`,
    async () => `profiles/top?service=a${(await put()) && ''}`,
    async () => `profiles/series?service=a&function=main.work${(await put()) && ''}`,
  ];
  for (const ask of asked) {
    const path = await ask();
    const { status, error } = await server.get(path);
    expect([path, status, error]).toEqual([path, 404, expect.stringContaining('nothing found')]);
  }
  const id = await put();
  expect((await fetch(`${server.url}/flame?id=${id}`)).status).toBe(404);
  expect(server.warnings).toEqual([]);
});

it('are left out of the functions of the whole system, and of one over time', async () => {
  const gone = new Set<string>();
  const server = await prunedServer(gone);
  gone.add(await server.put('service=a&type=cpu', cpuAt(1)));
  await server.put('service=b&type=cpu', cpuAt(2));
  const top = await server.get<SystemTop>('profiles/top');
  expect(top.body.services).toMatchObject([{ service: 'b', profiles: 1 }]);
  gone.add(await server.put('service=b&type=cpu', cpuAt(3)));
  const { body } = await server.get<FunctionSeries>('profiles/series?service=b&function=main.work');
  expect(body).toMatchObject({ removed: 1, points: [{ at: 2 }] });
});
