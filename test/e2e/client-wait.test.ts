import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientWait } from '../../src/model/client-wait.ts';
import { cli, readResult, workDirectory } from '../helpers/cli.ts';
import { goProgram } from '../helpers/go-programs.ts';

/** Longer than a busy machine keeps the generator from its processor. */
const stoppedMs = 500;
const everyMs = 1500;

/** A service that is stopped for a while again and again, by a signal that it cannot see: what it is asked meanwhile waits in the kernel. */
let service: ChildProcess;
let halting: NodeJS.Timeout;
let address = '';
const directory = workDirectory();

beforeAll(async () => {
  const binary = await goProgram('halting', join(import.meta.dirname, 'halting'));
  service = spawn(binary, { stdio: ['ignore', 'pipe', 'ignore'] });
  if (service.stdout) address = String((await once(service.stdout, 'data'))[0]).trim();
  halting = setInterval(() => {
    service.kill('SIGSTOP');
    setTimeout(() => service.kill('SIGCONT'), stoppedMs);
  }, everyMs);
}, 180_000);

afterAll(() => {
  clearInterval(halting);
  service.kill('SIGKILL');
});

async function waited(
  name: string,
  load: string,
): Promise<{ readonly wait: ClientWait | undefined; readonly isSteady: boolean; readonly text: string }> {
  const scenario = `name: ${name}
topology:
  engine: external
  targets: [{ name: api, pprof: "http://${address}/debug/pprof" }]
target: { url: "http://${address}/" }
load: { idle: 200ms, ${load} }
observe: { trace: { slowest: 20, window: 1s, every: 2s } }
`;
  writeFileSync(join(directory, `${name}.yaml`), scenario);
  const { stdout } = await cli(['run', `${name}.yaml`, '--out', name], directory);
  const { traces, steps } = readResult(join(directory, name));
  // Whom the machine kept from sending for longer than the service was stopped has hardly seen that it was.
  const isSteady = (steps[0]?.lagUs.p99 ?? 0) < stoppedMs * 1000;
  return { wait: traces?.steps[0]?.clientWait, isSteady, text: stdout };
}

it('what a stopped service is asked waits on the way there, and nothing of it is said to be in the service', async () => {
  const { wait, isSteady, text } = await waited('open', 'steps: [{ name: only, rate: 60/s, for: 9s }]');
  expect(wait?.clock).toEqual({ isSame: true, offsetUs: 0, errorUs: 0 });
  for (const cohort of [wait?.typical, wait?.slow, ...(wait?.slowest ?? [])]) {
    if (!cohort) continue;
    const sum = cohort.beforeUs + cohort.thereUs + cohort.serviceUs + cohort.backUs;
    expect(sum).toBeCloseTo('meanUs' in cohort ? cohort.meanUs : cohort.us, 0);
  }
  expect(text).toContain('What the client waited');
  if (!isSteady) return;
  const { whole = 0, joined = 0 } = wait?.exchanges ?? {};
  expect(joined).toBeGreaterThan(50);
  // What comes while it is stopped goes out on connections that are hardly used otherwise: some of that cannot be told apart.
  expect(joined / whole).toBeGreaterThanOrEqual(0.8);
  expect(wait?.slowest.length).toBe(10);
  // A busy machine keeps others as long, the generator among them.
  expect(Math.max(...(wait?.slowest ?? []).map(({ thereUs }) => thereUs))).toBeGreaterThan(0.5 * stoppedMs * 1000);
  // Some may have been in the service when that was stopped, and some sent late by a generator without a processor.
  expect(wait?.slowest.filter(({ us, serviceUs }) => serviceUs > 0.2 * us).length).toBeLessThan(5);
  expect(wait?.slowest[0]?.us).toBeGreaterThan(0.8 * stoppedMs * 1000);
}, 180_000);

it.each([
  ['http2', 'http: 2, steps: [{ name: only, rate: 100/s, for: 5s }]'],
  ['closed', 'mode: closed, steps: [{ name: only, connections: 2, for: 5s }]'],
])(
  'exchanges of a load are joined in mode %s as well',
  async (name, load) => {
    const { wait, isSteady } = await waited(name, load);
    expect(wait?.clock).toEqual({ isSame: true, offsetUs: 0, errorUs: 0 });
    if (!isSteady) return;
    const { whole = 0, joined = 0 } = wait?.exchanges ?? {};
    expect(joined / whole).toBeGreaterThanOrEqual(0.5);
  },
  180_000,
);
