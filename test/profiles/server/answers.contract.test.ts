/** What is more than profefe's: profiles over time by their kind, labels on samples, differences, and functions of the whole system. */
import { describe, expect, it } from 'vitest';
import { totalsOf } from '../../../src/goruntime/profile/delta.ts';
import { topTable } from '../../../src/goruntime/profile/top.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import type { FunctionSeries } from '../../../src/profiles/server/function-series.ts';
import type { SystemTop } from '../../../src/profiles/server/top-functions.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { always, type TestServer, testServer } from './server.ts';

const second = 1_000_000_000n;
const origin = 1_559_216_940n * second;

const timesAt = (seconds: number) => ({ timeNanos: origin + BigInt(seconds) * second });

/** So much in use, and so much allocated since the start of the process. */
function heapAt(seconds: number, inUse: number, allocated: number): PprofProfile {
  const sampleTypes = [
    { type: 'alloc_objects', unit: 'count' },
    { type: 'alloc_space', unit: 'bytes' },
    { type: 'inuse_objects', unit: 'count' },
    { type: 'inuse_space', unit: 'bytes' },
  ];
  const values = [allocated / 1000, allocated, inUse / 1000, inUse].map((value) => BigInt(Math.round(value)));
  const header = { sampleTypes, periodType: { type: 'space', unit: 'bytes' }, period: 524_288n, durationNanos: 0n };
  return profileOf([sampleOf(['main.cache', 'main.main'], values)], { ...header, ...timesAt(seconds) });
}

/** Nanoseconds waited since the start of the process, by function. */
function mutexAt(seconds: number, waited: Readonly<Record<string, number>>): PprofProfile {
  const sampleTypes = [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ];
  const samples = Object.entries(waited).map(([name, ns]) => sampleOf([name, 'main.main'], [1n, BigInt(ns)]));
  const header = { sampleTypes, periodType: { type: 'contentions', unit: 'count' }, period: 1n, durationNanos: 0n };
  return profileOf(samples, { ...header, ...timesAt(seconds) });
}

/** Milliseconds of CPU by function, over ten seconds. */
function cpuAt(seconds: number, used: Readonly<Record<string, number>>): PprofProfile {
  const samples = Object.entries(used).map(([name, ms]) =>
    sampleOf([name, 'main.main'], [BigInt(ms / 10), BigInt(ms) * 1_000_000n]),
  );
  return profileOf(samples, { ...timesAt(seconds), durationNanos: 10n * second });
}

const merge = (server: TestServer, type: string, more = '') =>
  server.profile(`profiles/merge?service=a&type=${type}&${always}${more}`);
const totals = async (profile: Promise<PprofProfile>) => totalsOf(await profile).map(Number);

/** The texts of a label, each once. */
function textsOf({ samples }: PprofProfile, key: string): string[] {
  const labels = samples.flatMap((sample) => sample.labels.filter((label) => label.key === key));
  return [...new Set(labels.map((label) => ('text' in label ? label.text : '')))].sort();
}

