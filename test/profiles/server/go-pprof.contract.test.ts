/** The server as `go tool pprof` uses it, with each form of its URLs. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { profilePages } from '../../../src/profiles/server/pages.ts';
import { contentOf, type ProfileFolder, takeProfiles } from '../../goruntime/profile/go-pprof.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { always, type TestServer, testServer } from './server.ts';

const run = promisify(execFile);
let folder: string;
let taken: ProfileFolder;

beforeAll(async () => {
  taken = await takeProfiles();
  folder = taken.path;
}, 120_000);
afterAll(() => taken.remove());

/** A port that nobody listens on; the tool says 0 where it was to choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What the tool prints, and how it ends; it keeps its copies in a folder of its own. */
async function pprof(...args: readonly string[]) {
  const env = { ...process.env, PPROF_TMPDIR: folder };
  try {
    const { stdout, stderr } = await run('go', ['tool', 'pprof', ...args], { cwd: folder, env, maxBuffer: 2 ** 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** What it prints, when it ends well. */
async function printed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pprof(...args);
  expect([code, stderr.includes('rror')], stderr).toEqual([0, false]);
  return stdout;
}

const kinds = ['cpu', 'heap', 'mutex', 'block', 'goroutine'] as const;

const fileOf = (kind: string, at: number) => readFile(join(folder, `${kind}-${at}.pb.gz`));

/** A server with two profiles of each kind, of two steps. */
async function storeOfRun(): Promise<TestServer> {
  const server = await testServer();
  for (const kind of kinds)
    for (const at of [1, 2])
      await server.put(`service=lb&type=${kind}&labels=step=${at}00`, Uint8Array.from(await fileOf(kind, at)));
  return server;
}

const merge = ({ url }: TestServer, type: string, more = '') =>
  `${url}/api/0/profiles/merge?service=lb&type=${type}&${always}${more}`;

describe('go tool pprof', () => {
  it('opens a merge, one of a label, and one profile by its id', async () => {
    const server = await storeOfRun();
    expect(await printed('-top', merge(server, 'cpu'))).toMatch(
      /Type: cpu\n[\s\S]*Duration: [\d.]+s, Total samples = [\s\S]*flat%/,
    );
    expect(await printed('-top', merge(server, 'cpu', '&labels=step=100'))).toContain('flat%');
    expect(await printed('-tags', merge(server, 'cpu'))).toMatch(/step: Total [\s\S]*step=[12]00[\s\S]*step=[12]00/);
    const { body } = await server.get<{ id: string }[]>(`profiles?service=lb&type=heap&${always}`);
    const [a, b] = body.map(({ id }) => id);
    expect(await printed('-top', '-sample_index=inuse_space', `${server.url}/api/0/profiles/${a}`)).toContain('flat%');
    expect(await printed('-top', `${server.url}/api/0/profiles/${a}+${b}`)).toContain('flat%');
    expect(await printed('-top', '-seconds=5', merge(server, 'cpu'))).toContain('flat%');
  });

  it('takes several addresses at once, and a base in either form', async () => {
    const server = await storeOfRun();
    const [one, two] = [merge(server, 'cpu', '&labels=step=100'), merge(server, 'cpu', '&labels=step=200')];
    expect(await printed('-top', one, two)).toContain('flat%');
    expect(await printed('-top', `-base=${one}`, two)).toContain('flat%');
    expect(await printed('-top', `-diff_base=${one}`, two)).toContain('flat%');
    expect(await printed('-top', '-normalize', `-diff_base=${one}`, two)).toContain('flat%');
  });

  it.each(kinds)('makes of two files what the server makes of them (%s)', async (kind) => {
    const server = await storeOfRun();
    await pprof('-proto', `-output=${folder}/own.pb.gz`, `${kind}-1.pb.gz`, `${kind}-2.pb.gz`);
    await pprof('-proto', `-output=${folder}/served.pb.gz`, merge(server, kind, '&agg=sum&inject=0'));
    const [own, served] = await Promise.all(
      ['own', 'served'].map(async (name) => decodeProfile(gunzipSync(await readFile(join(folder, `${name}.pb.gz`))))),
    );
    if (!own || !served) throw new Error('pprof made no profile');
    expect(contentOf(served)).toEqual(contentOf(own));
    expect(own.samples.length).toBeGreaterThan(0);
  });

  it('opens a difference as one, without being told', async () => {
    const server = await storeOfRun();
    const diff = `${server.url}/api/0/profiles/diff?service=lb&type=cpu&${always}&labels=step=200&base_labels=step=100`;
    const own = `-diff_base=${merge(server, 'cpu', '&labels=step=100')}`;
    const rows = (text: string) => text.split('flat%')[1]?.split('\n').slice(1, 6);
    expect(rows(await printed('-top', diff))).toEqual(
      rows(await printed('-top', own, merge(server, 'cpu', '&labels=step=200'))),
    );
    expect(await printed('-tags', diff)).toMatch(/pprof::base: Total [\s\S]*true/);
    expect(await printed('-top', `${diff}&norm=second`)).toContain('flat%');
  });

  it.each([
    ['open', undefined, ''],
    ['guarded', 'a/secret+token', 'with the token of this server in <code>RAMPART_PROFILES_TOKEN</code>'],
  ])('opens what the page of a server that is %s offers to copy, in which no token stands', async (_, token, words) => {
    const open = await storeOfRun();
    const guarded = await testServer({ token, pages: profilePages('1'), source: open.store });
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const page = await (await fetch(`${guarded.url}/flame?service=lb&type=cpu&${always}`, { headers })).text();
    const [, escaped = ''] = /<pre class="command"[^>]*>([^<]*)</.exec(page) ?? [];
    const command = escaped
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      .replace('-http=:', '-top');
    expect(page).toContain(words);
    expect(page).not.toContain('secret');
    const env = { ...process.env, PPROF_TMPDIR: folder, RAMPART_PROFILES_TOKEN: token ?? '' };
    const { stdout, stderr } = await run('sh', ['-c', command], { cwd: folder, env });
    expect([stdout, stderr.includes('secret')]).toEqual([expect.stringMatching(/Type: cpu[\s\S]*flat%/), false]);
  });

  it('shows why a server has nothing for it', async () => {
    const server = await storeOfRun();
    const cases = [
      [merge(server, 'threadcreate'), 'nothing found'],
      [merge(server, 'nonsense'), "can't merge profiles of unknown type"],
      [`${server.url}/api/0/profiles/merge?service=lb&type=cpu`, 'missing \\"from\\"'],
      [`${server.url}/api/0/profiles/00000000000000000000`, 'there is no profile 00000000000000000000'],
      [server.url, 'open /api/0/profiles/merge?service=NAME'],
    ] as const;
    for (const [url, why] of cases) {
      const { code, stderr } = await pprof('-top', url);
      expect(code).not.toBe(0);
      expect(stderr).toContain(why);
    }
  });

  it('asks for symbols where a profile of another language has none, and goes on without them', async () => {
    const server = await testServer();
    const { samples, ...rest } = profileOf([sampleOf(['f'], [1n, 10n])]);
    const mapping = {
      ...{ start: 0x1000n, limit: 0x9000n, offset: 0n, file: '/bin/other', buildId: '' },
      ...{ hasFunctions: false, hasFilenames: false, hasLineNumbers: false, hasInlineFrames: false },
    };
    const bare = samples.map((sample) => ({
      ...sample,
      locations: sample.locations.map((location) => ({ ...location, mapping, lines: [] })),
    }));
    const id = await server.put('service=a&type=cpu', { ...rest, samples: bare, mappings: [mapping] });
    const { code, stdout } = await pprof('-top', `${server.url}/api/0/profiles/${id}`);
    expect(code).toBe(0);
    expect(stdout).toContain('flat%');
  });

  it('serves what it opened as a page', async () => {
    const server = await storeOfRun();
    const env = { ...process.env, PPROF_TMPDIR: folder };
    const port = await freePort();
    const child = spawn('go', ['tool', 'pprof', '-no_browser', `-http=127.0.0.1:${port}`, merge(server, 'cpu')], {
      env,
      detached: true,
    });
    try {
      let told = '';
      const url = await new Promise<string>((resolve, reject) => {
        child.once('exit', () => reject(new Error(told)));
        child.stderr.on('data', (chunk: Buffer) => {
          told += chunk.toString();
          const found = /http:\/\/127\.0\.0\.1:\d+/.exec(told.split('Serving web UI on ')[1] ?? '');
          if (found) resolve(found[0]);
        });
      });
      // It says so before it listens.
      const page = () => fetch(`${url}/flamegraph`).then((answer) => answer.text(), String);
      await expect.poll(page).toContain('main.');
    } finally {
      process.kill(-(child.pid ?? 0));
    }
  });
});
