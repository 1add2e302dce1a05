import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { baselineCommand } from '../../src/commands/baseline.ts';
import { baselineSchema } from '../../src/model/baseline.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { sampleLoad, sampleResult } from '../golden/sample-result.ts';
import { storedBaseline } from '../helpers/stored-baseline.ts';

let cwd: string;
let said: { out: string; err: string };
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd })
    .toString()
    .trim();

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'rampart-accept-'));
  said = { out: '', err: '' };
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message', 'one');
});

afterEach(() => rmSync(cwd, { recursive: true }));

/** A kept run: `go` is what its binaries say of themselves. */
function keepRun(settings: Record<string, string> | undefined, change: Partial<RunResult> = {}): void {
  const result = { ...sampleResult(), ...change };
  const go = settings && { version: 'go1.26.0', settings, sources: ['binary'] };
  const targets = result.environment.targets.map((target) => ({ ...target, ...(go ? { go } : {}) }));
  const { scenario, environment, id, startedAt } = result;
  mkdirSync(join(cwd, 'r', 'raw'), { recursive: true });
  writeFileSync(join(cwd, 'r', 'result.json'), JSON.stringify({ ...result, environment: { ...environment, targets } }));
  const manifest = { id, startedAt, toolVersion: '0', environment, warnings: [], observers: [], startUs: 0 };
  const empty = { ...scenario, observe: {}, load: { ...scenario.load, steps: [] } };
  writeFileSync(join(cwd, 'r', 'raw', 'manifest.json'), JSON.stringify({ ...manifest, scenario: empty }));
}

async function run(action: string, flags: Record<string, string> = {}): Promise<number> {
  const given: Record<string, string> = { action, directory: 'r', file: 'b.json', ...flags };
  const args = { string: (name: string) => given[name], strings: () => [], number: () => undefined, flag: () => false };
  const show = (text: string) => {
    said.out += text;
  };
  const tell = (text: string) => {
    said.err += text;
  };
  const context = {
    version: '1.2.3',
    cwd,
    env: process.env,
    time: { monotonicMs: () => 0, wallMs: () => 0 },
    signal: new AbortController().signal,
    unread: new AbortController().signal,
    print: show,
    show,
    tell,
    log: { info: tell, warn: tell },
  } as unknown as Parameters<typeof baselineCommand.run>[1];
  return await baselineCommand.run(args, context);
}

it('keeps the commit that the binaries of a run carry, with the machine and the reason', async () => {
  keepRun({ 'vcs.revision': 'abc123', 'vcs.modified': 'false' });
  expect(await run('accept', { reason: 'release 1.5' })).toBe(0);
  const kept = baselineSchema.parse(JSON.parse(readFileSync(join(cwd, 'b.json'), 'utf8')));
  expect(kept).toMatchObject({
    reason: 'release 1.5',
    recipe: { arm: 'abc123', commit: 'abc123' },
    fingerprint: { cpus: 2, go: 'go1.26.0', facts: { GOMAXPROCS: '2' } },
  });
});

it('wants a reason, and a run that is valid', async () => {
  keepRun({ 'vcs.revision': 'abc123', 'vcs.modified': 'false' }, { status: 'partial' });
  await expect(run('accept')).rejects.toThrow('--reason is missing');
  await expect(run('accept', { reason: 'x' })).rejects.toThrow('the run is partial and valid');
});

it('makes no baseline of an observation, also of one with a load of no mode, as older versions wrote it', async () => {
  const { environment, scenario } = sampleResult();
  keepRun(undefined, { scenario: { name: 'observe-api', description: '' } });
  await expect(run('accept', { reason: 'x' })).rejects.toThrow('it is an observation, which sent nothing');
  const load = { ...sampleLoad, mode: 'none' };
  keepRun(undefined, { environment: { ...environment, engine: 'observe' }, scenario: { ...scenario, load } });
  await expect(run('accept', { reason: 'x' })).rejects.toThrow('it is an observation, which sent nothing');
});

it.each([
  ['that say nothing', undefined],
  ['of files that were changed', { 'vcs.revision': 'abc123', 'vcs.modified': 'true' }],
])('refuses binaries %s, unless their commit is named', async (_, settings) => {
  keepRun(settings);
  await expect(run('accept', { reason: 'x' })).rejects.toMatchObject({
    exitCode: 2,
    hint: expect.stringContaining('--commit REF'),
  });
  await expect(run('accept', { reason: 'x', commit: 'nix' })).rejects.toThrow('"nix" names no commit here');
  expect(await run('accept', { reason: 'x', commit: 'HEAD' })).toBe(0);
  expect(said.err).toContain('nothing shows that');
  expect(said.out).toContain(git('rev-parse', 'HEAD'));
});

it('does not hold numbers of another machine against these', async () => {
  keepRun(undefined);
  writeFileSync(join(cwd, 'b.json'), JSON.stringify(storedBaseline()));
  await expect(run('compare')).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('processor: Xeon, now Example CPU'),
    hint: expect.stringContaining('rampart gate SCENARIO --baseline b.json'),
  });
});

it('gives no verdict on numbers of this machine', async () => {
  keepRun({ 'vcs.revision': 'abc123', 'vcs.modified': 'false' });
  await run('accept', { reason: 'x' });
  expect(await run('compare')).toBe(0);
  expect(said.out).toContain('NO VERDICT');
});
