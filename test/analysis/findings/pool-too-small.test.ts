import { describe, expect, test } from 'vitest';
import { poolTooSmall } from '../../../src/analysis/findings/pool-too-small.ts';
import { waitsOnlyAt } from '../../../src/analysis/findings/replica-waits.ts';
import { slowUpstream } from '../../../src/analysis/findings/slow-upstream.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const find = (...made: Parameters<typeof madeEvidence>) => poolTooSmall.find(madeEvidence(...made));

const asks = (count: number) => request(count, parkedIn.roundTrip, 'shop/front.proxy');
const inQuery = (count: number) => request(count, parkedIn.ioWait, 'shop/api.(*Store).Find');
const noConn = (count: number) => request(count, parkedIn.sqlConn, 'shop/api.(*Store).Find');
const calm = { rps: 100, responseMs: 20, stacks: { 'front-1': [asks(2)], 'api-1': [inQuery(2)] } };

test('a database pool two hops in is named where it is, with the wait of a request, and its size where it is known', () => {
  const pool = { 'pool.shop.connections_max': 4, 'pool.shop.in_use': 4 };
  const broken = {
    rps: 400,
    answered: 200,
    responseMs: 500,
    stacks: {
      'front-1': [asks(100), companions.readLoop(100)],
      'api-1': [inQuery(4), noConn(94), companions.watcher(98)],
    },
    values: { 'api-1': { ...pool, 'sched.gomaxprocs': 2, 'sched.idleprocs': 1.8 } },
  };
  expect(find([calm, broken])).toEqual([
    expect.objectContaining({
      severity: 'critical',
      title: 'Requests wait 470 ms for one of 4 connections of database/sql, in api.(*Store).Find of api',
      evidence: [
        'at-400, api-1: 94 goroutines on average wait in shop/api.(*Store).Find (in database/sql.(*DB).conn), of 100 requests under way',
        'over 200 answers per second that is 470 ms each, 94 % of the time a request takes; 0 us in at-100',
        'front waits for it: 100 in net/http.(*persistConn).roundTrip, called by shop/front.proxy',
        'api-1: 4 of 4 in use on average (pool.shop.in_use)',
        'api: 4 goroutines that serve a request are elsewhere: as many get past it at a time',
      ],
      ruledOut: ['the processor: 1.8 of 2 Ps of api-1 idle on average'],
      steps: ['at-400'],
      targets: ['api-1'],
      site: 'shop/api.(*Store).Find',
      share: 0.96,
      charts: [{ target: 'api-1', series: 'pool.shop.in_use' }],
    }),
  ]);
});

test.each([
  ['a connection of an http.Transport', parkedIn.getConn],
  ['a place in a channel', parkedIn.chanSend],
  ['a value from a channel', parkedIn.chanReceive],
  ['a signal (sync.Cond)', parkedIn.cond],
  ['a channel (select)', parkedIn.select],
  ['a place (x/sync semaphore)', [...parkedIn.select, 'golang.org/x/sync/semaphore.(*Weighted).Acquire']],
  ['a token of a rate limiter', [...parkedIn.select, 'golang.org/x/time/rate.(*Limiter).wait']],
])('requests that wait for %s are named, also in a single step that broke', (what, parked) => {
  const stacks = {
    'front-1': [request(3, parkedIn.sleep, 'shop/front.draw'), request(97, parked, 'shop/front.(*Draw).Do')],
  };
  const broken = { rps: 400, answered: 200, responseMs: 500, stacks };
  const title = `Requests wait 485 ms for ${what}, in front.(*Draw).Do of front`;
  expect(find([{ rps: 100, responseMs: 10, stacks: {} }, broken])).toMatchObject([
    { title, site: 'shop/front.(*Draw).Do' },
  ]);
  expect(find([broken])).toMatchObject([{ title }]);
});

test('a semaphore in front that fills because a pool behind it is too small is not the cause', () => {
  const gate = (count: number) => request(count, parkedIn.chanSend, 'shop/front.(*Gate).Enter');
  const broken = {
    rps: 400,
    answered: 200,
    responseMs: 900,
    stacks: { 'front-1': [asks(64), gate(110)], 'api-1': [inQuery(4), noConn(60)] },
  };
  expect(find([calm, broken])).toMatchObject([{ site: 'shop/api.(*Store).Find' }]);
});

