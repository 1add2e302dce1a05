/** Every reason that the runtime has words for: seen in a live program, or said here why it cannot be. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GoroutineGroup, groupGoroutines } from '../../../src/goruntime/goroutines/groups.ts';
import { waitOf } from '../../../src/goruntime/goroutines/wait-reason.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { startWaits, type WaitsProgram } from './waits-program.ts';

const notParked = 'running or runnable';

/** A wait, the function by which its goroutine is known, the reason, and the site if it is not that function. */
type Row = readonly [wait: string, known: string, reason: string, site?: string];

const steady: readonly Row[] = [
  ['a receive', 'main.parkChanReceive', 'chan receive'],
  ['a receive that asks whether the channel is closed', 'main.parkChanReceiveOk', 'chan receive'],
  ['a range over a channel', 'main.parkChanRange', 'chan receive'],
  ['a receive from a nil channel', 'main.parkNilChanReceive', 'chan receive'],
  ['a receive by reflection', 'main.parkReflectReceive', 'chan receive'],
  ['a timer', 'main.parkTimer', 'chan receive'],
  ['a function that a timer called', 'main.parkInAfterFunc', 'chan receive'],
  ['a send', 'main.parkChanSend', 'chan send'],
  ['a send to a nil channel', 'main.parkNilChanSend', 'chan send'],
  ['a send by reflection', 'main.parkReflectSend', 'chan send'],
  ['a select', 'main.parkSelect', 'select'],
  ['a select by reflection', 'main.parkReflectSelect', 'select'],
  ['a request to another service', 'net/http.(*persistConn).roundTrip', 'select'],
  ['a select without cases', 'main.parkSelectNoCases', 'select (no cases)'],
  ['a sleep', 'main.parkSleep', 'sleep'],
  ['a mutex', 'main.parkMutex', 'sync.Mutex.Lock'],
  ['the second call of a Once', 'main.parkOnceSecond', 'sync.Mutex.Lock'],
  ['a writer behind a writer', 'main.parkRWMutexSecondWriter', 'sync.Mutex.Lock'],
  ['a reader behind a writer', 'main.parkRWMutexRead', 'sync.RWMutex.RLock'],
  ['a writer behind a reader', 'main.parkRWMutexWrite', 'sync.RWMutex.Lock'],
  ['a WaitGroup', 'main.parkWaitGroup', 'sync.WaitGroup.Wait'],
  ['a condition', 'main.parkCond', 'sync.Cond.Wait'],
  ['a semaphore', 'main.parkSemaphore', 'semacquire'],
  ['a second reader of one connection', 'main.parkConnReadSecond', 'semacquire'],
  ['the end of a connection that is in use', 'main.parkClose', 'semacquire'],
  ['a connection to read from', 'main.parkConnRead', 'IO wait'],
  ['a connection to write to', 'main.parkConnWrite', 'IO wait'],
  ['a client to connect', 'main.parkAccept', 'IO wait'],
  ['a server to connect to', 'main.parkOneDial', 'IO wait', 'net.Dial'],
  ['a pipe', 'main.parkPipeRead', 'IO wait'],
  ['a system call', 'main.parkSyscall', 'syscall'],
  ['a signal', 'os/signal.signal_recv', 'syscall'],
  ['the other side of an iterator', 'main.parkedIterator', 'coroutine'],
  ['a finalizer of the program', 'main.parkInFinalizer', 'select (no cases)'],
  ['a cleanup of the program', 'main.parkInCleanup', 'chan receive'],
  ['nothing, in a loop', 'main.parkSpin', notParked],
  ['its turn, which it gave away', 'main.parkGosched', notParked],
];

/** Waits of a moment: looked for again and again. */
const passing: readonly Row[] = [
  ['memory, until it has helped the collector', 'main.parkAssist', 'GC assist wait'],
  ['a collection that it asked for', 'main.parkGC', 'wait for GC cycle'],
  ['a collection to start', 'main.parkGC', 'semacquire'],
  ['its turn to stop the world', 'main.parkStopTheWorld', 'semacquire'],
  ['its turn to take a profile', 'main.parkProfile', 'semacquire'],
];

const quiet: readonly Row[] = [
  ['something to write into a CPU profile', 'runtime/pprof.profileWriter', 'syscall'],
  ['something to write into a trace', 'runtime.ReadTrace', 'trace reader (blocked)'],
];

/** Rows that no program can hold still for a look: known by the frames that Go’s source gives them. */
const byFramesOnly: readonly (readonly [wait: string, why: string, reason: string, frames: readonly string[]])[] = [
  [
    'a weak pointer while a collection ends',
    'the window is a few microseconds',
    'GC weak to strong wait',
    ['runtime.gopark', 'runtime.goparkunlock', 'runtime.gcParkStrongFromWeak', 'runtime.getOrAddWeakHandle'],
  ],
  [
    'the end of a process in panic',
    'the process does not answer any more',
    'panicwait',
    ['runtime.gopark', 'runtime.main'],
  ],
  ['a function in C', 'the program is built without cgo', 'syscall', ['runtime.cgocall', 'net._C2func_getaddrinfo']],
  [
    'a signal on macOS',
    'the tests run on Linux',
    'syscall',
    ['runtime.sigNoteSleep', 'os/signal.signal_recv', 'os/signal.loop'],
  ],
  [
    'a lock of Go 1.23 and earlier',
    'the runtime is newer',
    'sync.Mutex.Lock',
    ['runtime.gopark', 'runtime.semacquire1', 'sync.runtime_SemacquireMutex', 'sync.(*Mutex).lockSlow', 'main.f'],
  ],
];

