import { describe, expect, it } from 'vitest';
import type { RunEvidence } from '../../../src/analysis/findings/rule.ts';
import { slowReplica } from '../../../src/analysis/findings/slow-replica.ts';
import { unevenReplicas } from '../../../src/analysis/findings/uneven-replicas.ts';
import { looksOf } from '../../../src/analysis/waits/looks.ts';
import type { Stacks } from '../../../src/model/sample.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const rates = [100, 200];

function steps(first: Record<string, number>, second: Record<string, number>) {
  return rates.map((rps, index) => step(index, { rps, targets: { 'api-1': first, 'api-2': second } }));
}

/** Looks at one of `idle` goroutines, and of others that serve requests. */
function looks(target: string, total: number, serving = total - idle): Stacks[] {
  const groups = [request(serving, parkedIn.sleep, 'shop/api.read')];
  return [2, 6, 12, 16].map((second) => ({ kind: 'stacks', atUs: second * 1e6, target, total, groups }));
}

const idle = 6;

/** A run with what its looks tell. */
function lookedAt(change: Pick<RunEvidence, 'steps' | 'stacks'>): RunEvidence {
  const run = evidence(change);
  return { ...run, looks: looksOf(run.stacks, run.targets) };
}

describe('a slow replica', () => {
  it('is named by its own latency', () => {
    const run = evidence({
      steps: steps({ 'app.request_mean_seconds': 0.005 }, { 'app.request_mean_seconds': 0.08 }),
    });
    expect(slowReplica.find(run)).toMatchObject([
      {
        title: 'api-2 is 16 times slower than the other 1 of api',
        targets: ['api-2'],
        steps: ['100/s', '200/s'],
        evidence: [
          '100/s: api-2 takes 80 ms for a request, the others 5 ms, by their own metrics',
          '200/s: api-2 takes 80 ms for a request, the others 5 ms, by their own metrics',
        ],
      },
    ]);
  });

  it('is named by its goroutines where it tells no latency', () => {
    const at = (serving: number | undefined) =>
      lookedAt({
        steps: steps({ 'goroutines.total': 12 }, { 'goroutines.total': 60 }),
        stacks: [
          ...looks('api-1', 12),
          ...looks('api-2', 60, serving),
          { kind: 'stacks', atUs: 0, target: 'api-1', total: idle, groups: [] },
        ],
      });
    expect(slowReplica.find(at(undefined))).toMatchObject([{ targets: ['api-2'] }]);
    // The leader of a cluster has more goroutines than those that follow it.
    expect(slowReplica.find(at(6))).toEqual([]);
  });

  it('is as many times slower as it has goroutines at work for requests, which idle ones do not hide', () => {
    const at = (serving: number) => [companions.keptAlive(20), request(serving, parkedIn.sleep, 'shop/api.read')];
    const calm = { 'api-1': at(1), 'api-2': at(1) };
    const values = { 'api-1': { 'goroutines.total': 21 }, 'api-2': { 'goroutines.total': 45 } };
    const made = (rps: number) => ({ rps, responseMs: 20, stacks: { 'api-1': at(2), 'api-2': at(25) }, values });
    const run = madeEvidence([made(100), made(200)]);
    const before = madeEvidence([{ rps: 1, responseMs: 1, stacks: calm }]).stacks.map((look) => ({
      ...look,
      atUs: -1,
    }));
    const [found] = slowReplica.find({ ...run, stacks: [...before, ...run.stacks] });
    expect(found?.title).toBe('api-2 is about 13 times slower than the other 1 of api');
  });

  it('is named of very many looks', () => {
    const hour = 3600e6;
    const long = steps({ 'goroutines.total': 12 }, { 'goroutines.total': 60 }).map((each, index) => ({
      ...each,
      startUs: index * hour,
      durationUs: hour,
    }));
    const many = ['api-1', 'api-2'].flatMap((target) => {
      const [some] = looks(target, target === 'api-1' ? 12 : 60);
      if (!some) throw new Error('there is a look');
      return Array.from({ length: 70_000 }, (_, index): Stacks => ({ ...some, atUs: index * 100_000 }));
    });
    const quiet = { kind: 'stacks', atUs: -1, target: 'api-1', total: idle, groups: [] } satisfies Stacks;
    const run = lookedAt({ steps: long, stacks: [quiet, ...many.toSorted((a, b) => a.atUs - b.atUs)] });
    expect(slowReplica.find(run)).toMatchObject([{ targets: ['api-2'] }]);
  });

  it.each([
    [
      'one that has as much more to do',
      { 'goroutines.total': 12, 'app.requests_per_second': 20 },
      { 'goroutines.total': 60, 'app.requests_per_second': 100 },
    ],
    ['one a little slower', { 'app.request_mean_seconds': 0.005 }, { 'app.request_mean_seconds': 0.008 }],
    ['two of which nothing is known', {}, {}],
  ])('is not %s', (_, first, second) => {
    const run = lookedAt({ steps: steps(first, second), stacks: [...looks('api-1', 12), ...looks('api-2', 60)] });
    expect(slowReplica.find(run)).toEqual([]);
  });

  it('is not another one in each step', () => {
    const slow = { 'app.request_mean_seconds': 0.08 };
    const quick = { 'app.request_mean_seconds': 0.005 };
    const run = evidence({
      steps: [
        step(0, { rps: 100, targets: { 'api-1': slow, 'api-2': quick } }),
        step(1, { rps: 200, targets: { 'api-1': quick, 'api-2': slow } }),
      ],
    });
    expect(slowReplica.find(run)).toEqual([]);
  });
});

describe('a replica with more than its share', () => {
  it('is named with how much more', () => {
    const run = evidence({ steps: steps({ 'app.requests_per_second': 90 }, { 'app.requests_per_second': 30 }) });
    expect(unevenReplicas.find(run)).toMatchObject([
      { title: 'api-1 gets 3 times as many requests as the other 1 of api', targets: ['api-1'] },
    ]);
  });

  it('is seen in the bytes that it receives where it counts no requests, and is what its callers wait for', () => {
    const rx = (kib: number) => ({ 'container.network_rx_kib_s': kib });
    expect(unevenReplicas.find(evidence({ steps: steps(rx(18), rx(2)) }))).toMatchObject([
      {
        title: 'api-1 receives 9 times as many bytes as the other 1 of api',
        explains: expect.arrayContaining(['slow-upstream']),
      },
    ]);
    expect(unevenReplicas.find(evidence({ steps: steps(rx(3), rx(1)) }))).toEqual([]);
  });

  it('is told by its work where nothing counts requests, and is not slow for that', () => {
    const run = lookedAt({
      steps: steps(
        { 'container.cpu_percent': 12, 'goroutines.total': 60 },
        { 'container.cpu_percent': 5, 'goroutines.total': 12 },
      ),
      stacks: [...looks('api-1', 60), ...looks('api-2', 12)],
    });
    expect(unevenReplicas.find(run)).toMatchObject([
      { title: 'api-1 does 2.4 times as much work as the other 1 of api', targets: ['api-1'] },
    ]);
    expect(slowReplica.find(run)).toEqual([]);
  });

  it.each([
    ['shares that are nearly even', 55, 45],
    ['so few requests that chance makes them uneven', 4, 1],
  ])('is not seen in %s', (_, first, second) => {
    const run = evidence({ steps: steps({ 'app.requests_per_second': first }, { 'app.requests_per_second': second }) });
    expect(unevenReplicas.find(run)).toEqual([]);
  });
});
