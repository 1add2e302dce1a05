import { expect, test } from 'vitest';
import { goroutinePileUp } from '../../../src/analysis/findings/goroutine-pile-up.ts';
import { companions, parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const find = (...made: Parameters<typeof madeEvidence>) => goroutinePileUp.find(madeEvidence(...made));
const asks = (count: number) => request(count, parkedIn.roundTrip, 'shop/front.proxy');
const locked = (count: number) => request(count, parkedIn.mutex, 'shop/api.(*Book).Post');
const calm = { rps: 100, responseMs: 20, stacks: { 'front-1': [asks(2)], 'api-1': [locked(1)] } };

test('a pile-up is named at the deepest service, however many more goroutines the one in front has', () => {
  const front = [asks(400), companions.readLoop(400), companions.writeLoop(400), companions.watcher(400)];
  const jam = { rps: 400, answered: 200, responseMs: 900, stacks: { 'front-1': front, 'api-1': [locked(390)] } };
  expect(find([calm, jam])).toMatchObject([
    {
      title: 'Goroutines pile up in api.(*Book).Post of api (sync.Mutex.Lock)',
      evidence: [
        'at-400, api-1: 390 on average in sync.Mutex.Lock at shop/api.(*Book).Post, 388 more than the rate explains',
        'at-400, front-1: 400 on average in HTTP at shop/front.proxy, 396 more than the rate explains',
      ],
      targets: ['api-1', 'front-1'],
      site: 'shop/api.(*Book).Post',
    },
  ]);
});

test.each([
  ['what grows with the rate', [calm, { rps: 20_000, responseMs: 20, stacks: { 'front-1': [asks(400)] } }]],
  [
    'requests that wait by design',
    [{ rps: 100, responseMs: 4000, stacks: { 'front-1': [request(400, parkedIn.select, 'shop/front.poll')] } }],
  ],
  ['idle connections', [calm, { rps: 400, responseMs: 20, stacks: { 'front-1': [companions.keptAlive(900)] } }]],
])('says nothing about %s', (_, steps) => {
  expect(find(steps)).toEqual([]);
});
