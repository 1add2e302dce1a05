import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { judgeComparison } from '../../../src/analysis/compare/judgement.ts';
import { leftOutSeries } from '../../../src/analysis/rounds/left-out-series.ts';
import { measureRun } from '../../../src/analysis/rounds/measured-run.ts';
import { comparableName, schedLatencyWarnings } from '../../../src/analysis/run/sched-latency.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { seriesInfo } from '../../../src/model/series.ts';
import { madeComparison } from '../../helpers/comparison.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const latency = 'go.sched_latency_over_1ms_percent';
const older = `${latency} (before go1.26)`;

it.each([
  ['go1.25.9', older],
  ['go1.9', older],
  ['go1.26.0', latency],
  ['go1.26rc1', latency],
  ['go2.0', latency],
  ['devel +abc', latency],
  [undefined, latency],
])('the scheduler latency of %s is %s', (version, name) => {
  expect(comparableName(latency, version)).toBe(name);
  expect(comparableName('go.goroutines', version)).toBe('go.goroutines');
});

it('both have the unit and title of the series', () => {
  expect(seriesInfo(older)).toEqual(seriesInfo(latency));
});

describe('in one run', () => {
  const go = (version: string) => ({ version, sources: ['binary'] });
  const targets = [
    { id: 'api-1', service: 'api', go: go('go1.25.1') },
    { id: 'db-1', service: 'db', go: go('go1.26.0') },
  ];
  const told = (...ids: string[]) => ids.map((target) => ({ name: latency, target }));

  it('those of both are warned of', () => {
    expect(schedLatencyWarnings(targets, told('api-1', 'db-1'))).toEqual([
      'go.sched_latency_* of api-1 (go1.25.1) and of db-1 (go1.26.0) are not comparable: Go 1.26 and later sample other goroutines for it than before (golang/go#79391)',
    ]);
  });

  it('nothing is said where only one of them tells it', () => {
    expect(schedLatencyWarnings(targets, told('api-1'))).toEqual([]);
  });
});

it('a run tells of which kind its own is', () => {
  const seen: Sample = {
    kind: 'reading',
    atUs: 4.5e6,
    target: 'loadbalancer-1',
    source: 'metrics',
    values: { [latency]: 7 },
  };
  const program: Sample = {
    kind: 'program',
    atUs: 1e6,
    target: 'loadbalancer-1',
    program: { version: 'go1.24.2', sources: ['metrics'] },
  };
  const run = rawRun([...healthySamples(), seen, program]);
  const high = measureRun(run, buildResult(run)).at(-1);
  expect(high?.series).toMatchObject({ [`loadbalancer ${older}`]: 7 });
});

describe('in a comparison', () => {
  const of = (before: string, after: string) =>
    judgeComparison(
      madeComparison([
        { name: 'old', p99Us: 2000, series: { [`api ${before}`]: 5, 'api sched.runqueue': 1 } },
        { name: 'new', p99Us: 3000, series: { [`api ${after}`]: 50, 'api sched.runqueue': 9 } },
      ]),
    );

  it('builds on both sides are never held against each other, and that is said', () => {
    const { associated, notes } = of(older, latency);
    expect(associated.map(({ series }) => series)).toEqual(['api sched.runqueue']);
    expect(notes).toEqual([
      'go.sched_latency_* of api is not held against each other: Go 1.26 and later sample other goroutines for it than before (golang/go#79391)',
    ]);
  });

  it.each([
    ['old', older],
    ['new', latency],
  ])('%s builds are held against each other', (_, name) => {
    const { associated, notes } = of(name, name);
    expect(associated.map(({ series }) => series)).toContain(`api ${name}`);
    expect(notes).toEqual([]);
  });
});

it('a gate says so too, of each service once', () => {
  const arm = (series: Record<string, number>) => ({ steps: [{ series }] }) as never;
  const round = new Map([
    ['baseline', arm({ [`api ${older}`]: 1, [`db ${latency}`]: 1 })],
    ['candidate', arm({ [`api ${latency}`]: 1, [`db ${latency}`]: 1 })],
  ]);
  expect(leftOutSeries([round, round], ['baseline', 'candidate'])).toEqual([
    expect.stringContaining('of api is not held'),
  ]);
});
