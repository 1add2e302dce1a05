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

test('where an arrival has several requests, what is waited is told of all of them together', () => {
  const run = madeEvidence([calm, jam(parkedIn.mutex)]);
  const waits = run.waits.map((each) => {
    const load = { ...each.step.load, requests: 4 * each.step.load.planned };
    return { ...each, step: { ...each.step, load } };
  });
  const [found] = lockConvoy.find({ ...run, waits });
  expect(found?.title).toMatch(/^Requests wait 360 ms per arrival for a lock /);
  expect(found?.evidence[1]).toMatch(
    /^over 250 arrivals per second that is 360 ms each, 90 % of the time an arrival takes/,
  );
});

test('is silent where more goroutines want the processor than the lock', () => {
  expect(find([calm, jam(parkedIn.mutex, request(200, parkedIn.running, 'shop/front.hash'))])).toEqual([]);
});

test('is silent where a few wait for a short time, as they do for every lock', () => {
  const few = [request(5, parkedIn.mutex, 'shop/front.(*Book).Post'), request(90, parkedIn.sleep, 'shop/front.draw')];
  expect(find([calm, { ...jam([]), stacks: { 'front-1': few } }])).toEqual([]);
});

const held = (count: number) => request(count, parkedIn.ioWait, 'os.(*File).Write', 'shop/front.(*Book).Post');

test('what is done while the lock is held is told from who is past it', () => {
  const [found] = find([calm, jam(parkedIn.mutex, held(1))]);
  expect(found?.evidence).toContain(
    'front-1: 1 on average is past it, in os.(*File).Write (IO wait), called by shop/front.(*Book).Post: it holds the lock',
  );
  expect(found?.advice).toMatch(/^os\.\(\*File\)\.Write is called while it is held: /);
});

test('more than one past the lock are behind it, and hold nothing', () => {
  const [found] = find([calm, jam(parkedIn.mutex, held(9))]);
  expect(found?.evidence.join()).not.toContain('holds the lock');
});

test('requests that wait on although their callers have given up are told as such', () => {
  const run = madeEvidence([calm, { ...jam(parkedIn.mutex), responseMs: 100 }]);
  const given = run.waits.map((waits) => ({
    ...waits,
    step: { ...waits.step, load: { ...waits.step.load, failed: waits.step.load.planned / 2 } },
  }));
  const told = lockConvoy.find({ ...run, waits: given })[0]?.evidence;
  expect(told).toContain(
    'front: most of them wait for nobody, as whoever asked has given up: 50 % of the requests failed or timed out',
  );
  expect(lockConvoy.find(run)[0]?.evidence.join()).not.toContain('given up');
});

test('who waits for others at one file is told what a file can take, and of no mutex profile, which has nothing of it', () => {
  const ofFile = ['internal/poll.(*fdMutex).rwlock', 'internal/poll.(*FD).writeLock', 'internal/poll.(*FD).Write'];
  const parked = [
    'runtime.gopark',
    'runtime.semacquire1',
    'internal/poll.runtime_Semacquire',
    ...ofFile,
    'os.(*File).Write',
  ];
  const [found] = find([calm, jam(parked)]);
  expect(found?.title).toBe('Requests wait 360 ms for a lock (one file), in front.(*Book).Post of front');
  expect(found?.advice).toMatch(/^A file takes one write at a time: /);
});

const busy = ['modernc.org/sqlite/lib._sqliteDefaultBusyCallback', 'modernc.org/sqlite/lib._btreeBeginTrans'];
const begin = ['modernc.org/sqlite.(*conn).BeginTx', 'database/sql.(*DB).BeginTx'];
const charge = request(1, parkedIn.ioWait, 'shop/pay.Charge', 'shop/front.(*Book).Post');

test.each([
  ['a sleep', parkedIn.sleep],
  ['a system call', ['syscall.Syscall6', 'modernc.org/libc.Xnanosleep']],
])('who finds a SQLite database locked waits for that lock, whatever its pause is: %s', (_, pause) => {
  const [found] = find([calm, jam([...pause, ...busy, ...begin], charge)]);
  expect(found).toMatchObject({
    title: 'Requests wait 360 ms for a lock (SQLite database), in front.(*Book).Post of front',
    advice: expect.stringMatching(
      /^pay\.Charge is called while it is held: SQLite lets one transaction write at a time/,
    ),
  });
  expect(found?.evidence.join()).toContain('in shop/pay.Charge (IO wait), called by shop/front.(*Book).Post');
});
