import { describe, expect, it, test } from 'vitest';
import { tracedCaution, withTracedEvidence } from '../../../src/analysis/findings/traced-evidence.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { type SpentMs, tracesOf } from '../../helpers/traced.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const steps = [step(0, { rps: 100 }), step(1, { rps: 400, p99Us: 110_000 })];

function finding(id: string, change: Partial<Finding> = {}): Finding {
  const about = { role: 'cause', severity: 'critical', title: `${id}.`, advice: '' } as const;
  return { id, ...about, evidence: ['one', 'two', 'three'], steps: ['400/s'], targets: ['api-1'], ...change };
}

function runOf(traces: Parameters<typeof tracesOf>[0]) {
  return evidence({ steps, traces: tracesOf(traces) });
}

const of400 = { step: '400/s', service: 'api' };
const quick: SpentMs = { running: 2 };
const locked: SpentMs = { 'lock sync.(*Mutex).Lock in example.com/shop/work.hold': 105, running: 3 };

describe('the line of evidence', () => {
  it('says how much of slow requests is what the finding says, behind its own first numbers', () => {
    const told = withTracedEvidence(finding('lock-convoy'), runOf([{ ...of400, ordinary: quick, slow: locked }]));
    expect(told.evidence).toEqual([
      'one',
      'two',
      '400/s: the slowest 1 % of traced requests of api took 108 ms on average, of which 105 ms waiting for a lock at sync.(*Mutex).Lock in work.hold',
      'three',
    ]);
  });

  test.each([
    ['pool-too-small', { pool: 90, running: 9 }],
    ['pool-too-small', { channel: 90, running: 9 }],
    ['slow-upstream', { downstream: 90, running: 9 }],
    ['request-sleeps', { sleep: 90, running: 9 }],
    ['blocking-syscalls', { syscall: 90, running: 9 }],
    ['gc-pressure', { 'gc-assist': 60, gc: 30, running: 9 }],
    ['run-queue-backlog', { runnable: 60, running: 39 }],
    ['cpu-throttled', { runnable: 60, running: 39 }],
  ])('is there where most of the time is of the kind of the finding: %s', (id, slow) => {
    const told = withTracedEvidence(finding(id), runOf([{ ...of400, ordinary: quick, slow }]));
    expect(told.evidence[2]).toMatch(
      /^400\/s: the slowest 1 % of traced requests of api took 99 ms on average, of which /,
    );
  });

  it('holds what was runnable behind workers of the collector against the collector', () => {
    const slow = { runnable: 90, running: 9 };
    const behind = (use: string) =>
      withTracedEvidence(
        finding('gc-pressure'),
        runOf([{ ...of400, ordinary: quick, slow, meanwhile: { [use]: 60, free: 10 } }]),
      ).evidence.length;
    expect([behind('collector'), behind('requests')]).toEqual([4, 3]);
  });

  it('speaks of the slowest ones where those are too few for a mean of one in a hundred', () => {
    const few = { ...of400, ordinary: quick, slowest: [locked, locked] };
    expect(withTracedEvidence(finding('lock-convoy'), runOf([few])).evidence[2]).toMatch(
      /^400\/s: the 2 slowest of 500 traced requests of api took 108 ms .* 105 ms waiting for a lock at sync/,
    );
    const nearlyAll = { ...few, ordinaryCount: 3 };
    expect(withTracedEvidence(finding('lock-convoy'), runOf([nearlyAll])).evidence).toHaveLength(3);
  });

  it('is of the step that broke, where the finding is of several', () => {
    const made = madeEvidence([
      { rps: 100, responseMs: 2, stacks: {} },
      { rps: 200, responseMs: 200, answered: 150, stacks: {} },
      { rps: 400, responseMs: 200, answered: 150, stacks: {} },
    ]);
    const targets = [{ id: 'api-1', service: 'api' }];
    const traces = tracesOf(
      ['at-100', 'at-200', 'at-400'].map((name) => ({ step: name, service: 'api', ordinary: quick, slow: locked })),
    );
    const told = withTracedEvidence(finding('lock-convoy', { steps: ['at-100', 'at-200', 'at-400'] }), {
      ...made,
      targets,
      traces,
    });
    expect(told.evidence[2]).toMatch(/^at-200: /);
  });

  test.each([
    ['another kind', 'request-sleeps', of400],
    ['another service', 'lock-convoy', { ...of400, service: 'other' }],
    ['another step', 'lock-convoy', { ...of400, step: '100/s' }],
    ['no word on what requests spend their time with', 'goroutine-leak', of400],
  ])('is not there for %s', (_, id, about) => {
    const run = runOf([{ ...about, ordinary: quick, slow: locked }]);
    expect(withTracedEvidence(finding(id), run)).toEqual(finding(id));
  });
});

