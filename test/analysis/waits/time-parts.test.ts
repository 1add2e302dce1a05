import { expect, test } from 'vitest';
import { timeParts } from '../../../src/analysis/waits/time-parts.ts';
import { background, companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

function partsOf(stacks: Parameters<typeof madeEvidence>[0][number]['stacks'], responseMs = 500) {
  const run = madeEvidence([{ rps: 200, responseMs, stacks }]);
  const [waits] = run.waits;
  return waits && timeParts(waits, run.scenario);
}

test('what a front waits for the service behind it is told as what that one does, and the rest as on the way', () => {
  expect(
    partsOf({
      'front-1': [request(98, parkedIn.roundTrip, 'shop/front.proxy'), companions.readLoop(98)],
      'api-1': [request(90, parkedIn.sqlConn, 'shop/api.find'), request(4, parkedIn.ioWait, 'shop/api.find')],
    }),
  ).toEqual({
    step: 'at-200',
    responseMeanUs: 500_000,
    parts: [
      { what: 'waits for its turn (database/sql)', kind: 'pool', target: 'api-1', site: 'shop/api.find', us: 450_000 },
      { what: 'waits for an answer (HTTP)', kind: 'network', target: 'front-1', site: 'shop/front.proxy', us: 20_000 },
      { what: 'waits for an answer (network)', kind: 'network', target: 'api-1', site: 'shop/api.find', us: 20_000 },
    ],
    notExplainedUs: 10_000,
  });
});

test('what still waits behind a front that has given up is no part of a response', () => {
  const stacks = {
    'front-1': [request(24, parkedIn.roundTrip, 'shop/front.proxy')],
    'api-1': [request(150, parkedIn.mutex, 'shop/api.price'), request(50, parkedIn.sqlConn, 'shop/api.find')],
  };
  const told = partsOf(stacks, 120);
  expect(told?.parts.map(({ site, us }) => [site, us])).toEqual([
    ['shop/api.price', 90_000],
    ['shop/api.find', 30_000],
  ]);
  expect(told?.notExplainedUs).toBe(0);
});

test('what a request waits for goroutines that it started is shared out among what those wait for', () => {
  const run = madeEvidence([
    { rps: 100, responseMs: 10, stacks: { 'front-1': [] } },
    {
      rps: 200,
      answered: 100,
      responseMs: 200,
      stacks: {
        'front-1': [
          request(20, parkedIn.waitGroup, 'shop/front.all'),
          background(30, parkedIn.roundTrip, 'shop/front.all.func1'),
          background(10, parkedIn.mutex, 'shop/front.all.func2'),
        ],
      },
    },
  ]);
  const told = run.waits[1] && timeParts(run.waits[1], run.scenario);
  expect(told?.parts.map(({ what, us }) => [what, us])).toEqual([
    ['waits for an answer (HTTP)', 150_000],
    ['waits for a lock (sync.Mutex.Lock)', 50_000],
  ]);
});

test('what the generator was late itself is not told as waiting for a connection', () => {
  const { waits, scenario } = madeEvidence([
    { rps: 200, responseMs: 100, stacks: { 'front-1': [request(10, parkedIn.mutex, 'shop/front.price')] } },
  ]);
  const [first] = waits;
  if (!first) throw new Error('nothing waits');
  const of = (lagUs: number) => {
    const { serviceUs, lagUs: lag } = first.step;
    const step = { ...first.step, serviceUs: { ...serviceUs, mean: 60_000 }, lagUs: { ...lag, mean: lagUs } };
    const parts = timeParts({ ...first, step }, scenario)?.parts ?? [];
    return parts.filter(({ target }) => target === 'generator').map(({ what, us }) => [what, us]);
  };
  expect(of(0)).toEqual([['waits for a connection', 40_000]]);
  expect(of(30_000)).toEqual([
    ['is late itself', 30_000],
    ['waits for a connection', 10_000],
  ]);
  // A mean over all arrivals may be above that of those that were sent.
  expect(of(50_000)).toEqual([['is late itself', 40_000]]);
});

test('nothing is told where no request was seen at work', () => {
  expect(partsOf({ 'front-1': [companions.keptAlive(40)] })).toBeUndefined();
});

test('goroutines of connections are none that a request started and waits for', () => {
  const run = madeEvidence([
    { rps: 100, responseMs: 10, stacks: { 'front-1': [] } },
    {
      rps: 200,
      answered: 100,
      responseMs: 200,
      stacks: {
        'front-1': [
          request(20, parkedIn.waitGroup, 'shop/front.once'),
          background(4, parkedIn.syscall, 'net/http.(*connReader).Read', 'net/http.(*conn).serve'),
        ],
      },
    },
  ]);
  const told = run.waits[1] && timeParts(run.waits[1], run.scenario);
  expect(told?.parts.map(({ what, site }) => [what, site])).toEqual([
    ['waits for goroutines it started', 'shop/front.once'],
  ]);
});

test('parts that looks make longer than the answers took are as long together, and keep their shares', () => {
  const told = partsOf({
    'front-1': [request(120, parkedIn.sqlConn, 'shop/front.find'), request(40, parkedIn.sleep, 'shop/front.draw')],
  });
  expect(told?.parts.map(({ site, us }) => [site, us])).toEqual([
    ['shop/front.find', 375_000],
    ['shop/front.draw', 125_000],
  ]);
  expect(told?.notExplainedUs).toBe(0);
});
