import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { goroutineLeak } from '../../../src/analysis/findings/goroutine-leak.ts';
import type { Sample, StackGroup } from '../../../src/model/sample.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { healthySamples, rawRun, scenario } from '../../helpers/raw-run.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

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

const announce = (count: number) => background(count, parkedIn.chanSend, 'shop/front.announce');

/** A run with these goroutines, look by look, and ten connections of the load. */
function foundAt(...steps: readonly ((look: number) => StackGroup[])[]) {
  const values = { generator: { 'load.connections': 10 } };
  return goroutineLeak.find(
    madeEvidence(steps.map((groups) => ({ rps: 100, responseMs: 5, stacks: { 'front-1': groups }, values }))),
  );
}

it('a leak is told by its place, and so in a single step', () => {
  expect(foundAt((look) => [announce(3 + 100 * look), companions.keptAlive(10)])).toMatchObject([
    {
      title: 'Requests leave goroutines behind in front.announce of front: 900 over 1,000 answers',
      evidence: [
        'front-1: 3 to 903 goroutines in chan send at shop/front.announce, 0.9 for each answer',
        'never fewer at any of 10 looks, with at most 10 connections open',
      ],
      site: 'shop/front.announce',
      sinceUs: 1_001_000,
    },
  ]);
});

it('a goroutine that selects on a ticker is woken, and yet never ended', () => {
  const follow = (count: number) => background(count, parkedIn.select, 'shop/front.follow');
  const [leak] = foundAt((look) => [follow(100 * look), companions.keptAlive(10)]);
  expect(leak?.advice).toMatch(/Nothing that they select on ends them: add a context/);
});

it('a backlog of requests that each started many is no leak, where profiles tell the places', () => {
  const at = (count: number) => [
    request(count, parkedIn.waitGroup, 'shop/front.all'),
    background(9 * count, parkedIn.roundTrip, 'shop/front.all.func1'),
    companions.readLoop(9 * count),
  ];
  const values = (connections: number, total: number) => ({
    generator: { 'load.connections': connections },
    'front-1': { 'goroutines.total': total },
  });
  const run = madeEvidence([
    { rps: 100, responseMs: 5, stacks: { 'front-1': at(1) }, values: values(10, 20) },
    { rps: 200, answered: 100, responseMs: 900, stacks: { 'front-1': at(200) }, values: values(200, 3900) },
  ]);
  expect(goroutineLeak.find({ ...run, looks: [] })).toHaveLength(1);
  expect(goroutineLeak.find(run)).toEqual([]);
});

it('connections whose answers are never closed are told as such', () => {
  const open = (count: number) => background(count, parkedIn.select, 'net/http.(*persistConn).readLoop');
  expect(foundAt((look) => [open(100 * look), companions.writeLoop(100 * look)])).toMatchObject([
    {
      title: 'Requests leave connections of front to its upstream open behind them: 900 over 1,000 answers',
      advice: expect.stringContaining('Close the body'),
    },
  ]);
});

it('connections that each request opens anew and leaves idle are told as such', () => {
  const left = (count: number) => [companions.readLoop(count), companions.writeLoop(count)];
  const [found, ...more] = foundAt((look) => [...left(100 * look), companions.keptAlive(10)]);
  expect(found).toMatchObject({
    title:
      'Requests leave connections of front to its upstream open behind them that none uses again: 900 over 1,000 answers',
    advice: expect.stringContaining('one http.Client'),
  });
  expect(more).toEqual([]);
});

it.each([
  ['fall again', (look: number) => [announce(look < 8 ? 100 * look : 20)]],
  [
    'are of connections',
    (look: number) => [
      companions.keptAlive(100 * look),
      companions.readLoop(100 * look),
      companions.writeLoop(100 * look),
    ],
  ],
  ['serve requests', (look: number) => [request(100 * look, parkedIn.select, 'shop/front.poll')]],
])('goroutines of a single step that %s are no leak', (_, groups) => {
  expect(foundAt(groups)).toEqual([]);
});

it("what the runtime's own search found is certain, and told once", () => {
  const run = madeEvidence([
    {
      rps: 100,
      responseMs: 5,
      stacks: { 'front-1': (look) => [announce(100 * look)] },
      values: { generator: { 'load.connections': 10 } },
    },
  ]);
  const leak = {
    target: 'front-1',
    count: 870,
    reason: 'chan send',
    site: 'shop/front.announce',
    frames: ['runtime.gopark', 'shop/front.announce'],
  };
  const evidence = [
    'front-1: 870 in chan send at shop/front.announce',
    expect.stringContaining('goroutineleak profile'),
  ];
  expect(goroutineLeak.find({ ...run, leaks: [leak] })).toMatchObject([
    {
      severity: 'warning',
      title: 'Requests leave goroutines behind in front.announce of front: 870 that nothing can wake any more',
      evidence,
    },
  ]);
  expect(goroutineLeak.find({ ...run, looks: [], leaks: [{ ...leak, count: 2 }] })).toMatchObject([
    { severity: 'note' },
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

describe('where an arrival has several requests', () => {
  it('answers and not arrivals are what a leak is held against', () => {
    const run = madeEvidence([
      {
        rps: 100,
        responseMs: 5,
        stacks: { 'front-1': (look) => [announce(3 + 100 * look), companions.keptAlive(10)] },
        values: { generator: { 'load.connections': 10 } },
      },
    ]);
    const steps = run.steps.map((each) => ({ ...each, load: { ...each.load, requests: 3 * each.load.planned } }));
    expect(goroutineLeak.find({ ...run, steps })).toMatchObject([
      { title: 'Requests leave goroutines behind in front.announce of front: 900 over 3,000 answers' },
    ]);
  });
});

it('requests that are under way over few connections of HTTP/2 are no leak', () => {
  const at = (rps: number, goroutines: number, underWay: number) =>
    step(0, {
      rps,
      targets: {
        'api-1': { 'go.goroutines': goroutines },
        generator: { 'load.connections': 4, 'load.in_flight': underWay },
      },
    });
  const steps = [at(100, 120, 100), at(200, 220, 200), at(400, 420, 400)];
  const load = scenario.load && { ...scenario.load, http: 2 as const };
  expect(goroutineLeak.find(evidence({ steps, scenario: { ...scenario, load } as typeof scenario }))).toEqual([]);
  expect(goroutineLeak.find(evidence({ steps }))).toHaveLength(1);
});
