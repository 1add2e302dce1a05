// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are among what is written
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { importCommand } from '../../../src/commands/import/import.ts';
import { messageOf, RampartError } from '../../../src/model/errors.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { readIn } from '../../helpers/read-scenario.ts';

/** Logs that nginx 1.22, Apache 2.4 and Caddy 2.6 wrote of the same requests; some are of other protocols, or hold secrets. */
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'access-logs');
const timed =
  '$remote_addr $host [$time_iso8601] $msec "$request" $status $request_time $upstream_response_time "$http_user_agent"';
const own = '%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{Host}i "%m %U%q %H" %>s %D';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  cpSync(fixtures, folder, { recursive: true });
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

type Flags = Parameters<typeof argsOf>[0];

async function importing(files: readonly string[], flags: Flags = {}) {
  const { context, told } = contextOf({}, folder);
  await importCommand.run(argsOf({ out: 'out.yaml', top: 50, ...flags, files }), context);
  const text = readFileSync(join(folder, 'out.yaml'), 'utf8');
  return { said: told.stdout, text, load: (parse(text) as { load: Record<string, unknown> }).load };
}

async function refused(files: readonly string[], flags: Flags = {}): Promise<string> {
  try {
    await importing(files, flags);
  } catch (error) {
    expect(error).toBeInstanceOf(RampartError);
    return messageOf(error);
  }
  throw new Error('it was imported');
}

async function removeOut(): Promise<void> {
  await rm(join(folder, 'out.yaml'));
  await rm(join(folder, 'out-data'), { recursive: true, force: true });
}

const recording = () => gunzipSync(readFileSync(join(folder, 'out-data', 'arrivals.txt.gz'))).toString();
const arrivalsIn = () =>
  recording()
    .split('\n')
    .filter((line) => /^\d/.test(line));

