import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

const target = 'downstream-1';
const seconds = [2.2, 2.7, 3.2, 3.7, 4.2, 4.7, 5.2, 5.7];

/** Findings of a healthy run (5 connections) in which a target had so many goroutines, twice a second in two steps of 2 s. */
function found(counts: readonly number[]) {
  const readings = counts.map((count, index): Sample => {
    const atUs = (seconds[index] ?? 0) * 1e6;
    return { kind: 'reading', atUs, target, source: 'goroutines', values: { 'goroutines.total': count } };
  });
  const frames = ['main.leak.func1'];
  const groups = [{ count: 500, reason: 'chan send', site: 'main.leak.func1', frames }];
  const stacks: Sample = { kind: 'stacks', atUs: 5e6, target, total: 600, groups };
  const { findings } = buildResult(rawRun([...healthySamples(), ...readings, stacks]));
  return findings.filter(({ id }) => id === 'goroutine-leak');
}

it('goroutines that grow and stay are a leak, with where they are', () => {
  expect(found([20, 90, 160, 230, 300, 370, 440, 510])).toMatchObject([
    {
      steps: ['low', 'high'],
      evidence: [
        `${target}: 20 to 510 goroutines over 6,000 answers, never fewer, with at most 5 connections open; most are in chan send at main.leak.func1`,
      ],
    },
  ]);
});

it.each([
  ['fall again within a step', [20, 90, 160, 230, 300, 370, 440, 200]],
  ['fall again between steps', [20, 90, 160, 230, 40, 90, 200, 300]],
  ['grow no more than connections explain', [20, 22, 25, 27, 29, 31, 33, 39]],
  ['grow by a few', [500, 510, 520, 530, 540, 550, 560, 599]],
])('goroutines that %s are no leak', (_, counts) => {
  expect(found(counts)).toEqual([]);
});

it('a backlog, which has as many connections, is no leak', () => {
  const samples = healthySamples().map((sample) => (sample.kind === 'tick' ? { ...sample, connections: 400 } : sample));
  const readings = [20, 1000].map((count, index): Sample => {
    const values = { 'goroutines.total': count };
    return { kind: 'reading', atUs: index === 0 ? 2.5e6 : 5e6, target, source: 'goroutines', values };
  });
  const { findings } = buildResult(rawRun([...samples, ...readings]));
  expect(findings.map(({ id }) => id)).not.toContain('goroutine-leak');
});

it('a proxy that dials once for each request that has to wait is no leak', () => {
  const samples = healthySamples().map((sample) => (sample.kind === 'tick' ? { ...sample, connections: 137 } : sample));
  const readings = [34, 605].map((count, index): Sample => {
    const values = { 'goroutines.total': count };
    return { kind: 'reading', atUs: index === 0 ? 2.5e6 : 5e6, target, source: 'goroutines', values };
  });
  const { findings } = buildResult(rawRun([...samples, ...readings]));
  expect(findings.map(({ id }) => id)).not.toContain('goroutine-leak');
});
