import { describe, expect, it } from 'vitest';
import { armRunOf } from '../../src/analysis/arm-run.ts';
import { buildResult } from '../../src/analysis/build-result.ts';
import { decodeHistogram, maxLatencyUs } from '../../src/model/histogram.ts';
import type { Sample } from '../../src/model/sample.ts';
import type { LoadStep } from '../../src/model/scenario.ts';
import { healthySamples, histogram, rawRun, scenario, window } from '../helpers/raw-run.ts';

function runOf(samples: Sample[], steps?: readonly LoadStep[]) {
  const run = rawRun(samples, steps ? { scenario: { load: { ...scenario.load, steps } } } : {});
  return armRunOf(run, buildResult(run));
}

const reading = (target: string, values: Record<string, number>): Sample => ({
  kind: 'reading',
  atUs: 4_500_000,
  target,
  source: 'test',
  values,
});

describe('a finished run', () => {
  it('gives each measured step of a constant rate, without the warm-up', () => {
    const { invalid, steps } = runOf(healthySamples());
    expect(invalid).toEqual([]);
    expect(steps.map(({ name, rps, windowSeconds }) => [name, rps, windowSeconds])).toEqual([
      ['low', 1000, 1],
      ['high', 2000, 1],
    ]);
    expect(steps[0]).toMatchObject({
      windows: [
        { p99Us: 1000, isDisturbed: false },
        { p99Us: 1000, isDisturbed: false },
      ],
      counts: { planned: 2000, completed: 2000 },
      lagP99Us: 100,
    });
    expect(decodeHistogram(steps[1]?.response ?? '').totalCount).toBe(4000);
  });

  it('keeps why it is invalid', () => {
    const run = rawRun(healthySamples(), { outcome: undefined });
    expect(armRunOf(run, buildResult(run)).invalid.map(({ code }) => code)).toContain('incomplete');
  });

  it('leaves out a step whose rate moves', () => {
    const [warmUp, low, high] = scenario.load.steps;
    const moving = { ...high!, shape: { kind: 'linear', fromRps: 1000, toRps: 3000 } } as const;
    expect(runOf(healthySamples(), [warmUp!, low!, moving]).steps.map(({ name }) => name)).toEqual(['low']);
  });

  it('puts seconds together where one has too few arrivals for a p99, and adds up what came in parts', () => {
    const [warmUp, low, high] = scenario.load.steps;
    const slow = { ...low!, shape: { kind: 'constant', rps: 200 } } as const;
    const samples = healthySamples().filter((sample) => sample.kind !== 'window' || sample.step !== 1);
    samples.push(window(1, 2_000_000, 150, 1000), window(1, 2_000_000, 50, 1000), window(1, 3_000_000, 200, 5000));
    expect(runOf(samples, [warmUp!, slow, high!]).steps[0]).toMatchObject({
      windowSeconds: 2,
      windows: [{ p99Us: 5003 }],
    });
  });

  it('counts a second in which more than one in a hundred failed as endlessly slow', () => {
    const samples = healthySamples();
    samples.push(window(2, 4_000_000, 0, 1, { planned: 40, failed: 40, response: histogram(Array(40).fill(100)) }));
    expect(runOf(samples).steps[1]?.windows.map(({ p99Us }) => p99Us)).toEqual([maxLatencyUs, 2000]);
  });

  it('marks seconds that the hypervisor took from everybody', () => {
    const stolen = runOf([...healthySamples(), reading('host', { 'host.steal_percent': 10 })]).steps[1];
    expect(stolen?.windows.map(({ isDisturbed }) => isDisturbed)).toEqual([true, false]);
  });

  it('says what a request cost, how busy the busiest part was, and leaves absent what was not seen', () => {
    const seen = runOf([
      ...healthySamples(),
      reading('host', { 'host.cpu_percent': 30 }),
      reading('loadbalancer-1', {
        'container.cpu_percent': 80,
        'container.memory_mib': 10,
        'sched.gomaxprocs': 1,
        'gc.cpu_percent': 3,
      }),
      reading('downstream-1', { 'container.cpu_percent': 20, 'container.memory_mib': 30, 'sched.gomaxprocs': 2 }),
    ]).steps[1];
    expect(seen).toMatchObject({ utilisation: 0.8, cpuUsPerRequest: 500, memoryMib: 40, gcCpuPercent: 3 });
    expect(seen?.series?.['loadbalancer-1 gc.cpu_percent']).toBe(3);
    expect(Object.keys(runOf(healthySamples()).steps[1] ?? {})).not.toContain('memoryMib');
  });

  it('counts what was in flight or waiting, but does not take samples for a mean over time', () => {
    const samples = healthySamples().map((sample) =>
      sample.kind === 'tick' ? { ...sample, waiting: sample.atUs / 1e6 } : sample,
    );
    expect(runOf(samples).steps[1]?.inFlight).toEqual({ mean: 6.5, atEnd: 7 });
  });
});
