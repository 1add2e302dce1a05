import { expect, test } from 'vitest';
import { lockConvoy } from '../../../src/analysis/findings/lock-convoy.ts';
import { parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const find = (...made: Parameters<typeof madeEvidence>) => lockConvoy.find(madeEvidence(...made));
const calm = {
  rps: 100,
  responseMs: 5,
  stacks: { 'front-1': [request(1, parkedIn.sleep, 'shop/front.(*Book).Post')] },
};
const jam = (parked: readonly string[], others = request(1, parkedIn.sleep, 'shop/front.(*Book).Post')) => ({
  rps: 400,
  answered: 250,
  responseMs: 400,
  stacks: { 'front-1': [request(90, parked, 'shop/front.(*Book).Post'), others] },
});

test.each([
  ['sync.Mutex.Lock', parkedIn.mutex],
  ['sync.Mutex.Lock', parkedIn.mutexOf120],
  ['sync.RWMutex.RLock', parkedIn.rwMutexR],
])('a lock that most requests queue for is named with who waits and for how long: %s', (what, parked) => {
  expect(find([calm, jam(parked)])).toMatchObject([
    {
      severity: 'critical',
      title: `Requests wait 360 ms for a lock (${what}), in front.(*Book).Post of front`,
      site: 'shop/front.(*Book).Post',
      share: 0.9,
      targets: ['front-1'],
    },
  ]);
});

test('is silent where more goroutines want the processor than the lock', () => {
  expect(find([calm, jam(parkedIn.mutex, request(200, parkedIn.running, 'shop/front.hash'))])).toEqual([]);
});

test('is silent where a few wait for a short time, as they do for every lock', () => {
  const few = [request(5, parkedIn.mutex, 'shop/front.(*Book).Post'), request(90, parkedIn.sleep, 'shop/front.draw')];
  expect(find([calm, { ...jam([]), stacks: { 'front-1': few } }])).toEqual([]);
});
