/** What a job is told of a run. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { announceRun } from '../../../src/commands/job/summaries.ts';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { invalidResult, sampleResult } from '../../golden/sample-result.ts';
import { contextOf } from '../../helpers/command-context.ts';

function job() {
  const directory = mkdtempSync(join(tmpdir(), 'rampart-job-'));
  const files = { GITHUB_STEP_SUMMARY: join(directory, 'summary'), GITHUB_OUTPUT: join(directory, 'output') };
  const read = () => ({
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
  });
  return { ...contextOf({ GITHUB_ACTIONS: 'true', ...files }, directory), read };
}

it('annotates the rules that a run broke, and shows its report as the summary', async () => {
  const { context, told, read } = job();
  const slo = [{ rule: 'p99 < 50ms', step: '1800', observed: '90 ms', outcome: 'fail' as const }];
  await announceRun({ ...sampleResult(), slo }, '/srv/runs/x', context);
  expect(told.stderr).toBe('::error title=rampart run ramp::p99 < 50ms: fails: 1800 (90 ms)\n');
  expect(read().summary).toContain('## ramp: ');
  expect(read().output).toBe(
    'verdict=fail\nreport=/srv/runs/x/report.html\nsummary=/srv/runs/x/report.md\nexit-code=1\n',
  );
});

it('says why a run is invalid', async () => {
  const { context, told, read } = job();
  await announceRun(invalidResult(), '/srv/runs/x', context);
  expect(told.stderr).toContain('::error title=rampart run ramp::1800: the generator itself was late');
  expect(read().output).toContain('verdict=invalid\n');
});

it('tells of a command that could not begin', async () => {
  const { context, told, read } = job();
  expect(await runCommandLine(['run', 'missing.yaml'], context)).toBe(2);
  expect(told.stderr).toMatch(/^::error title=rampart run::.*missing\.yaml/m);
  expect(read().summary).toContain('## rampart run: not carried out\n\n```text\n');
  expect(read().output).toBe('exit-code=2\n');
});