describe('ten snapshots of a heap', () => {
  async function ten(labels: (at: number) => string) {
    const server = await testServer();
    for (let at = 0; at < 10; at += 1)
      await server.put(
        `service=a&type=heap&labels=${labels(at)}`,
        heapAt(at, 100_000 + 1000 * at, 1_000_000 * (at + 1)),
      );
    return server;
  }

  it('are one heap: what is in use is averaged, what was allocated is the difference', async () => {
    const server = await ten((at) => `step=${at}00`);
    expect(await totals(merge(server, 'heap'))).toEqual([9000, 9_000_000, expect.closeTo(104.5, -1), 104_500]);
    expect(await totals(merge(server, 'heap', '&agg=sum'))).toEqual([55_000, 55_000_000, 1045, 1_045_000]);
    expect(await totals(merge(server, 'heap', '&agg=last'))).toEqual([10_000, 10_000_000, 109, 109_000]);
    expect((await merge(server, 'heap', '&agg=last')).samples).toHaveLength(1);
    const { headers } = await server.bytes(`profiles/merge?service=a&type=heap&${always}`);
    expect(headers.get('x-rampart-merge')).toBe('profiles=10; instances=1; columns=cumulative delta, gauge avg');
  });

  it('of two processes are the heaps of both', async () => {
    const server = await ten((at) => `pod=p${at % 2}`);
    const [, , , inUse] = await totals(merge(server, 'heap'));
    expect(inUse).toBe(104_000 + 105_000);
  });

  it('of one replica in each of two projects are the heaps of both', async () => {
    const server = await ten((at) => `project=shop-${at % 2},instance=api-1`);
    expect((await totals(merge(server, 'heap')))[3]).toBe(209_000);
  });

  it('are of the processes that the asker tells apart', async () => {
    const server = await ten((at) => `shard=s${at % 2}`);
    expect((await totals(merge(server, 'heap')))[3]).toBe(104_500);
    expect((await totals(merge(server, 'heap', '&instance=shard')))[3]).toBe(209_000);
  });

  it('are refused a way that there is not', async () => {
    const server = await ten(() => '');
    const asked = async (more: string) => {
      const { status, error } = await server.get(`profiles/merge?service=a&type=heap&${always}&${more}`);
      return `${status} ${error}`;
    };
    expect(await asked('agg=mean')).toBe('400 bad request: bad "agg" "mean": it must be one of sum, avg, last, delta');
    expect(await asked('inject=yes')).toContain('bad "inject" "yes"');
    await server.put('service=a&type=cpu', cpuAt(1, { f: 10 }));
    await server.put('service=a&type=cpu', cpuAt(2, { f: 10 }));
    const { status, error } = await server.get(`profiles/merge?service=a&type=cpu&${always}&agg=delta`);
    expect([status, error]).toEqual([400, expect.stringContaining('bad "agg": no difference over time')]);
  });
});

describe('labels', () => {
  it('of profiles are on the samples of their merge, unless they are not wanted', async () => {
    const server = await testServer();
    for (const step of [500, 600])
      await server.put(
        `service=a&type=cpu&labels=step=${step},version=v1,pprof::base=true,none=`,
        cpuAt(step, { f: 10 }),
      );
    const merged = await merge(server, 'cpu');
    expect(textsOf(merged, 'step')).toEqual(['step=500', 'step=600']);
    expect(textsOf(merged, 'version')).toEqual(['v1']);
    expect([...textsOf(merged, 'pprof::base'), ...textsOf(merged, 'none'), ...textsOf(merged, 'service')]).toEqual([]);
    expect((await merge(server, 'cpu', '&inject=0')).samples.every(({ labels }) => labels.length === 0)).toBe(true);
    expect(textsOf(await merge(server, 'cpu', '&labels=step=500'), 'step')).toEqual([]);
    expect(textsOf(await merge(server, 'cpu', '&labels=step=500&inject=1'), 'step')).toEqual(['step=500']);
  });

  it('of the program stay as they are', async () => {
    const server = await testServer();
    const own = profileOf([sampleOf(['f'], [1n, 1n], [{ key: 'step', text: 'own' }])], timesAt(1));
    for (const step of [1, 2]) await server.put(`service=a&type=cpu&labels=step=${step}`, own);
    expect(textsOf(await merge(server, 'cpu'), 'step')).toEqual(['own']);
  });

  it('of several services tell them apart', async () => {
    const server = await testServer();
    const a = await server.put('service=a&type=cpu', cpuAt(1, { f: 10 }));
    const b = await server.put('service=b&type=cpu', cpuAt(2, { f: 10 }));
    expect(textsOf(await server.profile(`profiles/${a}+${b}`), 'service')).toEqual(['a', 'b']);
  });

  it('that change within a process do not split what was counted over its time', async () => {
    const server = await testServer();
    for (const at of [1, 2, 3])
      await server.put(`service=a&type=mutex&labels=pod=p,step=${at}`, mutexAt(at, { 'main.lock': 100 * at }));
    const merged = await merge(server, 'mutex');
    expect(merged.samples.map(({ values }) => Number(values[1]))).toEqual([200]);
    expect([textsOf(merged, 'step'), textsOf(merged, 'pod')]).toEqual([[], ['p']]);
  });
});

