import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { type ProfileDiff, profileDiffSchema } from '../../../src/model/profile-diff.ts';
import { type ProfileTop, profileTopSchema } from '../../../src/model/profile-top.ts';
import { contextOf } from '../../helpers/command-context.ts';

const run = join(import.meta.dirname, '..', '..', 'golden', 'run');
const folder = mkdtempSync(join(tmpdir(), 'rampart-profiles-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function typed(...words: string[]) {
  const { context, told } = contextOf({ HOME: folder }, folder);
  const code = await runCommandLine(['profiles', ...words], context);
  return { code, ...told };
}

const topOf = async (...words: string[]) =>
  profileTopSchema.parse(JSON.parse((await typed('top', run, '--json', ...words)).stdout)) as ProfileTop;

describe('top of a run', () => {
  it('has the same functions as the report of the run, in every measured step, and their cost per request', async () => {
    const top = await topOf('--rows', '0');
    expect(top.parts.map(({ service, step }) => `${service} ${step}`).sort()).toEqual([
      'downstream above',
      'downstream below',
      'loadbalancer above',
      'loadbalancer below',
    ]);
    const total = top.parts.reduce((sum, part) => sum + part.total, 0);
    expect(top.total).toBe(total);
    const above = top.parts.find(({ service, step }) => service === 'downstream' && step === 'above');
    const costs = top.costs.find(({ service }) => service === 'downstream');
    const [, whole] = costs?.total.costs ?? [];
    // Without a counter of its own a service is told by the answers to the load: 600/s in a window of a second.
    expect(above).toMatchObject({ requestsOf: 'run', rps: 600 });
    expect((whole?.flat ?? 0) * (above?.requests ?? 0)).toBeCloseTo(above?.total ?? 0);
  });

  it('counts what was allocated from one edge of a step to the other', async () => {
    const both = await topOf('--type', 'heap', '--service', 'downstream');
    const [below, above] = [
      await topOf('--type', 'heap', '--service', 'downstream', '--step', 'below'),
      await topOf('--type', 'heap', '--service', 'downstream', '--step', 'above'),
    ];
    expect(both.column).toBe('alloc_space');
    expect(both.total).toBe(below.total + above.total);
    expect(await topOf('--type', 'heap', '--sample', 'inuse_space')).toMatchObject({ column: 'inuse_space' });
  });

  it('names packages by their whole path', async () => {
    expect((await typed('top', run, '--by', 'package', '--cum')).stdout).toMatch(/ net\/http\n/);
  });

  it('says why there is nothing of a kind', async () => {
    const { code, stdout } = await typed('top', run, '--type', 'block');
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing: the profiles are empty'),
    });
    expect(stdout.replace(/\s+/g, ' ')).toContain('runtime.SetBlockProfileRate(100_000), in main');
  });

  it('is refused with what there is, where the flags choose nothing or cannot be read', async () => {
    const wrong = [
      [['top', run, '--step', 'abov'], '--step must be one of'],
      [
        ['top', run, '--label', 'run=x'],
        'no profile is chosen by the flags and type cpu, run=x: there are services downstream',
      ],
      [['top', run, '--label', 'x'], '--label must be KEY=VALUE, got "x"'],
      [['top', run, '--sample', 'lines'], 'there is no column lines: it must be one of samples, cpu'],
      [['top', run, '--rows', '-1'], '--rows must be a whole number'],
      [['top', run, '--from', 'noon'], '--from must be a time or a duration, got "noon"'],
      [['top', 'gone.pb.gz', 'also-gone'], 'gone.pb.gz: is not there\nalso-gone: is not there'],
      [['top'], `type cpu: there are none at all in ${join(folder, '.local/share/rampart/profiles')}`],
      [['diff', run], 'a difference is of two inputs'],
      [['merge', run, '--type', 'block'], 'what is chosen is empty'],
    ] as const;
    for (const [words, told] of wrong) {
      const { code, stderr } = await typed(...words);
      expect(stderr).toContain(told);
      expect(code).toBe(2);
    }
  });
});

