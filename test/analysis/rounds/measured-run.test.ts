import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { measureRun } from '../../../src/analysis/rounds/measured-run.ts';
import { decodeHistogram } from '../../../src/model/histogram.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, histogram, rawRun, window } from '../../helpers/raw-run.ts';

function measure(samples: Sample[], observe: Record<string, unknown> = {}) {
  const run = rawRun(samples, { scenario: { observe } });
  return measureRun(run, buildResult(run));
}

function reading(atUs: number, values: Record<string, number>, target = 'loadbalancer-1'): Sample {
  return { kind: 'reading', atUs, target, source: 'containers', values };
}

it('takes measured steps only, with a p99 for each second and the whole histogram', () => {
  const [low, high, ...more] = measure(healthySamples());
  expect(more).toEqual([]);
  expect(low).toMatchObject({ name: 'low', rps: 1000, completedRps: 1000, windowSeconds: 1, lagP99Us: 100 });
  expect(low?.windows.map(({ p99Us }) => p99Us)).toEqual([1000, 1000]);
  expect(high?.counts).toMatchObject({ planned: 4000, completed: 4000 });
  expect(decodeHistogram(high?.response ?? '').totalCount).toBe(4000);
});

it('adds up what is told of one second in pieces', () => {
  const samples = [...healthySamples(), window(1, 2_000_000, 1000, 9000)];
  expect(measure(samples)[0]?.windows[0]?.p99Us).toBeGreaterThan(8900);
});

it('keeps the response times of failures apart, so that a p99 is of good answers alone', () => {
  const counts = { planned: 1000, completed: 995, failed: 5 };
  const slow = { response: histogram([...Array(990).fill(1000), ...Array(10).fill(9000)]) };
  const failing = (lost: string) =>
    healthySamples().map((sample) =>
      sample.kind === 'window' && sample.step === 1 ? { ...sample, ...counts, ...slow, lost } : sample,
    );
  const lost = histogram(Array(5).fill(9000));
  const [low, high] = measure(failing(lost));
  expect(low?.windows.map(({ p99Us }) => p99Us)).toEqual([1000, 1000]);
  expect(decodeHistogram(low?.lost ?? '').totalCount).toBe(10);
  expect(high).not.toHaveProperty('lost');
  expect(measure(failing(histogram(Array(5).fill(1000))))[0]?.windows[0]?.p99Us).toBeGreaterThan(8900);
});

it('makes windows as long as a p99 needs', () => {
  const samples = healthySamples().map((sample) =>
    sample.kind === 'window' && sample.step === 1 ? window(1, sample.dueUs, 200, 1000) : sample,
  );
  const [low] = measure(samples);
  expect(low).toMatchObject({ rps: 200, windowSeconds: 2 });
  expect(low?.windows).toHaveLength(1);
});

it('marks the windows in which the hypervisor took CPU away', () => {
  const samples = [
    ...healthySamples(),
    reading(2_500_000, { 'host.steal_percent': 9 }, 'host'),
    reading(3_500_000, { 'host.steal_percent': 1 }, 'host'),
  ];
  expect(measure(samples)[0]?.windows.map(({ isDisturbed }) => isDisturbed)).toEqual([true, false]);
});

it('counts CPU for each request, the most memory, and the share of the garbage collector', () => {
  const values = { 'container.cpu_percent': 50, 'go.gomaxprocs': 2, 'go.cpu_gc_percent': 5 };
  const samples = [
    ...healthySamples(),
    reading(2_500_000, { ...values, 'container.memory_mib': 20 }),
    reading(3_500_000, { ...values, 'container.memory_mib': 30 }),
  ];
  expect(measure(samples)[0]).toMatchObject({
    cpuUsPerRequest: 500,
    memoryMib: 30,
    gcCpuPercent: 20,
    utilisation: 0.25,
    series: { 'loadbalancer go.gomaxprocs': 2 },
  });
});

it('takes no cycle for no CPU of the garbage collector only where cycles would have been seen', () => {
  const samples = [...healthySamples(), reading(2_500_000, { 'container.cpu_percent': 50, 'sched.gomaxprocs': 2 })];
  expect(measure(samples, { gctrace: true })[0]?.gcCpuPercent).toBe(0);
  expect(measure(samples)[0]?.gcCpuPercent).toBeUndefined();
});

it('takes the share of the garbage collector from the cycles of the step, not from the share since the process began', () => {
  const cycle = { 'gc.cpu_ms': 80, 'gc.procs': 2, 'gc.pause_ms': 0, 'gc.mark_ms': 0, 'gc.cpu_percent': 1 };
  const cycles = (numbers: readonly number[]): Sample[] => [
    ...healthySamples(),
    reading(2_500_000, { 'container.cpu_percent': 50, 'sched.gomaxprocs': 2 }),
    ...numbers.map((number, index) => reading(2_100_000 + index * 4e5, { ...cycle, 'gc.cycles': number })),
  ];
  // 4 cycles of 80 ms in 2 s of half a core.
  expect(measure(cycles([7, 8, 9, 10]), { gctrace: true })[0]?.gcCpuPercent).toBeCloseTo(32);
  expect(measure(cycles([7, 8, 10, 11]), { gctrace: true })[0]).not.toHaveProperty('gcCpuPercent');
});

it('has every step whole where the result had to leave series out of some', () => {
  const run = rawRun([
    ...healthySamples(),
    reading(2_500_000, { 'container.cpu_percent': 50, 'go.gomaxprocs': 2, 'container.memory_mib': 20 }),
  ]);
  const whole = buildResult(run);
  const brief = whole.steps.map((step) => ({
    ...step,
    targets: {},
    goroutines: [],
    leftOut: { series: 3, stacks: 0 },
  }));
  expect(measureRun(run, { ...whole, steps: brief })).toEqual(measureRun(run, whole));
  expect(measureRun(run, whole)[0]).toMatchObject({ memoryMib: 20 });
});

it('does not know what no target told', () => {
  const [low] = measure(healthySamples());
  expect(low).not.toHaveProperty('cpuUsPerRequest');
  expect(low).not.toHaveProperty('memoryMib');
});
