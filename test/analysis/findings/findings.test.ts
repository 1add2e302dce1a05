import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const inHighUs = 4_500_000;

/** Findings of a healthy run in which one target showed these values in the step `high`. */
function findings(values: Record<string, number>) {
  const seen: Sample = { kind: 'reading', atUs: inHighUs, target: 'downstream-1', source: 'test', values };
  return buildResult(rawRun([...healthySamples(), seen])).findings;
}

describe('findings about the runtime', () => {
  it.each([
    [
      'run-queue-backlog',
      { 'sched.runqueue': 3, 'sched.local_runqueue_total': 4, 'sched.gomaxprocs': 4, 'sched.idleprocs': 0 },
      'high, downstream-1: 7 runnable on average, 0 of 4 Ps idle',
    ],
    [
      'gc-pressure',
      { 'go.cpu_gc_percent': 31, 'go.gc_cycles_per_second': 7.5 },
      'high, downstream-1: 31 % of the CPU that GOMAXPROCS allows, as the runtime estimates, 7.5 cycles per second',
    ],
    ['thread-growth', { 'sched.threads': 120, 'sched.gomaxprocs': 2 }, 'high, downstream-1: 120 threads, GOMAXPROCS 2'],
    [
      'cpu-throttled',
      { 'container.throttled_ms': 250, 'container.cpu_limit_cores': 0.5, 'sched.gomaxprocs': 4 },
      'high, downstream-1: 250 ms throttled in each sample; GOMAXPROCS 4 shares 0.5 cores',
    ],
    ['cpu-throttled', { 'container.throttled_ms': 250 }, 'high, downstream-1: 250 ms throttled in each sample'],
  ])('%s names step, target and value', (id, values, evidence) => {
    expect(findings(values).find((one) => one.id === id)).toMatchObject({ steps: ['high'], evidence: [evidence] });
  });

  it.each([
    ['a run queue shorter than the Ps', { 'sched.runqueue': 1, 'sched.gomaxprocs': 4 }],
    ['a collector that is hardly there', { 'go.cpu_gc_percent': 4 }],
    ['a few threads more than Ps', { 'sched.threads': 20, 'sched.gomaxprocs': 2 }],
    ['no throttling', { 'container.throttled_ms': 0 }],
    [
      'a run queue while Ps are idle',
      { 'sched.runqueue': 9, 'sched.gomaxprocs': 4, 'sched.idleprocs': 2, 'container.cpu_percent': 180 },
    ],
    ['Ps that are busy without a queue', { 'go.gomaxprocs': 2, 'container.cpu_percent': 198 }],
  ])('says nothing about %s', (_, values) => {
    expect(findings(values)).toEqual([]);
  });
});

describe('a finding about requests that were sent twice', () => {
  const resent = (count: number) => {
    const samples = healthySamples();
    const at = samples.findIndex((sample) => sample.kind === 'window' && sample.step === 2);
    const window = samples[at];
    if (window?.kind !== 'window') throw new Error('the step has no window');
    samples[at] = { ...window, resent: count, unsent: count };
    return buildResult(rawRun(samples));
  };

  it('names the step and the share, above one in a hundred', () => {
    const { findings: found, steps } = resent(60);
    const step = steps.find(({ load }) => (load.resent ?? 0) > 0);
    expect(step?.load).toMatchObject({ resent: 60, unsent: 60 });
    expect(found).toMatchObject([
      {
        id: 'resent',
        severity: 'warning',
        steps: [step?.name],
        evidence: ['high: 60 of 4,000 sent once more, 1.5 %'],
      },
    ]);
  });

  it('is none of the odd one', () => {
    expect(resent(1).findings).toEqual([]);
  });
});