describe('the caution', () => {
  const asleep = { sleep: 80, running: 6 };

  it('says what slow requests do instead', () => {
    const run = runOf([{ ...of400, ordinary: { running: 6 }, slow: { ...asleep, runnable: 20 } }]);
    expect(tracedCaution(finding('lock-convoy'), run)).toBe(
      'Traces of api in 400/s show something else: the slowest 1 % of traced requests took 100 ms longer than ordinary ones, of which 80 ms sleeping',
    );
  });

  it('holds slow requests against ordinary ones of a step below where that was traced', () => {
    const below = { step: '100/s', service: 'api', ordinary: { running: 6 } };
    const alike = { ...of400, ordinary: asleep, slow: asleep };
    expect(tracedCaution(finding('lock-convoy'), runOf([below, alike]))).toContain(
      'longer than ordinary ones of 100/s',
    );
    expect(tracedCaution(finding('lock-convoy'), runOf([alike]))).toBeUndefined();
  });

  test.each([
    ['the finding is borne out', 'request-sleeps', asleep],
    ['no kind makes most of it', 'lock-convoy', { sleep: 40, runnable: 40, downstream: 40 }],
    ['it goes to another goroutine, which may wait for what was found', 'lock-convoy', { join: 80, running: 6 }],
    ['it is a queue in front of a worker that may wait for what was found', 'lock-convoy', { channel: 80, running: 6 }],
    ['the trace does not say', 'lock-convoy', { unknown: 80, running: 6 }],
    ['it may come of what was found', 'blocking-syscalls', { lock: 80, running: 6 }],
    ['a process is held still wherever its requests are', 'cpu-throttled', { lock: 80, running: 6 }],
    ['the finding says nothing of requests', 'goroutine-leak', asleep],
    ['slow requests take hardly longer', 'lock-convoy', { sleep: 5, running: 6 }],
  ])('is silent where %s', (_, id, slow) => {
    expect(tracedCaution(finding(id), runOf([{ ...of400, ordinary: { running: 6 }, slow }]))).toBeUndefined();
  });

  it('is silent where ordinary or slow requests are too few', () => {
    const few = { ...of400, ordinary: { running: 6 }, slow: asleep, ordinaryCount: 9 };
    expect(tracedCaution(finding('lock-convoy'), runOf([few]))).toBeUndefined();
    const noMean = { ...of400, ordinary: { running: 6 }, slowest: [asleep, asleep] };
    expect(tracedCaution(finding('lock-convoy'), runOf([noMean]))).toBeUndefined();
  });

  it('is silent where most requests are longer than a window, so that others are seen', () => {
    const made = { ...of400, ordinary: { running: 6 }, slow: asleep };
    expect(tracedCaution(finding('lock-convoy'), runOf([{ ...made, censored: 500 }]))).toBeDefined();
    expect(tracedCaution(finding('lock-convoy'), runOf([{ ...made, censored: 501 }]))).toBeUndefined();
  });

  it('is silent without traces', () => {
    expect(tracedCaution(finding('lock-convoy'), evidence({ steps }))).toBeUndefined();
  });
});
