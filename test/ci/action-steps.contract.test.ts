/** The scripts of the GitHub Action, on repositories and files as a job has them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runStep } from '../helpers/action.ts';

let temp: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'rampart-action-'));
});
afterEach(() => rmSync(temp, { recursive: true }));

/** A repository with a tag, a main branch, and a merge of a change into it that is checked out, as a pull request's is. */
function repository(): { cwd: string; git: (...args: string[]) => string } {
  const cwd = join(temp, 'repository');
  mkdirSync(cwd);
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
  const commit = (name: string) => {
    writeFileSync(join(cwd, name), name);
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', name);
  };
  git('init', '-q', '-b', 'main');
  commit('first');
  git('tag', 'v1');
  commit('second');
  git('switch', '-qc', 'change');
  commit('changed');
  git('switch', '-q', 'main');
  commit('third');
  git('switch', '-q', '--detach');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'merge', '-q', '--no-ff', '-m', 'merge', 'change');
  return { cwd, git };
}

describe('the baseline', () => {
  it('is what a pull request would be merged into', async () => {
    const { cwd, git } = repository();
    const { outputs } = await runStep('baseline', { cwd, temp, env: { GITHUB_EVENT_NAME: 'pull_request', ASKED: '' } });
    expect(outputs).toEqual({ commit: git('rev-parse', 'main') });
  });

  it('is the tag before a tag', async () => {
    const { cwd, git } = repository();
    git('tag', 'v2');
    const { outputs } = await runStep('baseline', { cwd, temp, env: { GITHUB_EVENT_NAME: 'push' } });
    expect(outputs).toEqual({ commit: git('rev-parse', 'v1') });
  });

  it('is what was asked for, also a branch that only the remote has', async () => {
    const { cwd, git } = repository();
    git('clone', '-q', cwd, join(temp, 'clone'));
    const { outputs } = await runStep('baseline', { cwd: join(temp, 'clone'), temp, env: { ASKED: 'change' } });
    expect(outputs).toEqual({ commit: git('rev-parse', 'change') });
  });

  it('is found where the checkout has one commit only', async () => {
    const { cwd, git } = repository();
    git('branch', 'merged');
    git('clone', '-q', '--depth', '1', '--branch', 'merged', `file://${cwd}`, join(temp, 'clone'));
    const env = { GITHUB_EVENT_NAME: 'pull_request' };
    const { outputs } = await runStep('baseline', { cwd: join(temp, 'clone'), temp, env });
    expect(outputs).toEqual({ commit: git('rev-parse', 'main') });
  });

  it.each([
    [{ GITHUB_EVENT_NAME: 'push' }, /no tag before this one/],
    [{ GITHUB_EVENT_NAME: 'schedule' }, /cannot be told from the event schedule/],
    [{ GITHUB_EVENT_NAME: 'push', ASKED: 'nowhere' }, /no commit nowhere/],
  ])('is asked for where there is none: %o', async (env, words) => {
    const { cwd, git } = repository();
    git('tag', '-d', 'v1');
    const { code, text } = await runStep('baseline', { cwd, temp, env });
    expect(code).toBe(1);
    expect(text).toMatch(words);
  });
});

/** A program of that name on the PATH, which writes down what it is called with. */
function program(name: string, script: string): Record<string, string> {
  const bin = join(temp, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/usr/bin/env bash\nprintf '%s\\n' "$@" END >>"${temp}/calls"\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
  return { PATH: `${bin}:${process.env['PATH']}` };
}
const calls = () =>
  readFileSync(join(temp, 'calls'), 'utf8')
    .split('END\n')
    .filter((call) => call !== '')
    .map((call) => call.trimEnd().split('\n'));

describe('the run', () => {
  it('passes flags on as they are written, says where the result is, and ends as rampart does', async () => {
    const env = {
      ...program('rampart', 'exit 5'),
      ...{ COMMAND: 'gate', SCENARIO: 'a b.yaml', BASELINE: 'abc', PROFILE: 'pr' },
      ARGUMENTS: '--slo=p99 < 50ms\n\n--self-check\n',
    };
    const { code, outputs } = await runStep('run', { cwd: temp, temp, env });
    expect(code).toBe(5);
    const out = outputs['directory'] ?? '';
    expect(out.startsWith(temp)).toBe(true);
    const gate = ['--baseline', 'abc', '--candidate', 'HEAD', '--profile', 'pr'];
    expect(calls()).toEqual([['gate', 'a b.yaml', '--out', out, ...gate, '--slo=p99 < 50ms', '--self-check']]);
  });

  it('gives a run no flags of a gate', async () => {
    const env = { ...program('rampart', ''), COMMAND: 'run', SCENARIO: 'a.yaml', PROFILE: 'pr' };
    const { code, outputs } = await runStep('run', { cwd: temp, temp, env });
    expect(code).toBe(0);
    expect(calls()).toEqual([['run', 'a.yaml', '--out', outputs['directory'] ?? '']]);
  });
});

describe('the comment', () => {
  const job = { GH_REPO: 'shop/api', CHANGE: '7' };
  function summary(): string {
    const file = join(temp, 'summary.md');
    writeFileSync(file, '<!-- rampart gate ramp -->\n## PASS\n');
    return file;
  }

  it('is written where there is none', async () => {
    const env = { ...program('gh', ''), ...job, SUMMARY: summary() };
    const { code } = await runStep('comment', { cwd: temp, temp, env });
    expect(code).toBe(0);
    expect(calls()[1]?.slice(0, 5)).toEqual([
      'api',
      '--silent',
      '--method',
      'POST',
      'repos/shop/api/issues/7/comments',
    ]);
  });

  it('replaces the one that an earlier gate wrote', async () => {
    const env = { ...program('gh', 'echo 1; echo 22'), ...job, SUMMARY: summary() };
    await runStep('comment', { cwd: temp, temp, env });
    expect(calls()[1]?.slice(0, 5)).toEqual([
      'api',
      '--silent',
      '--method',
      'PATCH',
      'repos/shop/api/issues/comments/22',
    ]);
  });

  it('fails nothing where the token may not write', async () => {
    const env = { ...program('gh', 'exit 1'), ...job, SUMMARY: summary() };
    const { code, text } = await runStep('comment', { cwd: temp, temp, env });
    expect(code).toBe(0);
    expect(text).toContain('::notice::');
  });
});
