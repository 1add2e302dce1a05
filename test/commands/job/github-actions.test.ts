/** What a GitHub Actions job is told, in the files and the escapes that its runner reads. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { announceToGithub } from '../../../src/commands/job/github-actions.ts';
import type { JobNews } from '../../../src/commands/job/news.ts';
import { contextOf } from '../../helpers/command-context.ts';

let summary: string;
let output: string;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-job-'));
  summary = join(directory, 'summary');
  output = join(directory, 'output');
});

const job = () => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output });
const news: JobNews = {
  title: 'rampart gate ramp',
  exitCode: 1,
  summary: '## ramp\n',
  outputs: { verdict: 'fail', reason: undefined },
  problems: ['p99 is worse'],
};

it('appends the summary and writes the outputs, those of earlier commands kept', async () => {
  const { context, told } = contextOf(job());
  await announceToGithub(news, context);
  await announceToGithub({ ...news, summary: '## other', outputs: { report: 'runs/a\nb' } }, context);
  expect(readFileSync(summary, 'utf8')).toBe('## ramp\n\n## other\n\n');
  expect(readFileSync(output, 'utf8')).toBe('verdict=fail\nexit-code=1\nreport=runs/a b\nexit-code=1\n');
  expect(told.stdout).toBe('');
});

it('annotates what is wrong, three at most, so that no text of others ends the line or the property', async () => {
  const { context, told } = contextOf(job());
  const problems = ['100 % slower\nat: a, b\r::warning::x', 'two', 'three', 'four'];
  await announceToGithub({ ...news, title: 'rampart: a, 5 %\n', problems }, context);
  expect(told.stderr).toBe(
    [
      '::error title=rampart%3A a%2C 5 %25%0A::100 %25 slower%0Aat: a, b%0D::warning::x',
      '::error title=rampart%3A a%2C 5 %25%0A::two',
      '::error title=rampart%3A a%2C 5 %25%0A::three',
      '',
    ].join('\n'),
  );
});

it('warns instead where the command does not fail', async () => {
  const { context, told } = contextOf(job());
  await announceToGithub({ ...news, exitCode: 0 }, context);
  expect(told.stderr).toBe('::warning title=rampart gate ramp::p99 is worse\n');
});

it('tells nobody outside of a job', async () => {
  const { context, told } = contextOf({ GITHUB_STEP_SUMMARY: '' });
  await announceToGithub(news, context);
  expect(told).toEqual({ stdout: '', stderr: '', warnings: [] });
});

it('cuts what GitHub would drop whole, and says so', async () => {
  const { context } = contextOf(job());
  const lines = ['## ramp', '```text', ...Array.from({ length: 10_000 }, (_, at) => `Zeile ${at} über alles hin`)];
  await announceToGithub({ ...news, summary: [...lines, '```'].join('\n') }, context);
  const text = readFileSync(summary, 'utf8');
  expect(text.length).toBeLessThanOrEqual(200_000);
  expect(text).toMatch(/^Zeile 7\d\d\d über alles hin\n```\n\n\*\d+ more lines are cut here, because GitHub/m);
});

it('leaves a summary alone that has no room left', async () => {
  const { context } = contextOf(job());
  const full = 'x'.repeat(1024 * 1024 - 20);
  writeFileSync(summary, full);
  await announceToGithub(news, context);
  expect(readFileSync(summary, 'utf8').length).toBeLessThanOrEqual(1024 * 1024);
  await announceToGithub({ ...news, summary: 'y'.repeat(1000) }, context);
  expect(readFileSync(summary, 'utf8').length).toBeLessThanOrEqual(1024 * 1024);
});

it('warns when the job cannot be told, and goes on', async () => {
  const { context, told } = contextOf({ ...job(), GITHUB_STEP_SUMMARY: join(summary, 'no', 'such') });
  await announceToGithub(news, context);
  expect(told.warnings).toEqual([expect.stringContaining('the job could not be told')]);
  expect(readFileSync(output, 'utf8')).toContain('verdict=fail');
});
