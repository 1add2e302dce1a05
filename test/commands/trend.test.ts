/** `rampart trend` from its flags to what it prints, writes and ends with. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trendCommand } from '../../src/commands/trend.ts';
import { argsOf, contextOf } from '../helpers/command-context.ts';
import { normalOf, trendLines } from '../helpers/trend-lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-trend-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Twelve gates as they were, and twelve of which each is as much slower. */
function slowerBy(log: number) {
  const logs = normalOf(24, 0.01, 5).map((each, index) => (index < 12 ? each : each + log));
  writeFileSync(
    join(folder, 't.ndjson'),
    trendLines(logs)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
}

async function trend(flags: Parameters<typeof argsOf>[0]) {
  const { context, told } = contextOf({}, folder);
  const shown: string[] = [];
  const code = await trendCommand.run(argsOf({ file: 't.ndjson', ...flags }), {
    ...context,
    show: (text) => shown.push(text),
  });
  return { code, shown: shown.join(''), told };
}

it('names the release from which a series is slower, and fails by it only when it is asked to', async () => {
  slowerBy(0.2);
  const { code, shown, told } = await trend({});
  expect(code).toBe(0);
  // What is shown to people can be searched where it is piped; what is printed is for programs.
  expect(shown).toContain('v13');
  expect(told.stdout).toBe('');
  expect((await trend({ 'fail-on-regression': true })).code).toBe(1);
});

it('fails by no series that stayed as it was', async () => {
  slowerBy(0);
  expect((await trend({ 'fail-on-regression': true })).code).toBe(0);
});

it('prints JSON as it is, and writes the page where it is told to', async () => {
  slowerBy(0.2);
  const { told } = await trend({ format: 'json', out: 'trend.html' });
  expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'trend-report', series: [{ metric: 'p99' }] });
  expect(told.stderr).toBe('page: trend.html\n');
  expect(readFileSync(join(folder, 'trend.html'), 'utf8')).toContain('v13');
});

it('says what makes a trend file where there is none', async () => {
  await expect(trend({ file: 'other.ndjson' })).rejects.toMatchObject({ exitCode: 2, code: 'trend-missing' });
});
