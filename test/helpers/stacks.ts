/** Stacks as real goroutine profiles have them, innermost function first, to put on the looks of hand-made runs. */
import { waitOf } from '../../src/goruntime/goroutines/wait-reason.ts';
import type { StackGroup } from '../../src/model/sample.ts';

const park = 'runtime.gopark';
const select = [park, 'runtime.selectgo'];
const ioWait = [
  park,
  'runtime.netpollblock',
  'internal/poll.runtime_pollWait',
  'internal/poll.(*pollDesc).wait',
  'internal/poll.(*pollDesc).waitRead',
  'internal/poll.(*FD).Read',
  'net.(*netFD).Read',
  'net.(*conn).Read',
];
const mutex = [
  park,
  'runtime.goparkunlock',
  'runtime.semacquire1',
  'internal/sync.runtime_SemacquireMutex',
  'internal/sync.(*Mutex).lockSlow',
  'internal/sync.(*Mutex).Lock',
  'sync.(*Mutex).Lock',
];
/** The functions under a handler of net/http. */
export const served = [
  'net/http.HandlerFunc.ServeHTTP',
  'net/http.(*ServeMux).ServeHTTP',
  'net/http.serverHandler.ServeHTTP',
  'net/http.(*conn).serve',
];

/** What was parked on top of the function that waits. */
export const parkedIn = {
  select,
  ioWait,
  mutex,
  mutexOf120: [
    park,
    'runtime.goparkunlock',
    'runtime.semacquire1',
    'sync.runtime_SemacquireMutex',
    'sync.(*Mutex).lockSlow',
    'sync.(*Mutex).Lock',
  ],
  rwMutexR: [
    park,
    'runtime.goparkunlock',
    'runtime.semacquire1',
    'sync.runtime_SemacquireRWMutexR',
    'sync.(*RWMutex).RLock',
  ],
  chanSend: [park, 'runtime.chansend', 'runtime.chansend1'],
  chanReceive: [park, 'runtime.chanrecv', 'runtime.chanrecv1'],
  waitGroup: [
    park,
    'runtime.goparkunlock',
    'runtime.semacquire1',
    'sync.runtime_SemacquireWaitGroup',
    'sync.(*WaitGroup).Wait',
  ],
  cond: [park, 'runtime.goparkunlock', 'sync.runtime_notifyListWait', 'sync.(*Cond).Wait'],
  sleep: [park, 'time.Sleep'],
  syscall: ['syscall.Syscall', 'syscall.Flock'],
  running: [],
  sqlConn: [...select, 'database/sql.(*DB).conn', 'database/sql.(*DB).query', 'database/sql.(*DB).QueryContext'],
  getConn: [
    ...select,
    'net/http.(*Transport).getConn',
    'net/http.(*Transport).roundTrip',
    'net/http.(*Transport).RoundTrip',
    'net/http.send',
    'net/http.(*Client).do',
    'net/http.(*Client).Do',
  ],
  roundTrip: [
    ...select,
    'net/http.(*persistConn).roundTrip',
    'net/http.(*Transport).roundTrip',
    'net/http.(*Transport).RoundTrip',
    'net/http.send',
    'net/http.(*Client).do',
    'net/http.(*Client).Do',
  ],
} as const;

/** So many goroutines with these functions on their stack. */
export function stack(count: number, frames: readonly string[]): StackGroup {
  const wait = waitOf(frames);
  if (!wait) throw new Error('the stack of a profiler');
  return { count, ...wait, frames };
}

/** So many requests that are parked in a function of the service. */
export function request(count: number, parked: readonly string[], ...own: string[]): StackGroup {
  return stack(count, [...parked, ...own, ...served]);
}

/** So many goroutines of the service that serve no request. */
export function background(count: number, parked: readonly string[], ...own: string[]): StackGroup {
  return stack(count, [...parked, ...own]);
}

/** What net/http has of each connection while its handler runs, of each that waits for a request, and of each to an upstream. */
export const companions = {
  watcher: (count: number) => stack(count, [...ioWait, 'net/http.(*connReader).backgroundRead']),
  keptAlive: (count: number) =>
    stack(count, [
      ...ioWait,
      'net/http.(*connReader).Read',
      'bufio.(*Reader).fill',
      'bufio.(*Reader).Peek',
      'net/http.(*conn).serve',
    ]),
  readLoop: (count: number) =>
    stack(count, [
      ...ioWait,
      'net/http.(*persistConn).Read',
      'bufio.(*Reader).fill',
      'bufio.(*Reader).Peek',
      'net/http.(*persistConn).readLoop',
    ]),
  writeLoop: (count: number) => stack(count, [...select, 'net/http.(*persistConn).writeLoop']),
  dial: (count: number) =>
    stack(count, [
      ...ioWait.slice(0, 4),
      'internal/poll.(*pollDesc).waitWrite',
      'internal/poll.(*FD).WaitWrite',
      'net.(*netFD).connect',
      'net.(*netFD).dial',
      'net.(*Dialer).DialContext',
      'net/http.(*Transport).dial',
      'net/http.(*Transport).dialConn',
      'net/http.(*Transport).dialConnFor',
      'net/http.(*Transport).startDialConnForLocked.func1',
    ]),
};