test('a request that started several goroutines waits as long as for them together', () => {
  const stacks = {
    'front-1': [
      request(96, parkedIn.waitGroup, 'shop/front.all'),
      background(288, parkedIn.chanSend, 'shop/front.all.func1'),
    ],
  };
  expect(
    find([
      { rps: 100, responseMs: 10, stacks: {} },
      { rps: 400, answered: 200, responseMs: 500, stacks },
    ]),
  ).toMatchObject([{ title: 'Requests wait 480 ms for a place in a channel, in front.all.func1 of front', share: 1 }]);
});

test('a narrow semaphore is the cause in a single step too, whatever those that it lets through do behind it', () => {
  const gate = request(96, parkedIn.chanSend, 'shop/front.(*Gate).Enter');
  const stacks = { 'front-1': [gate, asks(4)], 'api-1': [request(4, parkedIn.sleep, 'shop/api.draw')] };
  expect(find([{ rps: 400, answered: 200, responseMs: 500, stacks }])).toMatchObject([
    { site: 'shop/front.(*Gate).Enter' },
  ]);
});

test('what a pool behind it keeps waiting at a wide semaphore in front is put down to the pool', () => {
  const gate = request(390, parkedIn.chanSend, 'shop/front.(*Gate).Enter');
  const stacks = { 'front-1': [gate, asks(32)], 'api-1': [inQuery(4), noConn(28)] };
  expect(find([calm, { rps: 400, answered: 200, responseMs: 2200, stacks }])).toMatchObject([
    {
      severity: 'critical',
      title: 'Requests wait 140 ms for a connection of database/sql, in api.(*Store).Find of api',
      share: 0.95,
      evidence: [
        expect.anything(),
        'over 200 answers per second that is 140 ms each, 6.36 % of the time a request takes; 0 us in at-100',
        'front waits for it: 390 in shop/front.(*Gate).Enter',
        expect.anything(),
      ],
    },
  ]);
});

test('a semaphore that would do for all arrivals, were an upstream that is not observed as fast as ever, is no cause', () => {
  const gate = request(390, parkedIn.chanSend, 'shop/front.(*Gate).Enter');
  const low = { rps: 100, responseMs: 20, stacks: { 'front-1': [asks(2)] } };
  const wide = { rps: 400, answered: 200, responseMs: 2200, stacks: { 'front-1': [gate, asks(32)] } };
  expect(find([low, wide])).toEqual([]);
  expect(slowUpstream.find(madeEvidence([low, wide]))).toMatchObject([{ severity: 'critical', share: 0.95 }]);
  const narrow = { ...wide, stacks: { 'front-1': [gate, asks(4)] } };
  expect(find([low, narrow])).toMatchObject([{ site: 'shop/front.(*Gate).Enter' }]);
});

test('a semaphore in front of a service that is as fast as ever is the cause', () => {
  const gate = request(96, parkedIn.chanSend, 'shop/front.(*Gate).Enter');
  const broken = {
    rps: 400,
    answered: 200,
    responseMs: 500,
    stacks: { 'front-1': [asks(4), gate], 'api-1': [inQuery(4)] },
  };
  expect(find([calm, broken])).toMatchObject([{ site: 'shop/front.(*Gate).Enter', targets: ['front-1'] }]);
});

test.each([
  [
    'connections kept alive, which grow with the rate',
    10,
    [companions.keptAlive(50), asks(8), companions.readLoop(90), companions.writeLoop(90)],
  ],
  ['requests that wait by design, however long', 50_000, [request(4000, parkedIn.select, 'shop/front.poll')]],
  ['workers that wait for work', 10, [background(64, parkedIn.chanReceive, 'shop/front.(*Crew).work'), asks(8)]],
  ['too few to say', 10, [request(1, parkedIn.sqlConn, 'shop/front.find'), asks(8)]],
])('says nothing about %s', (_, responseMs, stacks) => {
  const low = stacks.map((group) => ({ ...group, count: Math.ceil(group.count / 4) }));
  expect(
    find([
      { rps: 100, responseMs, stacks: { 'front-1': low } },
      { rps: 400, responseMs, stacks: { 'front-1': stacks } },
    ]),
  ).toEqual([]);
});

test('says nothing of a queue for workers that keep the processor busy', () => {
  const stacks = {
    'front-1': [
      request(96, parkedIn.chanSend, 'shop/front.(*Crew).Do'),
      background(4, parkedIn.running, 'shop/front.(*Crew).work'),
    ],
  };
  const values = { 'front-1': { 'sched.gomaxprocs': 4, 'sched.idleprocs': 0 } };
  expect(find([{ ...calm }, { rps: 400, answered: 200, responseMs: 500, stacks, values }])).toEqual([]);
});

