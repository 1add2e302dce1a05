import { describe, expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import { runResultSchema } from '../../src/model/run-result.ts';
import type { Sample } from '../../src/model/sample.ts';
import { healthySamples, histogram, rawRun, tick, window } from '../helpers/raw-run.ts';

const reading = (atUs: number, target: string, values: Record<string, number>): Sample => ({
  kind: 'reading',
  atUs,
  target,
  source: 'test',
  values,
});

describe('buildResult', () => {
  it('follows the published schema', () => {
    expect(runResultSchema.safeParse(buildResult(rawRun(healthySamples()))).error).toBeUndefined();
  });

  it('is plain data that survives JSON', () => {
    const result = buildResult(rawRun(healthySamples()));
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('gives each step its true span, and the drain a step of its own', () => {
    const spans = buildResult(rawRun(healthySamples())).steps.map(({ name, kind, startUs, durationUs }) => [
      name,
      kind,
      startUs,
      durationUs,
    ]);
    expect(spans).toEqual([
      ['warm-up', 'warmup', 1_000_000, 1_000_000],
      ['low', 'measure', 2_000_000, 2_000_000],
      ['high', 'measure', 4_000_000, 2_000_000],
      ['drain', 'drain', 6_000_000, 1_500_000],
    ]);
  });

  it('has no drain step when the last answers came at once', () => {
    const samples = healthySamples().map(
      (sample): Sample => (sample.kind === 'end' ? { ...sample, drainedUs: 6_020_000 } : sample),
    );
    expect(buildResult(rawRun(samples)).steps.at(-1)?.name).toBe('high');
  });

  it('adds outcomes up by the step they were due in and rates by the time they happened', () => {
    const late = [
      ...healthySamples().filter((sample) => sample.kind !== 'tick'),
      tick(3_000_000, 1000),
      tick(4_000_000, 1000),
      tick(5_000_000, 500),
      tick(6_000_000, 500),
    ];
    const high = buildResult(rawRun(late)).steps[2];
    expect(high?.load).toMatchObject({
      planned: 4000,
      completed: 4000,
      plannedRps: 2000,
      completedRps: 500,
      sentRps: 500,
    });
  });

  it('shares the counts of a second that crosses a step edge out by time', () => {
    const samples = healthySamples().map((sample) =>
      sample.kind === 'tick' && sample.atUs === 4_000_000 ? { ...sample, atUs: 4_500_000 } : sample,
    );
    const [, low, high] = buildResult(rawRun(samples)).steps;
    expect(low?.load.completedRps).toBe((1000 + 500) / 2);
    expect(high?.load.completedRps).toBe((500 + 4000) / 2);
  });

  it('reads percentiles from merged histograms, never from averages', () => {
    const samples = healthySamples().map((sample) =>
      sample.kind === 'window' && sample.dueUs === 3_000_000
        ? { ...sample, response: histogram(Array.from({ length: 1000 }, () => 9000)) }
        : sample,
    );
    const low = buildResult(rawRun(samples)).steps[1];
    expect(low?.responseUs).toMatchObject({
      count: 2000,
      p50: 1000,
      p99: expect.toSatisfy((value: number) => Math.abs(value - 9000) < 9),
    });
  });

  it('has requests and phases where the load engine told of them, merged by step', () => {
    const counts = { planned: 1, completed: 1, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
    const told = (us: number) => ({
      phases: { connect: histogram([us]), firstByte: histogram([us, 2 * us]) },
      requests: ['list', 'cart'].map((name) => ({
        ...{ name, ...counts },
        ...{ response: histogram([us]), service: histogram([us]) },
      })),
    });
    const samples = healthySamples().map((sample) =>
      sample.kind === 'window' && sample.step === 1
        ? { ...sample, ...told(sample.dueUs === 3_000_000 ? 8 : 4) }
        : sample,
    );
    const [warmUp, low] = buildResult(rawRun(samples)).steps;
    expect(warmUp).not.toHaveProperty('phases');
    expect(warmUp).not.toHaveProperty('requests');
    expect(low?.phases).toMatchObject({
      connectUs: { count: 2, max: 8 },
      tlsUs: { count: 0 },
      firstByteUs: { count: 4, max: 16 },
    });
    expect(low?.requests).toMatchObject([
      { name: 'list', planned: 2, completed: 2, responseUs: { count: 2, max: 8 } },
      { name: 'cart', planned: 2, serviceUs: { count: 2, max: 8 } },
    ]);
  });

  it('is invalid when the sums of a step do not add up', () => {
    const result = buildResult(rawRun([...healthySamples(), window(1, 3_000_000, 0, 1, { planned: 3 })]));
    expect(result.validity).toMatchObject({ verdict: 'invalid', reasons: [{ code: 'accounting', step: 'low' }] });
  });

  it('is invalid when the generator itself was late', () => {
    const samples = healthySamples().map((sample) =>
      sample.kind === 'window' && sample.step === 2
        ? { ...sample, lag: histogram(Array.from({ length: 2000 }, () => 8000)) }
        : sample,
    );
    expect(buildResult(rawRun(samples)).validity.reasons).toMatchObject([{ code: 'generator-late', step: 'high' }]);
  });

  it('allows a lag that is small against what was measured', () => {
    const samples = healthySamples().map((sample) =>
      sample.kind === 'window' && sample.step === 2
        ? { ...sample, lag: histogram([8000]), response: histogram([200_000]) }
        : sample,
    );
    expect(buildResult(rawRun(samples)).validity.verdict).toBe('valid');
  });

  it('is partial and invalid when the run was cut off', () => {
    const result = buildResult(rawRun(healthySamples().slice(0, 5), { outcome: undefined }));
    expect(result.status).toBe('partial');
    expect(result.validity.reasons[0]?.code).toBe('incomplete');
    expect(result.steps.map((step) => step.name)).toEqual(['warm-up', 'low']);
  });

  it('summarises what each target showed within each step', () => {
    const seen = [1, 2, 6].map((value, index) =>
      reading(2_100_000 + index * 500_000, 'loadbalancer-1', { 'sched.runqueue': value }),
    );
    const result = buildResult(
      rawRun([...healthySamples(), ...seen, reading(4_100_000, 'loadbalancer-1', { 'sched.runqueue': 50 })]),
    );
    expect(result.steps[1]?.targets['loadbalancer-1']?.['sched.runqueue']).toEqual({
      mean: 3,
      min: 1,
      max: 6,
      last: 6,
    });
    expect(result.series.find((series) => series.name === 'sched.runqueue')?.points).toHaveLength(4);
  });

  it('names the step at which throughput stops following and the one at which p99 leaves its level', () => {
    const slow = Array.from({ length: 2000 }, () => 50_000);
    const samples = healthySamples().map((sample): Sample => {
      if (sample.kind === 'tick' && sample.atUs > 4_000_000) return { ...sample, completed: 1000, waiting: 40 };
      return sample.kind === 'window' && sample.step === 2 ? { ...sample, response: histogram(slow) } : sample;
    });
    const findings = buildResult(rawRun(samples)).findings;
    expect(findings.map((finding) => [finding.id, finding.steps])).toEqual([
      ['throughput-ceiling', ['high']],
      ['response-leaves-service', ['high']],
      ['latency-knee', ['high']],
    ]);
  });

  it('finds nothing in a healthy run', () => {
    expect(buildResult(rawRun(healthySamples())).findings).toEqual([]);
  });

  it('tells where goroutines were, and what an answer spends there', () => {
    const frames = ['runtime.gopark', 'net/http.(*persistConn).readLoop'];
    const groups = [{ count: 900, reason: 'IO wait', site: 'net/http.(*persistConn).readLoop', frames }];
    const stacks: Sample = { kind: 'stacks', atUs: 4_500_000, target: 'loadbalancer-1', total: 900, groups };
    const result = buildResult(rawRun([...healthySamples(), stacks]));
    expect(result.steps[2]?.goroutines[0]).toMatchObject({
      site: 'net/http.(*persistConn).readLoop',
      mean: 900,
      max: 900,
      // 2,000 answers a second: by Little's law each spends 900 / 2,000 s there.
      perAnswerUs: 450_000,
    });
    expect(result.findings).toEqual([]);
  });

  it('warns of what samplers doubt, once for each target', () => {
    const doubt: Sample = {
      kind: 'doubt',
      atUs: 1,
      target: 'downstream-1',
      source: 'metrics',
      message: 'is not whole',
    };
    const again = [doubt, { ...doubt, atUs: 2 }, { ...doubt, target: 'downstream-2' }];
    const { warnings } = buildResult(rawRun([...healthySamples(), ...again]));
    expect(warnings).toEqual(expect.arrayContaining(['downstream-1: is not whole', 'downstream-2: is not whole']));
    expect(warnings.filter((warning) => warning.endsWith('is not whole'))).toHaveLength(2);
  });

  it('counts gaps that say the same as one', () => {
    const gap: Sample = {
      kind: 'gap',
      atUs: 1,
      target: 'downstream-1',
      source: 'metrics',
      message: 'connection refused',
    };
    expect(buildResult(rawRun([...healthySamples(), gap, { ...gap, atUs: 2 }])).gaps).toEqual([
      { atUs: 1, target: 'downstream-1', source: 'metrics', count: 2, message: 'connection refused' },
    ]);
  });
});
