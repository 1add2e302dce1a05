import { expect, test } from 'vitest';
import { waitOf } from '../../../src/goruntime/goroutines/wait-reason.ts';

test.each([
  ['GC assist wait', ['runtime.gopark', 'runtime.gcParkAssist', 'runtime.gcAssistAlloc', 'runtime.mallocgc', 'main.f']],
  ['wait for GC cycle', ['runtime.gopark', 'runtime.goparkunlock', 'runtime.gcWaitOnMark', 'runtime.GC', 'main.f']],
  ['semacquire', ['runtime.gopark', 'runtime.semacquire1', 'runtime.semacquire', 'runtime.gcStart', 'main.f']],
  ['semacquire', ['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_Semacquire', 'sync.newer', 'main.f']],
  ['syscall', ['runtime.notetsleepg', 'os/signal.signal_recv', 'os/signal.loop', 'main.f']],
  ['running or runnable', ['runtime.Gosched', 'main.f']],
])('%s is told by its frames', (reason, frames) => {
  expect(waitOf(frames)?.reason).toBe(reason);
});

test.each([
  ['sync.WaitGroup.Wait', 'sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait'],
  ['sync.Mutex.Lock', 'sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow'],
  ['sync.RWMutex.RLock', 'sync.runtime_SemacquireMutex', 'sync.(*RWMutex).RLock'],
  ['sync.RWMutex.Lock', 'sync.runtime_SemacquireMutex', 'sync.(*RWMutex).Lock'],
])(
  '%s of an older Go has the name that a newer one gives it, also in a text without the runtime',
  (reason, ...sync) => {
    expect(waitOf(['runtime.gopark', 'runtime.goparkunlock', 'runtime.semacquire1', ...sync, 'main.f'])?.reason).toBe(
      reason,
    );
    expect(waitOf(['0x43f076', '0x44ee1c', ...sync, 'main.f'])?.reason).toBe(reason);
  },
);

test('a park that no rule knows is named by its first frame', () => {
  expect(waitOf(['runtime.gopark', 'runtime.somethingNew', 'main.f'])).toEqual({
    reason: 'other: runtime.somethingNew',
    site: 'main.f',
  });
});

test('a service’s own internal package is not taken for the standard library’s', () => {
  const frames = ['runtime.gopark', 'runtime.selectgo', 'example.com/shop/internal/cart.(*Cart).Wait', 'main.f'];
  expect(waitOf(frames)?.site).toBe('example.com/shop/internal/cart.(*Cart).Wait');
});

test('waiting for a database connection is told by the pool that waits', () => {
  const frames = [
    'runtime.gopark',
    'runtime.selectgo',
    'database/sql.(*DB).conn',
    'database/sql.(*DB).query',
    'main.f',
  ];
  expect(waitOf(frames)).toEqual({ reason: 'select', site: 'database/sql.(*DB).conn' });
});

test('the goroutine that takes the profile is left out', () => {
  const frames = ['runtime.goroutineProfileWithLabels', 'runtime.pprof_goroutineProfileWithLabels', 'main.f'];
  expect(waitOf(frames)).toBeUndefined();
});

test('a goroutine without a stack is runnable and has not started', () => {
  expect(waitOf([])).toEqual({ reason: 'running or runnable', site: 'not started yet' });
});