test('says nothing of goroutines that requests leave behind', () => {
  const left = (look: number) => [background(100 * look, parkedIn.chanSend, 'shop/front.tell'), asks(4)];
  expect(
    find([
      { rps: 100, responseMs: 20, stacks: { 'front-1': [asks(2)] } },
      { rps: 200, responseMs: 20, stacks: { 'front-1': left } },
      { rps: 400, answered: 300, responseMs: 20, stacks: { 'front-1': (look: number) => left(look + 10) } },
    ]),
  ).toEqual([]);
});

test('a pool that is too small at one replica only is told as of that one, and behind what is other about it', () => {
  const busy = [noConn(95), inQuery(4)];
  const stacks = { 'api-1': [inQuery(1)], 'api-2': busy, 'api-3': [inQuery(1)] };
  const low = { 'api-1': [inQuery(1)], 'api-2': [inQuery(1)], 'api-3': [inQuery(1)] };
  const run = madeEvidence(
    [
      { rps: 100, responseMs: 20, stacks: low },
      { rps: 400, answered: 200, responseMs: 500, stacks },
    ],
    'api',
  );
  expect(poolTooSmall.find(run)).toMatchObject([
    {
      title:
        'Requests wait 475 ms for a connection of database/sql, in api.(*Store).Find of api-2, and hardly in its other replicas',
      targets: ['api-2'],
    },
  ]);
  expect(waitsOnlyAt('api-2', run)).toEqual(['pool-too-small']);
  expect(waitsOnlyAt('api-1', run)).toEqual([]);
});

test('what takes hardly longer than usual did not break a step', () => {
  const pauses = (count: number) => ({ 'front-1': [request(count, parkedIn.select, 'shop/front.pause')] });
  const withPauses = (count: number) =>
    find([
      { rps: 500, responseMs: 6, stacks: pauses(3) },
      { rps: 2000, answered: 1500, responseMs: 30, stacks: pauses(count) },
    ]);
  expect(withPauses(18)).toEqual([]);
  expect(withPauses(45)).toMatchObject([{ title: expect.stringContaining('wait 30 ms for a channel (select)') }]);
});

test('a goroutine that has just been started, or reads a request, is no worker that is waited for', () => {
  const others = (count: number) => [
    background(count, parkedIn.running),
    background(count, parkedIn.running, 'net/textproto.(*Reader).readLineSlice'),
  ];
  const sends = (count: number) => request(count, parkedIn.chanSend, 'shop/front.(*Pictures).Add');
  const [found] = find([
    { rps: 50, responseMs: 10, stacks: { 'front-1': others(0) } },
    { rps: 300, answered: 200, responseMs: 1000, stacks: { 'front-1': [sends(190), ...others(2)] } },
  ]);
  expect(found?.advice).not.toContain('is busy');
  expect(found?.evidence.join()).not.toContain('serve no request');
});

test('the worker at the end of a chain of queues is named before those that hand on', () => {
  const workers = (full: number, busy: number) => [
    background(full, parkedIn.chanSend, 'shop/front.decode'),
    background(busy, parkedIn.sleep, 'shop/front.upload'),
  ];
  const sends = (count: number) => request(count, parkedIn.chanSend, 'shop/front.(*Pictures).Add');
  const [found] = find([
    { rps: 50, responseMs: 10, stacks: { 'front-1': workers(0, 1) } },
    { rps: 300, answered: 200, responseMs: 1000, stacks: { 'front-1': [sends(190), ...workers(4, 2)] } },
  ]);
  expect(found?.evidence.slice(2)).toEqual([
    'front: 2 that serve no request are in sleep at shop/front.upload, 1 in at-50',
    'front: 4 that serve no request are in chan send at shop/front.decode, 0 in at-50',
  ]);
  expect(found?.advice).toMatch(/^front\.upload is busy with what they wait for\. /);
});

test('nothing is told of a step whose answers all come sooner than before, because most are refused at once', () => {
  const slow = {
    rps: 100,
    responseMs: 40,
    p99Ms: 60,
    stacks: { 'front-1': [request(1, parkedIn.sqlConn, 'shop/front.find')] },
  };
  const refused = (p99Ms: number) => ({
    rps: 500,
    answered: 200,
    responseMs: 20,
    p99Ms,
    stacks: { 'front-1': [request(5, parkedIn.sqlConn, 'shop/front.find')] },
  });
  expect(find([slow, refused(70)])).toEqual([]);
  expect(find([slow, refused(150)])).toHaveLength(1);
});

