/** What profefe's clients rely on, over real HTTP: storing, listing, merging, and what is refused. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { totalsOf } from '../../../src/goruntime/profile/delta.ts';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import type { ProfileMetadata } from '../../../src/profiles/server/metadata.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { always, answered, gzipped, recorded, testServer } from './server.ts';

const second = 1_000_000_000n;
/** 2019-05-30T11:49:00Z. */
const origin = 1_559_216_940n * second;
const window = 'from=2019-05-30T11:00:00&to=2019-05-30T12:00:00';

/** A CPU profile of so many seconds after the origin. */
function cpuAt(seconds: number, name = 'main.work') {
  return profileOf([sampleOf([name, 'main.main'], [2n, 20_000_000n])], {
    timeNanos: origin + BigInt(seconds) * second + 400_000_000n,
  });
}

/** The same, as fgprof writes it. */
function wallAt(seconds: number) {
  const sampleTypes = [
    { type: 'samples', unit: 'count' },
    { type: 'time', unit: 'nanoseconds' },
  ];
  return { ...cpuAt(seconds), sampleTypes, periodType: { type: 'wallclock', unit: 'nanoseconds' } };
}

const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const idsOf = (list: readonly ProfileMetadata[]) => list.map(({ id }) => id);

describe('a profile that is sent', () => {
  it('is kept byte for byte, with its own time', async () => {
    const server = await testServer();
    const content = await recorded('loadbalancer-1.02.cpu.pb.gz');
    const { timeNanos } = decodeProfile(gunzipSync(content));
    const { status, body, headers } = await server.post(
      'service=auth&type=cpu&labels=version=1.0.0,region=fra',
      content,
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-v]{20}$/),
      type: 'cpu',
      service: 'auth',
      labels: [
        { key: 'region', value: 'fra' },
        { key: 'version', value: '1.0.0' },
      ],
      created_at: `${new Date(Number(timeNanos / 1_000_000n)).toISOString().slice(0, 19)}Z`,
    });
    const stored = await server.bytes(`profiles/${body.id}`);
    expect(sha256(stored.content)).toBe(sha256(content));
    expect(stored.headers.get('content-type')).toBe('application/octet-stream');
    expect(stored.headers.get('content-encoding')).toBeNull();
    expect(stored.headers.get('content-disposition')).toBe(`attachment; filename="${body.id}.pb.gz"`);
  });

  it('may be plain protobuf, and has no labels where none were sent', async () => {
    const server = await testServer();
    const content = Uint8Array.from(encodeProfile(cpuAt(0)));
    const { body } = await server.post('service=auth&type=cpu', content);
    expect(body).not.toHaveProperty('labels');
    expect(sha256((await server.bytes(`profiles/${body.id}`)).content)).toBe(sha256(content));
  });

  it('without a time has the one that is sent with it, else that of its arrival', async () => {
    const server = await testServer();
    const timeless = gzipped({ ...cpuAt(0), timeNanos: 0n });
    const sent = await server.post('service=a&type=cpu&created_at=2019-05-30T11:49:00.7', timeless);
    expect(sent.body.created_at).toBe('2019-05-30T11:49:00Z');
    const before = Date.now() - 1000;
    const arrived = await server.post('service=a&type=cpu', timeless);
    expect(Date.parse(arrived.body.created_at)).toBeGreaterThanOrEqual(before);
    const own = await server.post('service=a&type=cpu&created_at=2018-01-01T00:00:00', gzipped(cpuAt(0)));
    expect(own.body.created_at).toBe('2019-05-30T11:49:00Z');
    const bad = await server.post('service=a&type=cpu&created_at=now', timeless);
    expect([bad.status, bad.error]).toEqual([
      400,
      'bad request: bad "created_at" "now": time in unsupported format "now"',
    ]);
    const far = await server.post('service=a&type=trace&created_at=2500-01-01T00:00:00', timeless);
    expect([far.status, far.error]).toEqual([400, expect.stringContaining('bad "created_at" "2500-01-01T00:00:00"')]);
  });

  it('is of a known type', async () => {
    const server = await testServer();
    for (const query of ['service=a&type=blah', 'service=a', 'service=a&type=CPU']) {
      const { status, error } = await server.post(query, gzipped(cpuAt(0)));
      expect([status, error]).toEqual([400, 'bad request: unknown profile type']);
    }
    for (const type of ['cpu', 'heap', 'allocs', 'fgprof', 'goroutineleak', 'other', '%20cpu%20'])
      expect((await server.post(`service=a&type=${type}`, gzipped(cpuAt(0)))).status).toBe(200);
  });

  it('is refused with the reason where it is none', async () => {
    const server = await testServer();
    const whole = gunzipSync(await recorded('loadbalancer-1.02.cpu.pb.gz'));
    const packed = gzipSync(whole);
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [Buffer.from('goroutine profile: total 4\n'), /unrecognized profile format: .*text .*goroutine profile: total 4/],
      [Buffer.from('<!doctype html><title>404</title>'), /unrecognized profile format: .*text/],
      [new Uint8Array(), /parsing profile: empty input file/],
      [gzipSync(''), /parsing profile: empty input file/],
      [packed.subarray(0, packed.length - 12), /malformed profile format: .*gzip stream is damaged or cut/],
      [packed.subarray(0, 12), /gzip/],
      [gzipSync(whole.subarray(0, whole.length - 5)), /malformed profile format: not a whole profile/],
      [whole.subarray(0, whole.length / 2), /parsing profile/],
      [gzipSync(Buffer.concat([whole, whole])), /two times, as two profiles in one file/],
      [Buffer.concat([packed, packed]), /two times, as two profiles in one file/],
      [gzipped(profileOf([])), /profile is empty: no samples/],
      [Buffer.from([0xff, 0xff, 0xff, 0xff]), /parsing profile/],
    ];
    for (const [content, why] of cases) {
      const { status, error } = await server.post('service=a&type=cpu', Uint8Array.from(content));
      expect([status, error]).toEqual([400, expect.stringMatching(why)]);
      expect(error).toMatch(/^malformed profile \(could not parse pprof profile: /);
    }
    expect((await server.get('services')).status).toBe(404);
  });

  it('may be an execution trace, which is kept as it came and never merged', async () => {
    const server = await testServer();
    const content = Uint8Array.from(Buffer.from('go 1.22 trace\0\0\0 and whatever follows'));
    const id = await server.put('service=a&type=trace&created_at=2019-05-30T11:49:00', content);
    expect((await server.bytes(`profiles/${id}`)).content).toEqual(content);
    const twice = await server.get(`profiles/${id}+${id}`);
    expect([twice.status, twice.error]).toEqual([405, "can't merge profiles of trace type"]);
    expect((await server.post('service=a&type=trace', new Uint8Array())).status).toBe(400);
  });
});

