/** A store of many profiles on local disk: how long one takes to be kept, and how long queries and a new index take. */
import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ProfileQuery, ProfileStore } from '../../../src/model/profile-store.ts';
import { openStore } from '../../../src/profiles/store/open-store.ts';

/** What 10,000 profiles may take at most, of queries the median; more are not judged. */
const most = { profiles: 10_000, queryMs: 50, rebuildMs: 30_000 };

const types = ['cpu', 'heap', 'mutex', 'block', 'goroutine'] as const;
const services = 10;
const days = 10n;
const startNs = 1_769_900_000_000_000_000n;
const nsPerDay = 86_400_000_000_000n;
/** How many are stored at the same time. */
const writers = 16;
const repeats = 50;

/** Prints what it measures, a row of a table each; whether all is within the limits. */
export async function measureStore(place: string, profiles: number): Promise<boolean> {
  const store = await open(place);
  const [putMs] = await timed(() => fill(store, profiles));
  row(`store ${profiles} profiles of 20 KiB, ${writers} at a time`, putMs, `${(putMs / profiles).toFixed(2)} ms each`);
  await store.close();

  rmSync(join(place, 'index.sqlite'), { force: true });
  const [rebuildMs, rebuilt] = await timed(async () => {
    const fresh = await open(place);
    await fresh.find({ limit: 0 });
    return fresh;
  });
  row('make the index anew from the entries', rebuildMs);
  await rebuilt.close();
  const index = statSync(join(place, 'index.sqlite')).size;

  const [startMs, started] = await timed(async () => {
    const fresh = await open(place);
    await fresh.find({ limit: 0 });
    return fresh;
  });
  row(`start with the index of another process, ${(index / 2 ** 20).toFixed(1)} MiB`, startMs);

  const window = { fromNs: startNs + 2n * nsPerDay, toNs: startNs + 5n * nsPerDay };
  const query: ProfileQuery = { service: 'service-3', type: 'heap', ...window };
  const queries: readonly [string, ProfileQuery][] = [
    ['service, type and 3 of 10 days', query],
    ['the same and a label', { ...query, labels: [{ key: 'step', value: '500' }] }],
    ['service and type, of all days', { service: 'service-3', type: 'heap' }],
    ['all profiles', {}],
  ];
  const medians: number[] = [];
  for (const [told, each] of queries) medians.push(await measureQuery(started, told, each));
  await started.close();
  const [first = 0, labelled = 0] = medians;
  const isQuick = first < most.queryMs && labelled < most.queryMs && rebuildMs < most.rebuildMs;
  return isQuick || profiles > most.profiles;
}

async function measureQuery(store: ProfileStore, told: string, query: ProfileQuery): Promise<number> {
  const times: number[] = [];
  let found = 0;
  for (let at = 0; at < repeats; at += 1) {
    const [ms, profiles] = await timed(() => store.find(query));
    times.push(ms);
    found = profiles.length;
  }
  times.sort((a, b) => a - b);
  const [median = 0, last = 0] = [times[times.length >> 1], times.at(-1)];
  row(`find ${told}: ${found} found`, median, `${last.toFixed(1)} ms at most`);
  return median;
}

async function fill(store: ProfileStore, profiles: number): Promise<void> {
  let next = 0;
  const write = async () => {
    for (let at = next++; at < profiles; at = next++) {
      await store.put({
        service: `service-${at % services}`,
        type: types[Math.floor(at / services) % types.length] ?? 'cpu',
        labels: [
          { key: 'step', value: String(100 * (at % 8)) },
          { key: 'instance', value: `10.0.0.${at % 30}` },
        ],
        // Not in the order of their times.
        createdNs: startNs + (((BigInt(at) * 7919n) % BigInt(profiles)) * days * nsPerDay) / BigInt(profiles),
        durationNs: 10_000_000_000n,
        content: randomBytes(20 * 1024),
      });
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}

function open(place: string) {
  return openStore(place, {
    cwd: '/',
    env: {},
    time: { wallMs: Date.now, monotonicMs: () => performance.now() },
    log: { info: () => undefined, warn: (message) => console.error(message) },
  });
}

async function timed<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

function row(told: string, ms: number, more = ''): void {
  console.log(`| ${told} | ${ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`} | ${more} |`);
}