describe('a log', () => {
  it.each([
    ['nginx-combined', {}],
    ['nginx-timed', { format: timed }],
    ['apache-own', { format: own }],
    ['apache-vhost', {}],
    ['caddy', {}],
  ])('of %s becomes a scenario that is read as it is, with every request in its recording', async (name, flags) => {
    const { text, load } = await importing([`${name}.log`], flags);
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:\S+\n# Imported by rampart 0 from /);
    const { scenario } = await readIn(folder, 'out.yaml');
    const requests = load['requests'] as { name: string; weight: number }[];
    const total = requests.reduce((sum, { weight }) => sum + weight, 0);
    expect(arrivalsIn()).toHaveLength(total);
    const planned = scenario.load.steps.reduce(
      (sum, { shape, durationMs }) => sum + ('rps' in shape ? shape.rps * durationMs : 0) / 1000,
      0,
    );
    expect(Math.round(planned)).toBe(total);
    expect(total).toBeGreaterThanOrEqual(15);
    expect(requests[0]).toMatchObject({ name: expect.stringContaining('GET /users/{id}') });
  });

  it.each(['nginx-combined', 'caddy', 'apache-vhost'])('of %s leaves no secret and no address behind', async (name) => {
    const { said, text } = await importing([`${name}.log`]);
    const written = [
      text,
      said,
      recording(),
      ...readdirSync(join(folder, 'out-data')).map((file) => readFileSync(join(folder, 'out-data', file), 'latin1')),
    ].join('\n');
    for (const secret of ['s3cr3t', 'anna@example', '10.0.0.1', 'Mozilla']) expect(written).not.toContain(secret);
    expect(said).toContain(
      'Put out of sight, as "redacted" stands in their place: the parameter token (1), e-mail addresses (1).',
    );
  });

  it('of whole seconds is spread, and says so; of milliseconds is not', async () => {
    const words = 'Its times are of whole seconds';
    expect((await importing(['nginx-combined.log'])).said).toContain(words);
    await removeOut();
    expect((await importing(['nginx-timed.log'], { format: timed })).said).not.toContain(words);
  });

  it('leaves out what changes things, with a word, and takes it when that is asked for', async () => {
    const plain = await importing(['nginx-combined.log']);
    expect(plain.said).toMatch(/Left out: 1 \(method POST\), 1 \(no HTTP request in it/);
    expect(plain.said).toContain('--unsafe or --methods take it');
    await removeOut();
    const unsafe = await importing(['nginx-combined.log'], { unsafe: true });
    expect(unsafe.said).toContain('CAREFUL: requests of 1 kind change what they are sent to');
    expect(unsafe.text).toContain('method: POST');
  });

  it('of several files, gzipped or not, is one, in the order of time', async () => {
    const lines = readFileSync(join(folder, 'nginx-timed.log'), 'utf8').trim().split('\n');
    await writeFile(join(folder, 'old.gz'), gzipSync(`${lines.slice(0, 10).join('\n')}\n`));
    await writeFile(join(folder, 'new.log'), lines.slice(10).join('\n'));
    await importing(['new.log', 'old.gz'], { format: timed });
    const both = arrivalsIn();
    await removeOut();
    await importing(['nginx-timed.log'], { format: timed });
    expect(both).toEqual(arrivalsIn());
  });

  it('may be sent to another host, for which consent is asked when it is', async () => {
    const { said, text } = await importing(['caddy.log'], { url: 'https://staging.example/v1' });
    expect(said).toContain('start it with: rampart run out.yaml --allow-host staging.example');
    expect(text).toContain('url: https://staging.example/v1');
    expect(text).not.toContain('allow');
    await removeOut();
    await expect(importing(['caddy.log'], { url: 'not a url' })).rejects.toThrow('target.url');
  });

  it('may be sent by weight, or at another speed', async () => {
    const even = await importing(['caddy.log'], { rate: '50/s', for: '20s' });
    expect(even.load).toMatchObject({ steps: [{ name: '50/s', rate: '50/s', for: '20s' }] });
    expect(even.load['arrivals']).toBeUndefined();
    expect(existsSync(join(folder, 'out-data', 'arrivals.txt.gz'))).toBe(false);
    await removeOut();
    expect((await importing(['caddy.log'], { speed: 2 })).load['arrivals']).toEqual({
      file: 'out-data/arrivals.txt.gz',
      speed: 2,
    });
  });

  it('says how much of it is left with the kinds that came most often', async () => {
    const { said, load } = await importing(['nginx-combined.log'], { top: 2 });
    expect(load['requests']).toHaveLength(2);
    expect(said).toMatch(
      /Left out: \d+ requests \([\d.]+ %\) of \d+ kinds beyond the 2 that came most often \(--top\)/,
    );
    expect((await readIn(folder, 'out.yaml')).scenario.load.requests).toHaveLength(2);
  });

  it('with a few lines that cannot be read is taken, and they are shown', async () => {
    const text = readFileSync(join(folder, 'nginx-combined.log'), 'utf8');
    await writeFile(join(folder, 'more.log'), `${text.repeat(3)}what is this\n`);
    expect((await importing(['more.log'])).said).toMatch(/1 of \d+ lines cannot be read, the first: more\.log:\d+ "/);
  });
});

describe('an import is refused', () => {
  it.each([
    ['no file', [], {}, 'a file is missing'],
    ['a file that is not there', ['none.log'], {}, 'none.log: there is no such file'],
    [
      'a log of no format that is known',
      ['nginx-timed.log'],
      {},
      'nginx-timed.log: the format of this log is not known',
    ],
    ['a format that does not fit', ['caddy.log'], { format: timed }, 'lines (100 %) cannot be read'],
    ['a format without a time', ['caddy.log'], { format: '$request' }, '--format has no time'],
    [
      'flags that cannot be',
      ['caddy.log'],
      { speed: 1000, rate: 'fast', methods: ['BREW'] },
      '--speed must be a number from 0.1 to 100, got 1000\n--rate must be a rate, got "fast"',
    ],
    ['nothing that is left', ['caddy.log'], { methods: ['PATCH'] }, 'no request is left to be sent'],
  ] as const)('for %s', async (_, files, flags, message) => {
    expect(await refused(files, flags)).toContain(message);
    expect(existsSync(join(folder, 'out.yaml'))).toBe(false);
  });

  it('where it would write over a scenario', async () => {
    await writeFile(join(folder, 'out.yaml'), 'mine');
    expect(await refused(['caddy.log'])).toBe('out.yaml: this file exists and is left as it is');
  });

  it('where it would write over the data of another', async () => {
    mkdirSync(join(folder, 'out-data'));
    await writeFile(join(folder, 'out-data', 'arrivals.txt.gz'), 'mine');
    expect(await refused(['caddy.log'])).toBe('out-data: this folder of data exists and is left as it is');
    expect(existsSync(join(folder, 'out.yaml'))).toBe(false);
    expect(readFileSync(join(folder, 'out-data', 'arrivals.txt.gz'), 'utf8')).toBe('mine');
  });

  it('for a file that is cut', async () => {
    const whole = gzipSync(readFileSync(join(folder, 'caddy.log')));
    await writeFile(join(folder, 'cut.gz'), whole.subarray(0, whole.length - 200));
    expect(await refused(['cut.gz'])).toContain('cut.gz: ');
  });
});

describe('other files', () => {
  const har = JSON.stringify({
    log: {
      version: '1.2',
      entries: [0, 1, 2].map((nth) => ({
        startedDateTime: `2026-11-28T12:00:0${nth}.250Z`,
        request: {
          method: nth === 2 ? 'POST' : 'GET',
          url: `https://shop.example/${nth}`,
          headers: [{ name: 'Cookie', value: 'a=b' }],
          ...(nth === 2 ? { postData: { mimeType: 'application/json', text: '{"password":"x"}' } } : {}),
        },
        response: { status: 200, content: { mimeType: 'text/html' } },
      })),
    },
  });
  const api = 'openapi: 3.0.0\ninfo: { title: T, version: "1" }\npaths:\n  /a:\n    get: {}\n    post: {}\n';

  it('are HAR archives, by weight or when they were sent', async () => {
    await writeFile(join(folder, 'a.har'), har);
    const { said, load } = await importing(['a.har']);
    expect(said).toContain('HAR: 3 requests to shop.example, 3 different ones.');
    expect(said).toContain(
      'To be set in the environment before a run: COOKIE (the value of the header Cookie), PASSWORD',
    );
    expect(load).toMatchObject({ steps: [{ rate: '10/s', for: '30s' }] });
    const { scenario } = await readIn(folder, 'out.yaml', { COOKIE: 'sid=12345678', PASSWORD: 'hunter2hunter2' });
    expect(scenario.load.requests[2]).toMatchObject({
      method: 'POST',
      body: '{"password":"hunter2hunter2"}',
      headers: { Cookie: 'sid=12345678' },
    });
    await removeOut();
    await importing(['a.har'], { speed: 1 });
    expect(arrivalsIn()).toEqual(['0.000000 GET /0', '1.000000 GET /1', '2.000000 POST /2']);
    await expect(readIn(folder, 'out.yaml')).rejects.toThrow('the value of the header Cookie');
  });

  it('are HAR archives, as a flow with the pauses of its user', async () => {
    await writeFile(join(folder, 'a.har'), har);
    const { load } = await importing(['a.har'], { flow: true });
    expect(load).toMatchObject({
      flows: [
        { cookies: true, requests: [{ name: 'GET /0' }, { name: 'GET /1', think: '1000ms' }, { think: '1000ms' }] },
      ],
    });
    const { scenario } = await readIn(folder, 'out.yaml', { PASSWORD: 'hunter2hunter2' });
    expect(scenario.load.flows?.[0]?.requests.map(({ headers }) => headers)).toEqual([{}, {}, {}]);
    expect(await refused(['a.har'], { flow: true, speed: 1, out: 'other.yaml' })).toContain('give one of the two');
    expect(await refused(['caddy.log'], { flow: true, out: 'other.yaml' })).toContain('--flow is for HAR files');
  });

  it('are OpenAPI documents, of which what only asks is taken', async () => {
    await writeFile(join(folder, 'api.yaml'), api);
    const { said, load } = await importing(['api.yaml']);
    expect(said).toContain('OpenAPI 3.0.0, T: 1 operations');
    expect(said).toContain('Left out: 1 (method POST)');
    expect(load['requests']).toEqual([{ name: 'GET /a', path: '/a' }]);
    await readIn(folder, 'out.yaml');
  });

  it.each([
    ['a.har', { operations: ['x'] }, '--operations is for OpenAPI documents'],
    ['api.yaml', { speed: 2 }, '--speed is for what was recorded'],
    ['api.yaml', { operations: ['x'] }, 'there is no tag and no operationId x in api.yaml'],
  ])('refuse flags that are not theirs: %s', async (file, flags, message) => {
    await writeFile(join(folder, 'a.har'), har);
    await writeFile(join(folder, 'api.yaml'), api);
    expect(await refused([file], flags)).toContain(message);
  });
});
