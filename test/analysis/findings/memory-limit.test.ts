import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const mib = 1024 ** 2;
const near = {
  'go.cpu_gc_percent': 31,
  'go.memory_limit_bytes': 96 * mib,
  'go.heap_goal_bytes': 84 * mib,
  'go.heap_live_bytes': 66 * mib,
  'go.gogc_percent': 100,
};

const found = (values: Record<string, number>) => {
  const seen = { kind: 'reading', atUs: 4_500_000, target: 'downstream-1', source: 'metrics', values } as const;
  return buildResult(rawRun([...healthySamples(), seen])).findings.filter(({ id }) => id === 'memory-limit');
};

it.each([
  ['GOGC would allow more', near, ''],
  ['GOGC is off', { ...near, 'go.gogc_percent': -1 }, ''],
  [
    'the collector had to be held back',
    { ...near, 'go.gc_limiter_last_cycle': 7 },
    '; the runtime had to hold it to half of the CPU',
  ],
])('a goal below the limit that costs CPU is found where %s', (_, values, more) => {
  expect(found(values)).toMatchObject([
    {
      steps: ['high'],
      evidence: [
        `high, downstream-1: 31 % of the CPU that GOMAXPROCS allows, 66 MiB live, goal 84 MiB, limit 96 MiB${more}`,
      ],
    },
  ]);
});

it.each([
  ['it costs little', { ...near, 'go.cpu_gc_percent': 5 }],
  ['the goal is that of GOGC', { ...near, 'go.heap_goal_bytes': 135 * mib }],
  ['there is no limit', { ...near, 'go.memory_limit_bytes': Number.NaN }],
  ['the live heap is not known', { ...near, 'go.heap_live_bytes': Number.NaN }],
])('nothing is said where %s', (_, values) => {
  expect(found(values)).toEqual([]);
});
