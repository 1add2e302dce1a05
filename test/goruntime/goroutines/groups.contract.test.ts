import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { countByReason, groupGoroutines } from '../../../src/goruntime/goroutines/groups.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { profileOf } from '../profile/made-profile.ts';
import { startWaits } from './waits-program.ts';

const fixtures = new URL('../../fixtures/goruntime/', import.meta.url);
/** Functions that tell the goroutines of the waits program apart in both forms. */
const marker = /^main\.park\w+|^net\/http\.\(\*persistConn\)\.\w+Loop/;

/** `<function> <reason>` of every marked goroutine in a profile, sorted. */
function fromProfile(bytes: Uint8Array): string[] {
  const { groups } = groupGoroutines(decodeProfile(gunzipSync(bytes)));
  const found = groups.flatMap(({ count, reason, frames }) => {
    const name = frames.map((frame) => marker.exec(frame)?.[0]).find((match) => match !== undefined);
    return name === undefined ? [] : Array<string>(count).fill(`${name} ${reason}`);
  });
  return found.sort();
}

/** The same from a `debug=2` text, in the words that the runtime printed. */
function fromText(text: string): string[] {
  const found = text.split('\n\n').flatMap((goroutine) => {
    const state = /^goroutine \d+ \[([^\],]+)/.exec(goroutine)?.[1] ?? '';
    const frames = [...goroutine.matchAll(/^(\S.*)\(.*\)$/gm)].map((match) => match[1] ?? '');
    const name = frames.map((frame) => marker.exec(frame)?.[0]).find((match) => match !== undefined);
    return name === undefined ? [] : [`${name} ${asProfile(state)}`];
  });
  return found.sort();
}

/** A profile cannot tell a nil channel from any other, nor running from runnable. */
function asProfile(state: string): string {
  return state.replace(' (nil chan)', '').replace(/^(running|runnable)$/, 'running or runnable');
}

test('Go 1.26: every goroutine has the reason that the runtime itself prints', async () => {
  const reasons = fromProfile(await readFile(new URL('go126-waits.pb.gz', fixtures)));
  expect(reasons).toEqual(fromText(await readFile(new URL('go126-waits.txt', fixtures), 'utf8')));
  expect(reasons.length).toBeGreaterThan(40);
});

test('Go 1.19: the same, but for locks and groups, which that runtime calls semacquire', async () => {
  const reasons = fromProfile(await readFile(new URL('go119-waits.pb.gz', fixtures)));
  const asOld = reasons.map((line) => line.replace(/sync\.(Mutex|RWMutex|WaitGroup)\.\w+$/, 'semacquire')).sort();
  expect(asOld).toEqual(fromText(await readFile(new URL('go119-waits.txt', fixtures), 'utf8')));
});

test('the Go on this machine: every goroutine has the reason that the runtime itself prints', async () => {
  const program = await startWaits();
  try {
    const look = (query: string) => fetch(`http://${program.address}/debug/pprof/goroutine${query}`);
    const profile = new Uint8Array(await (await look('')).arrayBuffer());
    expect(fromProfile(profile)).toEqual(fromText(await (await look('?debug=2')).text()));
  } finally {
    await program.kill();
  }
}, 180_000);

test('counts sum to the total, which is the profile’s own less the two goroutines that served the look', async () => {
  const profile = decodeProfile(gunzipSync(await readFile(new URL('go126-waits.pb.gz', fixtures))));
  const { total, groups } = groupGoroutines(profile);
  expect(total).toBe(profile.samples.reduce((sum, { values }) => sum + Number(values[0]), 0) - 2);
  expect([...countByReason(groups).values()].reduce((sum, count) => sum + count)).toBe(total);
});

test('only the goroutine that spins is runnable; the one that net/http made for the look is not counted', async () => {
  for (const name of ['go119-waits.pb.gz', 'go126-waits.pb.gz']) {
    const { groups } = groupGoroutines(decodeProfile(gunzipSync(await readFile(new URL(name, fixtures)))));
    const runnable = groups.filter(({ reason }) => reason === 'running or runnable');
    expect(runnable.map(({ count, site }) => [count, site])).toEqual([[1, 'main.parkSpin']]);
  }
});

test('the site of a network wait says which connection it is', async () => {
  const { groups } = groupGoroutines(decodeProfile(gunzipSync(await readFile(new URL('go126-waits.pb.gz', fixtures)))));
  const sites = groups.filter(({ reason }) => reason === 'IO wait').map(({ site }) => site);
  expect([...new Set(sites)].sort()).toEqual([
    'main.parkAccept',
    'main.parkBody',
    'main.parkConnRead',
    'main.parkConnWrite',
    'main.parkPipeRead',
    'net.(*conn).Read',
    'net.Dial',
    'net/http.(*Server).Serve',
    'net/http.(*conn).serve',
    'net/http.(*connReader).backgroundRead',
    'net/http.(*persistConn).readLoop',
  ]);
});

test('a profile of another kind is refused with what it is', () => {
  const cpu = { ...profileOf([]), sampleTypes: [{ type: 'cpu', unit: 'nanoseconds' }] };
  expect(() => groupGoroutines(cpu)).toThrow('not a goroutine profile: it has cpu/nanoseconds');
});
