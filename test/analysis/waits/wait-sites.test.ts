import { expect, test } from 'vitest';
import { waitsOf } from '../../../src/analysis/waits/wait-sites.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const sleeping = (count: number) => request(count, parkedIn.sleep, 'shop/api.(*Server).get');

function siteIn(run: ReturnType<typeof madeEvidence>, step: number, kind: string) {
  return run.waits[step]?.sites.find((site) => site.kind === kind);
}

test('what grows with the rate alone is no excess, and its time stays', () => {
  const run = madeEvidence([
    { rps: 100, responseMs: 50, stacks: { 'api-1': [sleeping(5)] } },
    { rps: 400, responseMs: 50, stacks: { 'api-1': [sleeping(20)] } },
  ]);
  expect(siteIn(run, 1, 'sleep')).toMatchObject({ mean: 20, excess: 0, share: 0, waitUs: 50_000, usualWaitUs: 50_000 });
});

test('replicas of a service add up, each by the mean of its own looks', () => {
  const run = madeEvidence([{ rps: 100, responseMs: 90, stacks: { 'api-1': [sleeping(6)], 'api-2': [sleeping(3)] } }]);
  expect(siteIn(run, 0, 'sleep')).toMatchObject({ service: 'api', mean: 9, seen: 90, targets: ['api-1', 'api-2'] });
});

test('a step that broke is held against the lowest that held; without one, all that serve a request are in excess', () => {
  const waiting = request(90, parkedIn.sqlConn, 'shop/api.(*Store).Find');
  const slow = { rps: 400, answered: 200, responseMs: 500, stacks: { 'api-1': [sleeping(10), waiting] } };
  const against = madeEvidence([{ rps: 100, responseMs: 50, stacks: { 'api-1': [sleeping(5)] } }, slow]);
  expect(against.waits[1]).toMatchObject({ broken: true, base: { name: 'at-100' } });
  expect(siteIn(against, 1, 'sleep')?.excess).toBe(0);
  expect(siteIn(against, 1, 'pool')).toMatchObject({
    excess: 90,
    share: 0.9,
    site: 'shop/api.(*Store).Find',
    innermost: 'database/sql.(*DB).conn',
  });
  expect(siteIn(madeEvidence([slow]), 0, 'sleep')?.excess).toBe(10);
});

test('workers that wait for work are no excess of a single step where nothing else is known', () => {
  const workers = background(50, parkedIn.chanReceive, 'shop/api.(*Crew).work');
  const run = madeEvidence([{ rps: 400, answered: 200, responseMs: 500, stacks: { 'api-1': [workers] } }]);
  expect(siteIn(run, 0, 'queue')).toMatchObject({ request: false, excess: 0 });
});

test('what was there before the load at each replica is no excess of a single step', () => {
  const crew = (count: number) => [background(count, parkedIn.chanReceive, 'shop/api.(*Crew).work')];
  const run = madeEvidence([
    { rps: 1, responseMs: 5, stacks: { 'api-1': crew(50), 'api-2': crew(20) } },
    { rps: 400, answered: 200, responseMs: 500, stacks: { 'api-1': crew(80), 'api-2': crew(20) } },
  ]);
  const [waits] = waitsOf({ ...run, steps: run.steps.slice(1) });
  expect(waits?.sites).toMatchObject([{ kind: 'queue', mean: 100, excess: 30 }]);
});

test('looks at moments with more requests under way than usual count for the usual, but not what serves no request', () => {
  const crew = background(8, parkedIn.chanReceive, 'shop/api.(*Crew).work');
  const run = madeEvidence([
    { rps: 1, responseMs: 5, stacks: { 'api-1': [crew] } },
    { rps: 100, responseMs: 50, stacks: { 'api-1': [sleeping(20), crew] } },
  ]);
  // 100/s for 50 ms each are 5, and 20 were there whenever somebody looked.
  const [, waits] = waitsOf({ ...run, underWayAt: () => 20 });
  const means = waits?.sites.map(({ kind, mean, seen }) => ({ kind, mean, seen }));
  expect(means).toContainEqual({ kind: 'sleep', mean: 5, seen: 200 });
  expect(means).toContainEqual({ kind: 'queue', mean: 8, seen: 80 });
});

test('a wait begins at the first look that sees half of its mean', () => {
  const stacks = { 'api-1': (look: number) => [request(10 * look, parkedIn.mutex, 'shop/api.(*Book).Post')] };
  const run = madeEvidence([{ rps: 100, answered: 50, responseMs: 900, stacks }]);
  expect(siteIn(run, 0, 'lock')).toMatchObject({ mean: 45, sinceUs: 3_001_000 });
});

test('a request that waits for a connection which is being opened waits for the network, not for a limit', () => {
  const stacks = (dials: number) => ({
    'api-1': [request(40, parkedIn.getConn, 'shop/api.ask'), companions.dial(dials)],
  });
  expect(
    siteIn(madeEvidence([{ rps: 100, answered: 50, responseMs: 900, stacks: stacks(40) }]), 0, 'network'),
  ).toMatchObject({ what: 'dialling' });
  expect(
    siteIn(madeEvidence([{ rps: 100, answered: 50, responseMs: 900, stacks: stacks(1) }]), 0, 'pool'),
  ).toMatchObject({ what: 'http.Transport' });
});

test('a request that waits for goroutines it started waits for what they wait for', () => {
  const asks = [
    request(20, parkedIn.chanReceive, 'shop/api.both'),
    background(40, parkedIn.roundTrip, 'shop/api.both.func1'),
  ];
  const run = madeEvidence([
    { rps: 100, responseMs: 10, stacks: { 'api-1': [] } },
    { rps: 200, answered: 100, responseMs: 200, stacks: { 'api-1': asks } },
  ]);
  expect(run.waits[1]?.sites.map(({ kind }) => kind)).toEqual(['network', 'join']);
});
