import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/model/sample.ts';
import { findingOf, findingsOf, slowUs } from '../../helpers/findings.ts';
import { window } from '../../helpers/raw-run.ts';

const throttled = {
  'container.throttled_ms': 600,
  'container.throttled_percent': 83,
  'container.cpu_limit_cores': 0.5,
  'container.cpu_percent': 49,
  'sched.gomaxprocs': 4,
};

describe('a CPU limit', () => {
  it('that is used up is full, and is what is named first', () => {
    const [first] = findingsOf({ api: throttled, highUs: slowUs });
    expect(first).toMatchObject({
      id: 'cpu-throttled',
      severity: 'critical',
      title: 'The CPU limit of 0.5 cores stops api in 83 % of its 100 ms periods at step high',
      evidence: [
        'high, api-1: 600 ms throttled in each sample, 83 % of the periods in which it ran, 0.49 of 0.5 cores used on average; GOMAXPROCS 4 shares 0.5 cores',
      ],
      targets: ['api-1'],
      sinceUs: 4_000_000,
      share: 0.83,
    });
    expect(first?.advice).toContain('raise the CPU limit to 1 (cpus)');
    expect(first?.advice).toContain('GOMAXPROCS=1');
  });

  it('that is used in bursts is too small for so many Ps', () => {
    const bursts = {
      ...throttled,
      'container.cpu_limit_cores': 2,
      'container.cpu_percent': 110,
      'sched.gomaxprocs': 16,
    };
    expect(findingsOf({ api: bursts, highUs: slowUs })[0]).toMatchObject({
      id: 'gomaxprocs-above-limit',
      severity: 'warning',
      title: 'api runs 16 Ps in a CPU limit of 2',
      evidence: ['high, api-1: GOMAXPROCS 16, CPU limit 2, 1.1 used on average, throttled in 83 % of the periods'],
    });
  });

  it('that nobody paid for is a fact', () => {
    expect(findingsOf({ api: throttled }).map(({ severity }) => severity)).toEqual(['note', 'note']);
  });

  it('is paid for where a few wait far longer than most, whatever the step before was like', () => {
    const tail = window(2, 5_500_000, 100, 90_000);
    expect(findingOf('cpu-throttled', { api: throttled, more: [tail] })?.severity).toBe('critical');
  });

  it.each([
    ['GOMAXPROCS is the limit, rounded up', { ...throttled, 'container.cpu_limit_cores': 1.5, 'sched.gomaxprocs': 2 }],
    ['there is no limit', { 'sched.gomaxprocs': 64, 'container.cpu_percent': 100 }],
  ])('is not too small for its Ps where %s', (_, api) => {
    expect(findingOf('gomaxprocs-above-limit', { api, highUs: slowUs })).toBeUndefined();
  });
});

describe('Ps that are all busy', () => {
  const full = { 'sched.runqueue': 260, 'sched.gomaxprocs': 1, 'sched.idleprocs': 0, 'container.cpu_percent': 99 };
  const idle = { 'host.idle_percent': 60, 'host.cpu_percent': 40, 'host.cores': 4 };

  it('are too few where cores lie idle', () => {
    const [first, second] = findingsOf({
      api: full,
      host: idle,
      highUs: slowUs,
      go: { environment: { GOMAXPROCS: '1' } },
    });
    expect(first).toMatchObject({
      id: 'gomaxprocs-below',
      severity: 'warning',
      title: 'api may use 1 P and has it busy at step high, while 2.4 cores lie idle',
      advice: 'Raise GOMAXPROCS from 1 to 4: it was started with GOMAXPROCS=1.',
    });
    expect(first?.explains).toContain('run-queue-backlog');
    expect(second).toMatchObject({ id: 'run-queue-backlog', severity: 'warning' });
  });

  it.each([
    ['the machine has nothing left', full, { ...idle, 'host.idle_percent': 3 }],
    ['the container may not use more', { ...full, 'container.cpu_limit_cores': 1 }, idle],
    ['the quota stops them', { ...full, 'container.cpu_percent': 40 }, idle],
    ['half of them are idle', { ...full, 'sched.gomaxprocs': 2, 'sched.idleprocs': 1 }, idle],
  ])('are not too few where %s', (_, api, host) => {
    expect(findingOf('gomaxprocs-below', { api, host, highUs: slowUs })).toBeUndefined();
  });

  it.each([
    ['counters of the scheduler', { 'go.goroutines_runnable': 9 }, '9 runnable on average, 1.98 cores used by 2 Ps'],
    ['goroutine profiles', { 'goroutines.runnable': 30 }, '28 runnable on average, 1.98 cores used by 2 Ps'],
    [
      'the latency of the scheduler',
      { 'go.sched_latency_over_10ms_percent': 35 },
      '35 % of goroutines waited longer than 10 ms for a P, 1.98 cores used by 2 Ps',
    ],
  ])('are seen without schedtrace, by %s', (_, values, words) => {
    const api = { 'go.gomaxprocs': 2, 'container.cpu_percent': 198, ...values };
    expect(findingOf('run-queue-backlog', { api, highUs: slowUs })).toMatchObject({
      severity: 'warning',
      title: expect.stringContaining('one of its 2 Ps at step high'),
      evidence: [`high, api-1: ${words}`],
    });
  });
});

describe('a GOMAXPROCS that changes in the run', () => {
  const changed = (atUs: number, from: number, to: number): Sample[] =>
    [from, from, to, to].map((procs, index) => {
      const at = atUs + (index - 2) * 400_000;
      return {
        kind: 'reading',
        atUs: at,
        target: 'api-1',
        source: 'schedtrace',
        values: { 'sched.gomaxprocs': procs },
      };
    });

  it('is the cause of what breaks after there are fewer', () => {
    expect(findingOf('gomaxprocs-changed', { more: changed(4.5e6, 4, 1), highUs: slowUs })).toMatchObject({
      role: 'cause',
      severity: 'warning',
      title: 'GOMAXPROCS of api went from 4 to 1 in the run',
      sinceUs: 4_500_000,
    });
  });

  it.each([
    ['nothing broke', 4, 1, 2000],
    ['there are more', 1, 4, slowUs],
  ])('is a fact where %s', (_, from, to, highUs) => {
    expect(findingOf('gomaxprocs-changed', { more: changed(4.5e6, from, to), highUs })).toMatchObject({
      role: 'measurement',
      severity: 'note',
    });
  });

  it('is none of the run before the load is measured', () => {
    expect(findingOf('gomaxprocs-changed', { more: changed(1.9e6, 4, 2).slice(0, 3) })).toBeUndefined();
  });
});
