/** A run that was killed leaves services behind; the next one finds and removes them, and never touches those of a run that lives. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { connectDocker } from '../../../src/host/docker.ts';
import type { Target } from '../../../src/model/topology.ts';
import { removeOrphans } from '../../../src/topology/orphans/orphans.ts';
import { findOrphanProcesses } from '../../../src/topology/orphans/processes.ts';
import { processEngine } from '../../../src/topology/process-engine.ts';
import { itWithDocker } from '../../helpers/docker.ts';
import { testRun } from '../../helpers/run-context.ts';

const compose = fileURLToPath(new URL('../../fixtures/services/compose.yaml', import.meta.url));
const script = fileURLToPath(new URL('../../fixtures/killed-run/up.mjs', import.meta.url));
const built = fileURLToPath(new URL('../../../dist/topology/process-engine.js', import.meta.url));
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await removeOrphans(process.env, { info: () => undefined, warn: () => undefined });
});

/** A run in a process of its own, up and ready. */
async function otherRun(engine: string, runId: string): Promise<{ child: ChildProcess; targets: Target[] }> {
  expect(existsSync(built), 'run `npm run build` first').toBe(true);
  const child = spawn(process.execPath, [script, engine, compose, runId], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: tmpdir(),
  });
  children.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
    child.once('exit', () => reject(new Error('the other run ended before it was ready')));
  });
  return { child, targets: JSON.parse(line) as Target[] };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function answers(target: Target | undefined): Promise<boolean> {
  return await fetch(`${target?.ports['8080']}/env`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

it('processes of a killed run are ended by the next, with a line that names them', async () => {
  const { child, targets } = await otherRun('process', 'killed-1');
  await kill(child);
  expect(await answers(targets[0])).toBe(true);
  expect(findOrphanProcesses().filter(({ runId }) => runId === 'killed-1')).toHaveLength(3);

  const run = testRun();
  const next = await processEngine.up(
    { engine: 'process', compose, scale: {}, env: {}, readyTimeoutMs: 15_000 },
    [],
    run.context,
  );
  await next.down();
  expect(await Promise.all(targets.map(answers))).toEqual([false, false, false]);
  expect(run.logged.filter((line) => /ending process \d+ .*(?:front|back).*killed-1/.test(line))).toHaveLength(3);
});

it('processes of a run that lives are left alone', async () => {
  const { targets } = await otherRun('process', 'living-1');
  await removeOrphans(process.env, testRun().context.log);
  expect(await Promise.all(targets.map(answers))).toEqual([true, true, true]);
});

itWithDocker(
  'containers, network and images of a killed run are removed, those of a run that lives are left alone',
  async () => {
    const [killed, living] = await Promise.all([otherRun('compose', 'killed-2'), otherRun('compose', 'living-2')]);
    await kill(killed.child);
    const run = testRun();
    await removeOrphans(run.context.env, run.context.log);
    expect(await thingsOf('killed-2')).toEqual([]);
    expect(await Promise.all(living.targets.map(answers))).toEqual([true, true, true]);
    expect(run.logged.join('\n')).toMatch(
      /removing container rampart-killed-2-.*network rampart-killed-2_default.*left behind by run killed-2/,
    );
  },
);

async function thingsOf(runId: string): Promise<string[]> {
  const things = await connectDocker(process.env).things(`dev.rampart.run=${runId}`);
  return things.map(({ id }) => id);
}