describe('a difference', () => {
  async function steps(labels = (step: number) => `step=${step}`) {
    const server = await testServer();
    await server.put(`service=a&type=cpu&labels=${labels(100)}`, cpuAt(0, { 'main.a': 1000, 'main.b': 1000 }));
    await server.put(`service=a&type=cpu&labels=${labels(400)}`, cpuAt(60, { 'main.a': 4000, 'main.b': 8000 }));
    return server;
  }
  const path = (more: string) => `profiles/diff?service=a&type=cpu&${always}&labels=step=400&${more}`;
  const msOf = (profile: PprofProfile) =>
    Object.fromEntries(topTable(profile, 1).rows.map(({ name, flat }) => [name, flat / 1e6]));

  it('has the base with its mark, scaled to the same work', async () => {
    const server = await steps((step) => `step=${step},rps=${step}`);
    const diff = async (more: string) => msOf(await server.profile(path(`base_labels=step=100&${more}`)));
    expect(await diff('norm=none')).toMatchObject({ 'main.a': 3000, 'main.b': 7000 });
    expect(await diff('')).toMatchObject({ 'main.a': 3000, 'main.b': 7000 });
    expect(await diff('norm=second')).toMatchObject({ 'main.a': 3000, 'main.b': 7000 });
    expect(await diff('norm=request')).toMatchObject({ 'main.b': 4000 });
    expect(await diff('norm=request')).not.toHaveProperty('main.a');
    expect(await diff('norm=share')).toMatchObject({ 'main.a': -2000, 'main.b': 2000 });
    expect(await diff('norm=request&requests=100&base_requests=50')).toMatchObject({ 'main.a': 2000, 'main.b': 6000 });
    const marked = await server.profile(path('base_labels=step=100'));
    expect(textsOf(marked, 'pprof::base')).toEqual(['true']);
    const { headers } = await server.bytes(path('base_labels=step=100&norm=request'));
    expect(headers.get('x-rampart-factor')).toBe('4');
    expect(headers.get('content-disposition')).toBe('attachment; filename="cpu-diff.pb.gz"');
  });

  it('of two services, or of two windows, takes the rest from the other side', async () => {
    const server = await steps();
    await server.put('service=b&type=cpu&labels=step=400', cpuAt(61, { 'main.b': 500 }));
    expect(msOf(await server.profile(path('base_service=b')))).toMatchObject({ 'main.a': 4000, 'main.b': 7500 });
    const windows = 'profiles/diff?service=a&type=cpu&from=2019-05-30T11:50:00&to=2019-05-30T12:00:00';
    const base = 'base_from=2019-05-30T11:49:00&base_to=2019-05-30T11:49:30';
    expect(msOf(await server.profile(`${windows}&${base}`))).toMatchObject({ 'main.a': 3000, 'main.b': 7000 });
  });

  it('is found behind a slash, as Go cleans paths', async () => {
    const server = await steps();
    const asked = path('base_labels=step=100').replace('diff?', 'diff/?');
    expect(msOf(await server.profile(asked))).toMatchObject({ 'main.a': 3000 });
  });

  it('is refused where it has no meaning', async () => {
    const server = await steps();
    const asked = async (more: string) => {
      const { status, error } = await server.get(path(more));
      return `${status} ${error}`;
    };
    expect(await asked('')).toContain('400 bad request: missing what to compare with: one of base_service, base_from');
    expect(await asked('base_service=&base_from=')).toContain('400 bad request: missing what to compare with');
    expect(await asked('base_labels=step=1')).toBe('404 nothing found: the base of the difference has no profiles');
    expect(await asked('base_labels=step=100&norm=time')).toContain('400 bad request: bad "norm" "time"');
    expect(await asked('base_labels=step=100&norm=request')).toContain('no known number of requests');
    expect(await asked('base_labels=step=100&norm=request&requests=0')).toContain('bad "requests" "0"');
    expect(await asked('base_labels=step=100&base_from=x')).toContain('bad "base_from" timestamp "x"');
    const { status } = await server.get(`profiles/diff?service=a&type=trace&${always}&base_labels=`);
    expect(status).toBe(405);
  });
});