describe('clients of profefe', () => {
  it('are its agent, which encodes labels once more', async () => {
    const server = await testServer();
    // url.Values.Encode() sorts by key; each label was through url.QueryEscape before.
    const query = 'labels=region%3Dfra%2Bnk%252F%252B%2Cversion%3D1.0.0%252Cx%253Dy&service=svc+a%26b&type=cpu';
    const { status, body } = await server.post(query, gzipped(cpuAt(0)));
    expect([status, body.service]).toEqual([200, 'svc a&b']);
    expect(body.labels).toEqual([
      { key: 'region', value: 'fra nk/+' },
      { key: 'version', value: '1.0.0,x=y' },
    ]);
  });

  it('are kube-profefe, which begins labels with a comma, and lists what is of type unknown', async () => {
    const server = await testServer();
    const labels = '%2Cnamespace%3Ddefault%2Cfrom%3Dkube-profefe%2Cpod%3Dp-1';
    const headers = { 'content-type': 'application/octet-stream', useragent: 'kube-profefe' };
    const query = `instance_id=i1&labels=${labels}&service=kube&type=heap`;
    const { body } = await server.post(query, gzipped(cpuAt(0)), { headers, method: 'POST', body: gzipped(cpuAt(0)) });
    expect(body.labels?.map(({ key }) => key)).toEqual(['from', 'namespace', 'pod']);
    const list = await server.get<ProfileMetadata[]>(
      'profiles?from=2019-05-30T11%3A00%3A00&labels=%2Cpod%3Dp-1&service=kube&to=2019-05-30T12%3A00%3A00&type=unknown',
    );
    expect(idsOf(list.body)).toEqual([body.id]);
  });
});

