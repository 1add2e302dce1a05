import { expect, it } from 'vitest';
import { judgeLeaks } from '../../../src/analysis/inspect/leaks.ts';
import { judgeLocks } from '../../../src/analysis/inspect/locks.ts';
import type { InspectedGroup } from '../../../src/model/inspected-goroutines.ts';

const group = (count: number, reason: string, frames: readonly string[], more: Partial<InspectedGroup> = {}) => ({
  count,
  reason,
  site: frames.find((frame) => frame.startsWith('main.')) ?? '',
  frames,
  ...more,
});
const lock = ['sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow', 'sync.(*Mutex).Lock'];
const waiters = (count: number, ...callers: string[]) => group(count, 'sync.Mutex.Lock', [...lock, ...callers]);

it('names the one goroutine that is in the function past its lock as the likely holder', () => {
  const holder = group(1, 'chan receive', ['main.(*store).get', 'main.main'], { exampleId: 7 });
  expect(judgeLocks([waiters(20, 'main.(*store).get'), holder])).toEqual([
    {
      severity: 'warning',
      certainty: 'likely',
      title: '20 goroutines wait for a lock in main.(*store).get',
      evidence: [expect.stringMatching(/^goroutine 7 \(chan receive\) is in .* it likely holds it$/)],
    },
  ]);
});

it('is less sure of one in another method of the same type', () => {
  const holder = group(1, 'IO wait', ['net.(*conn).Read', 'main.(*store).refresh'], { exampleId: 9 });
  const [found] = judgeLocks([waiters(20, 'main.(*store).get'), holder]);
  expect(found?.certainty).toBe('possible');
  expect(found?.evidence[0]).toContain('goroutine 9 (IO wait) is in a method of main.(*store). as well');
});

it('says so when nobody can be named, and when one of several may be the holder', () => {
  const alone = judgeLocks([waiters(20, 'main.(*store).get'), group(3, 'select', ['main.(*queue).run'])]);
  expect(alone[0]?.certainty).toBe('possible');
  expect(alone[0]?.evidence).toEqual([expect.stringContaining('who holds it cannot be told')]);
  const several = judgeLocks([waiters(20, 'main.(*store).get'), group(3, 'IO wait', ['main.(*store).get'])]);
  expect(several[0]?.certainty).toBe('possible');
  expect(several[0]?.evidence).toEqual([expect.stringContaining('One of these may hold it')]);
});

it('knows a lock of Go 1.19, where the runtime says semacquire, and leaves out short queues', () => {
  const old = group(12, 'semacquire', [...lock, 'main.serve']);
  expect(judgeLocks([old])).toHaveLength(1);
  expect(judgeLocks([group(12, 'semacquire', ['internal/poll.runtime_Semacquire', 'main.read'])])).toEqual([]);
  expect(judgeLocks([waiters(4, 'main.(*store).get')])).toEqual([]);
});

it('sees two queues that came through each other as a possible deadlock', () => {
  const found = judgeLocks([waiters(1, 'main.a', 'main.b'), waiters(1, 'main.b', 'main.a')]);
  expect(found).toEqual([expect.objectContaining({ severity: 'critical', certainty: 'possible' })]);
});

it('tells leaks by how sure they are', () => {
  const certainties = (...groups: InspectedGroup[]) => judgeLeaks(groups).map(({ certainty }) => certainty);
  expect(certainties(group(1, 'chan send', ['main.f'], { leaked: 1 }))).toEqual(['certain']);
  expect(certainties(group(1, 'chan receive (nil chan)', ['main.f']))).toEqual(['certain']);
  expect(certainties(group(10, 'chan send', ['main.f'], { longestWaitMinutes: 5 }))).toEqual(['likely']);
  expect(certainties(group(10, 'select', ['main.f'], { longestWaitMinutes: 5 }))).toEqual(['possible']);
  expect(certainties(group(100, 'chan send', ['main.f']))).toEqual(['possible']);
});

it('leaves alone what waits shortly, alone, or for the runtime', () => {
  const runtime = { ...group(20, 'GC worker (idle)', [], { longestWaitMinutes: 50 }), site: 'runtime.gcBgMarkWorker' };
  expect(
    judgeLeaks([
      group(99, 'chan send', ['main.f']),
      group(9, 'chan send', ['main.f'], { longestWaitMinutes: 90 }),
      group(500, 'IO wait', ['main.serve']),
      runtime,
    ]),
  ).toEqual([]);
});
