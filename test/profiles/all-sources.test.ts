import { expect, it } from 'vitest';
import type { ProfileSource, StoredProfile } from '../../src/model/profile-store.ts';
import { allSources } from '../../src/profiles/all-sources.ts';

function profileOf(id: string, createdNs: bigint, service = 'api'): StoredProfile {
  return { id, service, type: 'cpu', labels: [], createdNs, durationNs: 0n, sha256: '', bytes: 1 };
}

function sourceOf(name: string, profiles: readonly StoredProfile[]): ProfileSource {
  return {
    find: async ({ limit }) => (limit === undefined ? profiles : profiles.slice(-limit)),
    get: async (id) => profiles.find((profile) => profile.id === id),
    read: async ({ id }) => Buffer.from(`${name} ${id}`),
    services: async () => [...new Set(profiles.map(({ service }) => service))],
    close: async () => undefined,
  };
}

const both = () =>
  allSources([
    sourceOf('store', [profileOf('b', 2n), profileOf('d', 4n, 'web')]),
    sourceOf('run', [profileOf('a', 1n), profileOf('c', 3n), profileOf('d', 4n)]),
  ]);

const textOf = async (source: ProfileSource, profile: StoredProfile) =>
  Buffer.from((await source.read(profile)) ?? []).toString();

it('finds in all of them, oldest first, and what two have only once', async () => {
  const source = both();
  expect((await source.find({})).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect((await source.find({ limit: 2 })).map(({ id }) => id)).toEqual(['c', 'd']);
  expect(await source.services()).toEqual(['api', 'web']);
});

it('finds once what a store has of a run that is read beside it, under an id of its own', async () => {
  const known = { ...profileOf('c', 3n), sha256: 'same' };
  const source = allSources([sourceOf('store', [{ ...known, id: 'x' }]), sourceOf('run', [known])]);
  expect((await source.find({})).map(({ id }) => id)).toEqual(['x']);
});

it('reads each where it was found, also by its id or a copy alone', async () => {
  const source = both();
  for (const profile of await source.find({})) {
    const home = 'bd'.includes(profile.id) ? 'store' : 'run';
    expect(await textOf(source, profile)).toBe(`${home} ${profile.id}`);
    expect(await textOf(source, { ...profile })).toBe(`${home} ${profile.id}`);
  }
  const found = await source.get('c');
  expect(found && (await textOf(source, found))).toBe('run c');
  expect(await source.get('x')).toBeUndefined();
});