describe('a list', () => {
  it('has what the window and the labels name, oldest first', async () => {
    const server = await testServer();
    // The order of arrival is not that of time.
    const late = await server.put('service=auth&type=cpu&labels=version=1.0.0,note=a%252Cb', cpuAt(65));
    const heap = await server.put('service=auth&type=heap&labels=version=1.0.0', cpuAt(30));
    const early = await server.put('service=auth&type=cpu&labels=version=1.0.0', cpuAt(5));
    await server.put('service=auth2&type=cpu&labels=version=1.0.0', cpuAt(6));
    const list = (query: string) => server.get<ProfileMetadata[]>(`profiles?service=auth&${query}`);
    expect(idsOf((await list(`type=cpu&${window}`)).body)).toEqual([early, late]);
    expect(idsOf((await list(window)).body)).toEqual([early, heap, late]);
    expect(idsOf((await list(`type=blah&${window}`)).body)).toEqual([early, heap, late]);
    expect(idsOf((await list(`type=unknown&${window}&labels=,version=1.0.0&instance_id=x&seconds=30`)).body)).toEqual([
      early,
      heap,
      late,
    ]);
    for (const labels of ['note=a%252Cb,version=1.0.0', 'version=1.0.0,note=a%252Cb', ',note=a%252Cb'])
      expect(idsOf((await list(`type=cpu&${window}&labels=${labels}`)).body)).toEqual([late]);
    const wrong = await list(`${window}&labels=version=1.0.1`);
    expect([wrong.status, wrong.error]).toEqual([404, 'nothing found']);
    expect(wrong.headers.get('content-type')).toBe('application/json');
  });

  it('has a profile whose second is asked for, whatever its fraction', async () => {
    const server = await testServer();
    const id = await server.put('service=a&type=cpu', cpuAt(5));
    const at = (from: string, to: string) => server.get<ProfileMetadata[]>(`profiles?service=a&from=${from}&to=${to}`);
    expect(idsOf((await at('2019-05-30T11:49:05', '2019-05-30T11:49:05')).body)).toEqual([id]);
    expect(idsOf((await at('2019-05-30T11:49:05.4', '2019-05-30T11:49:05.4')).body)).toEqual([id]);
    expect((await at('2019-05-30T11:49:05.5', '2019-05-30T11:49:06')).status).toBe(404);
    expect((await at('2019-05-30T11:49:00', '2019-05-30T11:49:05.3')).status).toBe(404);
    for (const [from, to] of [
      ['2019-05-30T11:49:05Z', '2019-05-30T11:49:06'],
      ['2019-05-30T11:49:06', '2019-05-30T11:49:05'],
    ] as const)
      expect((await at(from, to)).status).toBe(400);
    expect((await server.get('profiles?service=a&to=2019-05-30T11:49:05')).error).toBe('bad request: missing "from"');
  });

  it('that is limited has the newest, and says that there are older ones', async () => {
    const server = await testServer();
    const ids: string[] = [];
    for (const at of [1, 2, 3]) ids.push(await server.put('service=a&type=cpu', cpuAt(at)));
    const list = (limit: number) => server.get<ProfileMetadata[]>(`profiles?service=a&${window}&limit=${limit}`);
    const cut = await list(2);
    expect(idsOf(cut.body)).toEqual(ids.slice(1));
    expect(cut.headers.get('x-rampart-limit')).toBe('the newest 2; there are older ones');
    const all = await list(3);
    expect(idsOf(all.body)).toEqual(ids);
    expect(all.headers.get('x-rampart-limit')).toBeNull();
  });

  it('has names with any characters, escaped as Go does it', async () => {
    const server = await testServer();
    const service = '<b>&"\u2028/../..';
    await server.put(`service=${encodeURIComponent(service)}&type=cpu`, cpuAt(1));
    const answer = await fetch(`${server.url}/api/0/services`);
    const text = await answer.text();
    expect(text).toBe('{"code":200,"body":["\\u003cb\\u003e\\u0026\\"\\u2028/../.."]}\n');
    const list = await server.get<ProfileMetadata[]>(`profiles?service=${encodeURIComponent(service)}&${window}`);
    expect(list.body[0]?.service).toBe(service);
  });
});

