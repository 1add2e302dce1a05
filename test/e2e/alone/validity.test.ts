import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readResult, startCli, workDirectory } from '../../helpers/cli.ts';
import { downstreamProgram } from '../../helpers/go-programs.ts';

/** The service has processor 1 for itself, the generator is put on processor 0. */
const serviceCpu = '1';
const generatorCpu = '0';

describe.skipIf(availableParallelism() < 2)('the verdict on the generator', () => {
  const directory = workDirectory();
  const started: ChildProcess[] = [];
  let program: string;
  beforeAll(async () => {
    program = await downstreamProgram();
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
  });

  function pinned(cpu: string, command: readonly string[], env: Record<string, string> = {}): void {
    started.push(spawn('taskset', ['-c', cpu, ...command], { env: { ...process.env, ...env }, stdio: 'ignore' }));
  }

  async function startService(address: string, env: Record<string, string>): Promise<void> {
    pinned(serviceCpu, [program], {
      LISTEN_ADDR: `${address}:18080`,
      PPROF_ADDR: `${address}:16060`,
      ...env,
    });
    await vi.waitFor(async () => expect((await fetch(`http://${address}:18080/healthz`)).status).toBe(200), 60_000);
  }

  async function verdict(address: string, more: string, onCpu?: string) {
    const name = `run-${address}`;
    const text = `name: verdict
topology: { engine: external, targets: [{ name: api }] }
target: { url: "http://${address}:18080/" }
${more}`;
    writeFileSync(join(directory, `${name}.yaml`), text);
    const run = startCli(['run', `${name}.yaml`, '--out', name], directory);
    if (onCpu !== undefined) execFileSync('taskset', ['-a', '-c', '-p', onCpu, String(run.child.pid)]);
    const { code } = await run.end;
    return { code, result: readResult(join(directory, name)) };
  }

  it('is invalid when the generator shares its processor with CPU burners', async () => {
    await startService('127.61.0.2', { DELAY: '2ms' });
    for (let burner = 0; burner < 4; burner++) pinned(generatorCpu, ['sh', '-c', 'while :; do :; done']);
    const { code, result } = await verdict(
      '127.61.0.2',
      'load: { idle: 500ms, steps: [{ rate: 2000/s, for: 4s }] }\n',
      generatorCpu,
    );
    expect(result.validity.reasons).toContainEqual(
      expect.objectContaining({ code: expect.stringMatching(/^generator-(late|starved)$/) }),
    );
    expect(code).toBe(4);
  });

  it('is valid when only the target is slow', async () => {
    await startService('127.61.0.3', { DELAY: '1s', STALL_EVERY: '2s', STALL_FOR: '500ms' });
    // Who waited for the target would be late by a second; no machine that does much else makes that of a hundred a second.
    const patient = 'validity: { maxLagP99: 900ms, maxOwnShare: 1, maxLoopShare: 1 }\n';
    const { code, result } = await verdict(
      '127.61.0.3',
      `load: { idle: 500ms, steps: [{ rate: 100/s, for: 4s }] }\n${patient}`,
    );
    const { verdict: told, reasons } = result.validity;
    // A machine that gives the generator no processor says so by itself.
    expect(reasons.filter((reason) => reason.code !== 'generator-starved')).toEqual([]);
    expect(result.steps[0]?.responseUs.p50).toBeGreaterThan(1_000_000);
    expect(code).toBe(told === 'valid' ? 0 : 4);
  });
});