/** Reasons that no profile shows: of the runtime’s own goroutines, of goroutines that run all the same, or of tests. */
const neverInProfiles = [
  'GC worker (idle)',
  'GC worker (active)',
  'GC sweep wait',
  'GC scavenge wait',
  'GC assist marking',
  'GC mark termination',
  'finalizer wait',
  'cleanup wait',
  'force gc (idle)',
  'GOMAXPROCS updater (idle)',
  'garbage collection',
  'garbage collection scan',
  'stopping the world',
  'flushing proc caches',
  'trace goroutine status',
  'trace proc status',
  'page trace flush',
  'dumping heap',
  'debug call',
  'preempted',
  'synctest.Run',
  'synctest.Wait',
  'chan receive (durable)',
  'chan send (durable)',
  'select (durable)',
  'sync.WaitGroup.Wait (durable)',
];

function titled(rows: readonly Row[]) {
  return rows.map((row) => ({ title: `${row[0]} (${row[1]}): ${row[2]}`, row }));
}

async function groupsAt({ address }: WaitsProgram, path = '/debug/pprof/goroutine') {
  const answer = await fetch(`http://${address}${path}`);
  return groupGoroutines(decodeProfile(gunzipSync(new Uint8Array(await answer.arrayBuffer())))).groups;
}

/** The reasons that `debug=2` gives for goroutines with this function, in the words of a profile. */
function reasonsIn(text: string, known: string): string[] {
  const found = text.split('\n\n').filter((goroutine) => goroutine.includes(`\n${known}(`));
  return found.map((goroutine) => {
    const state = /^goroutine \d+ \[([^\],]+)/.exec(goroutine)?.[1] ?? '';
    return state.replace(' (nil chan)', '').replace(/^(running|runnable)$/, notParked);
  });
}

function has(groups: readonly GoroutineGroup[], [, known, reason]: Row): boolean {
  return groups.some((group) => group.reason === reason && group.frames.includes(known));
}

describe('a goroutine that stays in one wait', () => {
  let program: WaitsProgram;
  let groups: readonly GoroutineGroup[];
  let text: string;
  beforeAll(async () => {
    program = await startWaits();
    groups = await groupsAt(program);
    text = await (await fetch(`http://${program.address}/debug/pprof/goroutine?debug=2`)).text();
  }, 180_000);
  afterAll(() => program.kill());

  test.each(titled(steady))('$title', ({ row }) => {
    const [, known, reason, site = known] = row;
    expect(
      groups.filter((group) => group.site === site && group.frames.includes(known)).map((group) => group.reason),
    ).toContain(reason);
    expect(has(groups, row)).toBe(true);
    expect(reasonsIn(text, known)).toContain(reason);
  });

  test('no goroutine of the program has a wait without a rule', () => {
    expect(groups.filter(({ reason }) => reason.startsWith('other')).map(({ frames }) => frames)).toEqual([]);
  });
});

describe('a goroutine that waits in passing', () => {
  test('is seen in each of its waits, in the words of the runtime', async () => {
    const program = await startWaits('busy');
    const unseen = new Set(passing.flatMap((row) => [`${row[0]} in a profile`, `${row[0]} in the runtime’s words`]));
    try {
      for (let look = 0; look < 1500 && unseen.size > 0; look += 1) {
        const groups = await groupsAt(program);
        const text = await (await fetch(`http://${program.address}/debug/pprof/goroutine?debug=2`)).text();
        for (const row of passing) {
          if (has(groups, row)) unseen.delete(`${row[0]} in a profile`);
          if (reasonsIn(text, row[1]).includes(row[2])) unseen.delete(`${row[0]} in the runtime’s words`);
        }
        expect(groups.filter(({ reason }) => reason.startsWith('other')).map(({ frames }) => frames)).toEqual([]);
        await sleep(5);
      }
      expect([...unseen]).toEqual([]);
    } finally {
      await program.kill();
    }
  }, 120_000);
});

describe('a goroutine of a program without work', () => {
  let program: WaitsProgram;
  beforeAll(async () => {
    program = await startWaits('quiet');
  }, 180_000);
  afterAll(() => program.kill());

  test.each(titled(quiet))('$title', async ({ row }) => {
    // Our own looks are work, too: the readers are at rest soon after, not at once.
    await expect.poll(async () => has(await groupsAt(program), row)).toBe(true);
  });

  test('that was made and has not run is runnable, at the function that it will run', async () => {
    const found = (await groupsAt(program, '/not-started')).filter(
      ({ site, reason }) => site === 'main.parkNotStarted' && reason === notParked,
    );
    expect(found).toEqual([
      { count: 1, reason: notParked, site: 'main.parkNotStarted', frames: ['main.parkNotStarted'] },
    ]);
  });
});

test.each(byFramesOnly)('not live, by its frames only: %s (%s)', (_, __, reason, frames) => {
  expect(waitOf(frames)?.reason).toBe(reason);
});

test('the Go on this machine has no reason that is missing here', async () => {
  const { stdout } = await promisify(execFile)('go', ['env', 'GOROOT']);
  const source = await readFile(join(stdout.trim(), 'src/runtime/runtime2.go'), 'utf8');
  const table = /waitReasonStrings = \[\.\.\.\]string\{(.*?)\n\}/s.exec(source)?.[1] ?? '';
  const reasons = [...table.matchAll(/"(.+)"/g)].map((match) => match[1] ?? '');
  expect(reasons.length).toBeGreaterThan(40);
  const live = [...steady, ...passing, ...quiet].map(([, , reason]) => reason);
  const known = new Set([...live, ...byFramesOnly.map(([, , reason]) => reason), ...neverInProfiles]);
  expect(reasons.filter((reason) => !known.has(reason.replace(' (nil chan)', '')))).toEqual([]);
});