describe('a merge', () => {
  it('of one profile is that profile, byte for byte', async () => {
    const server = await testServer();
    const content = await recorded('loadbalancer-1.03.cpu.pb.gz');
    await server.put('service=lb&type=cpu&labels=step=500', content);
    const merged = await server.bytes(`profiles/merge?service=lb&type=cpu&${always}&labels=step=500`);
    expect(merged.status).toBe(200);
    expect(merged.headers.get('content-disposition')).toBe('attachment; filename="cpu.pb.gz"');
    expect(sha256(merged.content)).toBe(sha256(content));
  });

  it('of several has their sums', async () => {
    const server = await testServer();
    const contents = [await recorded('loadbalancer-1.02.cpu.pb.gz'), await recorded('loadbalancer-1.03.cpu.pb.gz')];
    for (const content of contents) await server.put('service=lb&type=cpu', content);
    const [a = [], b = []] = contents.map((content) => totalsOf(decodeProfile(gunzipSync(content))));
    const merged = await server.profile(`profiles/merge?service=lb&type=cpu&${always}`);
    expect(totalsOf(merged)).toEqual(a.map((value, column) => value + (b[column] ?? 0n)));
  });

  it('of no type, or of traces, is refused; of nothing it is not there, in words that pprof shows', async () => {
    const server = await testServer();
    await server.put('service=a&type=cpu', cpuAt(1));
    const merge = (query: string) => server.get(`profiles/merge?${query}`);
    for (const [type, word] of [
      ['', 'unknown'],
      ['&type=blah', 'unknown'],
      ['&type=trace', 'trace'],
    ]) {
      const { status, error } = await merge(`service=a${type}&${window}`);
      expect([status, error]).toEqual([405, `can't merge profiles of ${word} type`]);
    }
    const none = await merge(`service=b&type=cpu&${window}`);
    expect([none.status, none.error]).toEqual([404, 'nothing found']);
    expect(none.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(none.headers.get('x-go-pprof')).toBe('1');
  });

  it('of profiles that do not go together names the types of both', async () => {
    const server = await testServer();
    await server.put('service=a&type=cpu', cpuAt(1));
    await server.put('service=a&type=cpu', cpuAt(2));
    const odd = await server.put('service=a&type=cpu', wallAt(3));
    const { status, error } = await server.get(`profiles/merge?service=a&type=cpu&${window}`);
    expect(status).toBe(409);
    expect(error).toContain('[samples/count, cpu/nanoseconds] by cpu/nanoseconds');
    expect(error).toContain(`${odd} has [samples/count, time/nanoseconds] by wallclock/nanoseconds`);
  });
});

describe('ids', () => {
  it('name one profile, or several that are merged', async () => {
    const server = await testServer();
    const a = await server.put('service=a&type=cpu', cpuAt(1, 'main.one'));
    const b = await server.put('service=b&type=cpu', cpuAt(2, 'main.two'));
    for (const joined of [`${a}+${b}`, `${a}%2B${b}`, `${a}%252B${b}`, `${a}+${b}/`.slice(0, -1)]) {
      const merged = await server.profile(`profiles/${joined}`);
      expect(totalsOf(merged)).toEqual([4n, 40_000_000n]);
    }
    expect(totalsOf(await server.profile(`profiles/${a}+${a}`))).toEqual([4n, 40_000_000n]);
  });

  it('that are malformed, missing, or of two types are told apart', async () => {
    const server = await testServer();
    const a = await server.put('service=a&type=mutex', cpuAt(1));
    const b = await server.put('service=a&type=block', cpuAt(2));
    const missing = `${a.slice(0, -2)}${a.endsWith('00') ? '10' : '00'}`;
    const answers = await Promise.all(
      ['a++b', 'not-base32hex', a.slice(0, -1), `${a}+`, missing, `${a}+${missing}`, `${a}+${b}`].map((ids) =>
        server.get(`profiles/${ids}`),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 404, 404, 409]);
    expect(answers[1]?.error).toContain('"not-base32hex" is no profile id');
    expect(answers[5]?.error).toBe(`nothing found: there is no profile ${missing}`);
    expect(answers[6]?.error).toMatch(/is of type mutex, .* of type block/);
    expect(answers.every(({ headers }) => headers.get('x-go-pprof') === '1')).toBe(true);
  });
});

describe('the other routes', () => {
  it('are services, sorted, and the version', async () => {
    const server = await testServer();
    const none = await server.get('services');
    expect([none.status, none.error]).toEqual([404, 'nothing found']);
    for (const service of ['web', 'api', 'auth']) await server.put(`service=${service}&type=cpu`, cpuAt(1));
    expect((await server.get('services')).body).toEqual(['api', 'auth', 'web']);
    const { body } = await server.get<Record<string, string>>('version');
    expect(body).toEqual({ version: 'rampart 1.2.3', commit: '', build_time: '', go_version: '' });
  });

  it('answer symbolz, and say at /debug/pprof/profile what to ask instead', async () => {
    const server = await testServer();
    const symbols = await fetch(`${server.url}/api/0/profiles/symbolz`, { method: 'POST', body: '0x1234+0x5678' });
    expect([symbols.status, await symbols.text()]).toEqual([200, 'num_symbols: 0\n']);
    expect(symbols.headers.get('content-type')).toContain('text/plain');
    const wrong = await fetch(`${server.url}/debug/pprof/profile?seconds=30`);
    expect(wrong.status).toBe(404);
    expect(wrong.headers.get('x-go-pprof')).toBe('1');
    expect((await answered(wrong)).error).toContain('/api/0/profiles/merge?service=NAME&type=cpu');
  });

  it('are nothing else', async () => {
    const server = await testServer();
    const id = await server.put('service=a&type=cpu', cpuAt(1));
    const paths = [
      'profilesX',
      'services/',
      'nothing',
      `profiles/${id}/top`,
      'profiles/../../../etc/passwd',
      '%2e%2e/x',
    ];
    for (const path of paths) {
      const { status, error } = await server.get(path);
      expect([path, status, error]).toEqual([path, 404, 'nothing found']);
    }
    expect((await server.get(`profiles/?service=a&${window}`)).status).toBe(200);
    expect((await server.get('profiles/..%2f..%2fetc%2fpasswd')).status).toBe(404);
    expect((await server.get('profiles/..%252f..%252fetc')).status).toBe(400);
    expect((await server.get('profiles/%00')).status).toBe(400);
    expect((await server.get('profiles/%GG')).status).toBe(400);
  });

  it('say which methods they answer', async () => {
    const server = await testServer();
    const id = await server.put('service=a&type=cpu', cpuAt(1));
    const ask = async (path: string, method: string) => {
      const answer = await fetch(`${server.url}/api/0/${path}`, { method });
      return [answer.status, answer.headers.get('allow')];
    };
    expect(await ask('profiles', 'DELETE')).toEqual([405, 'GET, HEAD, POST']);
    expect(await ask('profiles', 'PUT')).toEqual([405, 'GET, HEAD, POST']);
    expect(await ask('profiles/merge', 'POST')).toEqual([405, 'GET, HEAD']);
    expect(await ask(`profiles/${id}`, 'DELETE')).toEqual([405, 'GET, HEAD']);
    expect(await ask('services', 'POST')).toEqual([405, 'GET, HEAD']);
    expect(await ask(`profiles/${id}`, 'HEAD')).toEqual([200, null]);
  });
});