describe('functions of the whole system', () => {
  it('are the largest over all services, with what each service has of them', async () => {
    const server = await testServer();
    await server.put('service=api&type=cpu', cpuAt(0, { 'json.encode': 3000, 'main.own': 1000 }));
    await server.put('service=api&type=cpu', cpuAt(60, { 'json.encode': 1000 }));
    await server.put('service=web&type=cpu', cpuAt(0, { 'json.encode': 2000, 'tls.read': 3000 }));
    const { body } = await server.get<SystemTop>('profiles/top?type=cpu&n=2');
    expect(body).toMatchObject({ type: 'cpu', sample_type: 'cpu', unit: 'nanoseconds', total: 10_000e6 });
    expect(body.functions.map((each) => [each.function, each.flat / 1e6, each.flat_share, each.cum_share])).toEqual([
      ['json.encode', 6000, 0.6, 0.6],
      ['tls.read', 3000, 0.3, 0.3],
    ]);
    expect(body.functions[0]?.services).toEqual([
      { service: 'api', flat: 4000e6, cum: 4000e6 },
      { service: 'web', flat: 2000e6, cum: 2000e6 },
    ]);
    expect(body.services).toEqual([
      { service: 'api', profiles: 2, total: 5000e6, combined: 'profiles=2; instances=1; columns=interval sum' },
      { service: 'web', profiles: 1, total: 5000e6, combined: 'profiles=1; instances=1; columns=interval sum' },
    ]);
    const one = await server.get<SystemTop>('profiles/top?service=web&sample_index=samples&from=2019-05-30T11:00:00');
    expect(one.body.functions.map(({ function: name, flat }) => [name, flat])).toEqual([
      ['tls.read', 300],
      ['json.encode', 200],
      ['main.main', 0],
    ]);
  });

  it('are refused where they are of nothing', async () => {
    const server = await testServer();
    expect((await server.get('profiles/top')).error).toBe('nothing found');
    await server.put('service=api&type=cpu', cpuAt(0, { f: 10 }));
    expect((await server.get('profiles/top?n=0')).error).toContain('bad "n" "0"');
    expect((await server.get('profiles/top?type=trace')).status).toBe(405);
    expect((await server.get('profiles/top?sample_index=x')).error).toContain('the profiles have samples, cpu');
  });
});

describe('a function over time', () => {
  it('is a point of each profile, with its share', async () => {
    const server = await testServer();
    await server.put('service=api&type=cpu&labels=pod=a', cpuAt(0, { 'json.encode': 3000, 'main.own': 1000 }));
    await server.put('service=api&type=cpu', cpuAt(60, { 'main.own': 1000 }));
    const { body } = await server.get<FunctionSeries>('profiles/series?function=json.encode');
    expect(body).toMatchObject({ function: 'json.encode', type: 'cpu', sample_type: 'cpu', unit: 'nanoseconds' });
    expect(body.points).toMatchObject([
      {
        service: 'api',
        labels: [{ key: 'pod', value: 'a' }],
        at: 1_559_216_940,
        seconds: 10,
        flat: 3000e6,
        flat_share: 0.75,
      },
      { at: 1_559_217_000, flat: 0, cum: 0, total: 1000e6, flat_share: 0, cum_share: 0 },
    ]);
    expect((await server.get('profiles/series')).error).toBe('bad request: missing "function"');
  });

  it('that counts from the start of its process is what was added since the profile before', async () => {
    const server = await testServer();
    for (const at of [1, 2, 3]) await server.put('service=a&type=mutex', mutexAt(at, { 'main.lock': 100 * at * at }));
    const { body } = await server.get<FunctionSeries>('profiles/series?type=mutex&function=main.lock');
    expect(body.points.map(({ at, seconds, flat }) => [at - 1_559_216_940, seconds, flat])).toEqual([
      [2, 1, 300],
      [3, 1, 500],
    ]);
  });
});
