/** `rampart report` of what is more than a run. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportCommand } from '../../src/commands/report.ts';
import type { CapacityResult } from '../../src/model/capacity.ts';
import { argsOf, contextOf } from '../helpers/command-context.ts';

const recorded = join(import.meta.dirname, '..', 'golden', 'run');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-report-'));
  cpSync(recorded, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const capacity: CapacityResult = {
  schemaVersion: 1,
  kind: 'capacity',
  scenario: 'ramp',
  rules: ['p99 < 50ms'],
  verdict: 'nothing held',
  lowRps: 0,
  highRps: 100,
  probes: [],
  gaveWay: [],
};

async function report(flags: Parameters<typeof argsOf>[0] = {}) {
  const { context, told } = contextOf({}, folder);
  const code = await reportCommand.run(argsOf({ directory: '.', ...flags }), context);
  return { code, told };
}

it('of a search for capacity says what it found, and not how the run would be judged that it was', async () => {
  writeFileSync(join(folder, 'capacity.json'), JSON.stringify(capacity));
  const { code, told } = await report();
  expect(told.stdout).toContain('ramp under p99 < 50ms: not even 100/s is held');
  expect(code).toBe(1);
  expect(JSON.parse((await report({ json: true })).told.stdout)).toEqual(capacity);
  await expect(report({ format: 'junit' })).rejects.toThrow('a search for capacity cannot be shown as junit');
});

it('of a damaged search says so', async () => {
  writeFileSync(join(folder, 'capacity.json'), JSON.stringify({ ...capacity, verdict: 'perhaps' }));
  await expect(report()).rejects.toMatchObject({ code: 'result-damaged' });
});
