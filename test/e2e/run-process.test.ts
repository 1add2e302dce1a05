import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RunResult, runResultSchema } from '../../src/model/run-result.ts';
import {
  type CliEnd,
  cli,
  expectComplete,
  readResult,
  servicesRunning,
  workDirectory,
  writeScenario,
} from '../helpers/cli.ts';

describe('rampart run --engine process', () => {
  let directory: string;
  let end: CliEnd;
  let result: RunResult;
  beforeAll(async () => {
    directory = workDirectory();
    end = await cli(['run', writeScenario(directory), '--engine', 'process', '--out', 'run'], directory);
    result = readResult(join(directory, 'run'));
  });

  it('ends as its verdict says, prints the steps, and says where the report is', () => {
    expect(end.stderr).toContain('report: run/report.html');
    expect(end.stdout).toContain('high');
    expectComplete(end, result);
  });

  it('leaves nothing running', () => {
    expect(servicesRunning()).toEqual([]);
  });

  it('writes a result that follows its schema, complete', () => {
    expect(runResultSchema.safeParse(result).error).toBeUndefined();
    expect(result).toMatchObject({ status: 'complete', environment: { engine: 'process' } });
  });

  it('gives every planned arrival exactly one outcome', () => {
    const planned = result.steps.filter((step) => step.kind !== 'drain').map((step) => step.load.planned);
    expect(planned).toEqual([100, 400, 1200]);
    for (const { load } of result.steps)
      expect(load.completed + load.failed + load.timedOut + load.dropped + load.unfinished).toBe(load.planned);
  });

  it('measures no less than the delay that was asked for', () => {
    for (const step of result.steps.filter((each) => each.kind === 'measure'))
      expect(step.responseUs.p50).toBeGreaterThan(3000);
  });

  it('has runtime series of every replica on the clock of the steps', () => {
    const targets = ['downstream-1', 'downstream-2', 'loadbalancer-1'];
    for (const name of [
      'sched.runqueue',
      'sched.gomaxprocs',
      'goroutines.total',
      'container.cpu_percent',
      'container.memory_mib',
    ]) {
      const series = result.series.filter((each) => each.name === name && targets.includes(each.target));
      expect(
        series.map((each) => each.target),
        name,
      ).toEqual(targets);
      for (const { points } of series)
        expect(points.some(([atUs]) => atUs > (result.steps[1]?.startUs ?? 0))).toBe(true);
    }
  });

  it('says of every source and target how far its stamps may be from the clock of the run', () => {
    const targets = ['downstream-1', 'downstream-2', 'loadbalancer-1'];
    const told = (result.clocks ?? []).map(({ target, source }) => `${target} ${source}`);
    const sources = ['containers', 'goroutines', 'metrics', 'schedtrace'];
    expect(told).toEqual(expect.arrayContaining(targets.flatMap((id) => sources.map((source) => `${id} ${source}`))));
    for (const { method, offsetUs, uncertaintyUs, stamps } of result.clocks ?? []) {
      expect(stamps).toBeGreaterThan(0);
      if (method !== 'least-delay') expect(offsetUs).toBe(0);
      if (uncertaintyUs !== undefined) expect(uncertaintyUs).toBeGreaterThan(0);
    }
  });

  it('knows the program of every target', () => {
    for (const { go, service } of result.environment.targets) {
      expect(go).toMatchObject({
        version: expect.stringMatching(/^go1\.|^devel/),
        path: `rampart.dev/compose/${service}`,
        settings: { CGO_ENABLED: '0' },
        environment: { GODEBUG: 'schedtrace=500,gctrace=1' },
        sources: ['binary', 'environment', 'metrics'],
      });
    }
  });

  it('names the wait reasons of goroutines', () => {
    expect(result.series.map((series) => series.name)).toContain('goroutines.waiting.IO wait');
  });

  it('keeps raw samples, logs, the histogram log and both reports', () => {
    for (const file of [
      'scenario.yaml',
      'raw/load.ndjson',
      'raw/readings.ndjson',
      'logs/loadbalancer-1.log',
      'latency.hlog',
      'report.html',
      'report.md',
    ]) {
      expect(existsSync(join(directory, 'run', file)), file).toBe(true);
    }
  });

  it('logs what each replica printed, from its settings and the first lines of its runtime to its last words', () => {
    const lines = readFileSync(join(directory, 'run', 'logs', 'loadbalancer-1.log'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.some((line) => /^-\d+\.\d{6} stderr SCHED \d+ms: /.test(line))).toBe(true);
    expect(
      lines.some((line) => /^-\d+\.\d{6} std(?:out|err) .*"msg":"(?:serving|listening)"/.test(line)),
      lines[0],
    ).toBe(true);
    expect(lines.at(-1)).toMatch(/stopped|shut|drain|ended/);
    const stamps = lines.map((line) => Number(line.split(' ')[0]));
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    for (const { points } of result.series) expect(points[0]?.[0]).toBeGreaterThanOrEqual(0);
  });

  it('can be reported again with the same result', async () => {
    const before = readFileSync(join(directory, 'run', 'result.json'), 'utf8');
    const again = await cli(['report', 'run', '--json'], directory);
    expect(again.code).toBe(end.code);
    expect(again.stdout).toBe(before);
  });

  it('can be run again from the scenario it kept', async () => {
    const kept = readFileSync(join(directory, 'run', 'scenario.yaml'), 'utf8');
    expect(kept).toContain('engine: process');
    const check = await cli(['run', 'run/scenario.yaml', '--set', 'load.timeout=soon'], directory);
    expect(check.stderr).toContain('--set load.timeout=soon load.timeout must be a positive duration');
    expect(check.code).toBe(2);
  });
});
