import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, composeFile, readResult, workDirectory } from '../helpers/cli.ts';

const scenario = `name: profiled
topology:
  engine: process
  compose: ${composeFile}
  scale: { downstream: 2 }
  env:
    downstream: { DELAY: 1ms, CPU_BURN: 2ms, ALLOC_BYTES: 64KiB, GOMAXPROCS: 2 }
target: { service: loadbalancer, port: 8080 }
load:
  idle: 500ms
  steps:
    - { name: warm-up, rate: 50/s, for: 1s, measure: false }
    - { name: low, rate: 50/s, for: 3s }
    - { name: high, rate: 200/s, for: 8s }
observe:
  profiles: { cpu: 2s, trace: { for: 200ms } }
`;

describe('profiles of a run', () => {
  const directory = workDirectory();
  const run = join(directory, 'run');
  const report = (...flags: string[]) => cli(['profiles', 'run', ...flags], directory);
  beforeAll(async () => {
    writeFileSync(join(directory, 'profiled.yaml'), scenario);
    await cli(['run', 'profiled.yaml', '--out', 'run'], directory);
  }, 120_000);

  it('are taken of each target in each step, and say what is missing', () => {
    const { steps } = readResult(run);
    const outcomes = steps.flatMap(({ name, profiles = [] }) =>
      profiles.map(({ target, type, outcome }) => `${name} ${target} ${type} ${outcome}`),
    );
    for (const target of ['loadbalancer-1', 'downstream-1', 'downstream-2']) {
      expect(outcomes).toContain(`high ${target} cpu ok`);
      expect(outcomes).toContain(`high ${target} block empty`);
      expect(outcomes).toContain(`high ${target} trace ok`);
      expect(existsSync(join(run, 'profiles', `${target}.03.trace.out`))).toBe(true);
      expect(readFileSync(join(run, 'profiles', `${target}.03.dump.txt`), 'utf8')).toMatch(/^goroutine \d+ \[/m);
    }
    expect(outcomes.filter((each) => each.startsWith('warm-up') && each.includes(' cpu '))).toEqual([]);
  });

  it('show in the result where CPU and allocations went', () => {
    const { steps } = readResult(run);
    const of = (type: string) => steps.at(2)?.hot?.find((each) => each.type === type && each.service === 'downstream');
    // 200 requests a second of 2 ms each are 0.4 cores.
    const cores = (of('cpu')?.total ?? 0) / 1000 / (of('cpu')?.windowUs ?? 1);
    expect(cores).toBeGreaterThan(0.15);
    expect(cores).toBeLessThan(1.2);
    expect(
      of('cpu')
        ?.functions.slice(0, 3)
        .map(({ name }) => name),
    ).toContain('main.mix');
    expect(of('heap')?.functions[0]?.name).toBe('main.allocate');
    // 200 requests a second of 64 KiB over 8 s are 100 MiB.
    expect((of('heap')?.total ?? 0) / 2 ** 20).toBeGreaterThan(50);
    expect((of('heap')?.total ?? 0) / 2 ** 20).toBeLessThan(300);
  });

  it('merge into one that go tool pprof splits by step, rate, target and setting', async () => {
    const { code, stderr } = await report('--merge', 'cpu.pb.gz');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('-tagroot=step cpu.pb.gz') });
    const tags = execFileSync('go', ['tool', 'pprof', '-tags', 'cpu.pb.gz'], { cwd: directory, encoding: 'utf8' });
    for (const tag of ['high', 'rps=200', 'downstream-2', 'GOMAXPROCS=2']) expect(tags).toContain(tag);
    const roots = execFileSync('go', ['tool', 'pprof', '-tagroot=step', '-top', '-cum', 'cpu.pb.gz'], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(roots).toMatch(/ high$/m);
  });

  it('are listed, and what cannot be merged is said', async () => {
    expect((await report()).stdout).toMatch(/^high +loadbalancer-1 +ok +ok +empty +empty +ok +(absent|ok|empty) +ok$/m);
    expect(await report('--merge', 'x.pb.gz', '--type', 'block')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SetBlockProfileRate'),
    });
    expect(await report('--merge', 'x.pb.gz', '--step', 'none')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--step must be one of warm-up, low, high, got "none"'),
    });
  });
});