describe('a store with an imported run', () => {
  it('says the same as the run itself, but for the requests that only the run knows', async () => {
    expect((await typed('import', run, '--store', 'kept')).stderr).toContain('28 profiles added, 0 were there already');
    expect((await typed('import', run, '--store', 'kept')).stderr).toContain('0 profiles added, 28 were there already');
    const { stdout } = await typed('top', '--store', 'kept', '--type', 'heap', '--step', 'above', '--json');
    const stored = profileTopSchema.parse(JSON.parse(stdout));
    const direct = await topOf('--type', 'heap', '--step', 'above');
    expect(stored.rows).toEqual(direct.rows);
    expect([direct.costs.length, stored.costs.length]).toEqual([2, 0]);
  });
});

it('compares two steps per request, and writes what pprof opens as a difference', async () => {
  const words = ['diff', run, '--base', 'step=above', '--new', 'step=below', '--type', 'heap', '--rows', '0'];
  const { code, stdout } = await typed(...words, '--out', 'diff.pb.gz', '--json');
  expect(code).toBe(0);
  const diff: ProfileDiff = profileDiffSchema.parse(JSON.parse(stdout));
  expect(diff).toMatchObject({ per: 'request', requestsOf: 'run', column: 'alloc_space' });
  expect(diff.rows.map(({ flat }) => flat.verdict)).toContain('more');
  const written = decodeProfile(gunzipSync(readFileSync(join(folder, 'diff.pb.gz'))));
  expect(written.samples.some(({ labels }) => labels.some(({ key }) => key === 'pprof::base'))).toBe(true);
  expect((await typed(...words, '--fail-above', '5')).code).toBe(1);
  expect((await typed(...words, '--fail-above', '500')).code).toBe(0);
  const mutex = await typed(
    'diff',
    run,
    '--base',
    'step=below',
    '--new',
    'step=above',
    '--type',
    'mutex',
    '--fail-above',
    '1',
  );
  expect(mutex).toMatchObject({ code: 5, stderr: expect.stringContaining('--fail-above cannot tell') });
});

it('merges a run with labels that split it, or without', async () => {
  await typed('merge', run, '--out', 'all.pb.gz');
  await typed('merge', run, '--out', 'bare.pb.gz', '--unlabelled');
  const [all, bare] = ['all.pb.gz', 'bare.pb.gz'].map((name) =>
    decodeProfile(gunzipSync(readFileSync(join(folder, name)))),
  );
  const texts = new Set(
    all?.samples.flatMap(({ labels }) => labels.flatMap((label) => ('text' in label ? [label.text] : []))),
  );
  for (const text of ['above', 'rps=600', 'downstream-1', 'downstream', 'DELAY=0s']) expect(texts).toContain(text);
  expect(bare?.samples.flatMap(({ labels }) => labels)).toEqual([]);
});

it('writes flame graphs into one file, and a file for speedscope', async () => {
  expect((await typed('flame', run, '--type', 'heap')).stderr).toContain('flame.html written');
  const page = readFileSync(join(folder, 'flame.html'), 'utf8');
  expect(page.match(/class="flame"/g)).toHaveLength(3);
  expect(page).toContain('above: ');
  await typed('flame', run, '--speedscope', 'cpu.json');
  const { profiles } = JSON.parse(readFileSync(join(folder, 'cpu.json'), 'utf8'));
  expect(profiles.map(({ name }: { name: string }) => name)).toContain('downstream above');
  const sides = ['--base', 'step=below', '--new', 'step=above'];
  await typed('flame', run, ...sides, '--out', 'diff.html');
  expect(readFileSync(join(folder, 'diff.html'), 'utf8')).toContain('<strong>Difference');
  const both = await typed('flame', run, ...sides, '--speedscope', 'x.json');
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('no room for a difference') });
});

it('serves nothing to others than this machine, and says where there is no Go', async () => {
  for (const address of ['0.0.0.0:80', 'example.com:80', '127.0.0.1', '127.0.0.1:99999'])
    expect((await typed(run, `--http=${address}`)).stderr).toContain('--http must be a loopback address and a port');
});