test('where those past a pool compute or wait for a lock, a larger pool is no advice', () => {
  const past = [request(2, parkedIn.mutex, 'shop/front.find'), request(1.5, parkedIn.running, 'shop/front.find')];
  const full = [request(90, parkedIn.sqlConn, 'shop/front.find'), ...past];
  const [found] = find([
    { rps: 100, responseMs: 5, stacks: { 'front-1': [request(1, parkedIn.running, 'shop/front.find')] } },
    { rps: 600, answered: 400, responseMs: 250, stacks: { 'front-1': full } },
  ]);
  expect(found?.evidence).toContain('front: 2 past it wait for a lock (sync.Mutex.Lock) in shop/front.find');
  expect(found?.advice).toMatch(/^Those that have one want a CPU or a lock: /);
  expect(found?.advice).not.toContain('SetMaxOpenConns');
});

test('a request waits no longer than its answer takes, whatever a few looks count', () => {
  const stacks = { 'front-1': [asks(130)], 'api-1': [noConn(130)] };
  const [found] = find([calm, { rps: 400, answered: 200, responseMs: 500, stacks }]);
  expect(found?.title).toBe('Requests wait 500 ms for a connection of database/sql, in api.(*Store).Find of api');
  expect(found?.evidence.slice(0, 2)).toEqual([
    'at-400, api-1: 130 goroutines on average wait in shop/api.(*Store).Find (in database/sql.(*DB).conn), with 100 requests under way',
    'over 200 answers per second that is all of the 500 ms that a request takes; 0 us in at-100',
  ]);
});

test('services that run the same program and get less of the load are told, as somebody chooses among them', () => {
  const node = (count: number) => [request(count, parkedIn.chanSend, 'shop/node.read')];
  const gets = (rps: number) => ({ 'app.requests_per_second': rps });
  const told = (others: number, path = 'shop/node') => {
    const paths: Readonly<Record<string, string>> = { 'left-1': 'shop/node', 'right-1': path };
    const run = madeEvidence([
      { rps: 10, responseMs: 10, stacks: {} },
      {
        rps: 300,
        answered: 240,
        responseMs: 400,
        stacks: { 'front-1': [asks(90)], 'left-1': node(80), 'right-1': node(1) },
        values: { 'left-1': gets(220), 'right-1': gets(others) },
      },
    ]);
    const targets = run.targets.map((target) => ({
      ...target,
      go: { path: paths[target.id], sources: [] },
    }));
    return poolTooSmall.find({ ...run, targets })[0];
  };
  expect(told(20)?.evidence).toContain(
    'at-300: left-1 gets 11 times as many requests as right-1, which runs the same program (shop/node)',
  );
  expect(told(20)?.advice).toMatch(
    /^left-1 gets 11 times as many requests as right-1, which runs the same program: if they are to share the load/,
  );
  for (const run of [told(200), told(20, 'shop/other')]) expect(run?.evidence.join()).not.toContain('same program');
});

describe('workers that end', () => {
  const works = (count: number) =>
    count === 0 ? [] : [background(count, parkedIn.chanReceive, 'shop/front.(*Crew).work')];
  const hands = (count: number) => request(count, parkedIn.chanSend, 'shop/front.(*Crew).do');
  const queued = (...left: readonly number[]) =>
    find([
      { rps: 100, responseMs: 5, stacks: { 'front-1': (look) => [hands(1), ...works(look < 5 ? 8 : (left[0] ?? 0))] } },
      {
        rps: 300,
        answered: 100,
        responseMs: 400,
        stacks: { 'front-1': (look) => [hands(90), ...works(left[look < 5 ? 1 : 2] ?? 0)] },
      },
    ])[0];

  test.each([
    [[7, 4, 1], '1 is left'],
    [[6, 2, 0], 'none is left'],
    [[8, 8, 3], '3 are left'],
  ])('are why a queue is waited for: %j', (left, words) => {
    const found = queued(...left);
    expect(found?.title).toMatch(new RegExp(`, in front\\.\\(\\*Crew\\)\\.do of front: of 8 workers ${words}$`));
    expect(found?.advice).toMatch(/^Look first at why goroutines of front\.\(\*Crew\)\.work end: a panic/);
    expect(found?.evidence.join()).toContain('8 goroutines ran shop/front.(*Crew).work at first, ');
  });

  test.each([
    ['are a few', [8, 7, 6]],
    ['come back', [8, 3, 8]],
    ['became more before', [4, 8, 2]],
  ])('are not told where those that went %s', (_, left) => {
    const found = queued(...left);
    expect(found?.title).toMatch(/ of front$/);
    expect(found?.advice).not.toContain('Look first');
  });
});
