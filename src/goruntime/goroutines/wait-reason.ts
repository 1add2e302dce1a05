/**
 * The stack of a goroutine to what it waits for, in the runtime's own words (runtime/runtime2.go, waitReasonStrings), and where. Where
 * older versions of Go say semacquire, it is what newer ones say of the same wait.
 */
import { packageOf } from '../package-names.ts';

/** What a goroutine waits for, and the function that made it wait. */
export interface Wait {
  /** `running or runnable` and `syscall` when it is not parked; `other: <function>` when no rule knows its frames. */
  readonly reason: string;
  readonly site: string;
}

/** The reason of every goroutine that is not parked: a profile cannot tell the one from the other. */
export const notParked = 'running or runnable';

/** The reason of a goroutine of which only a text is known that leaves out the frames which would tell. */
export const hiddenReason = 'not told by the text';

/** Frames from `runtime.gopark` outwards, and the reason they mean; the longest match counts. */
const parked: readonly (readonly [reason: string, ...frames: string[]])[] = [
  ['IO wait', 'runtime.netpollblock'],
  ['chan receive', 'runtime.chanrecv'],
  ['chan send', 'runtime.chansend'],
  ['select', 'runtime.selectgo'],
  ['select (no cases)', 'runtime.block'],
  ['sleep', 'time.Sleep'],
  ['sync.Cond.Wait', 'sync.runtime_notifyListWait'],
  ['semacquire', 'runtime.semacquire1'],
  ['sync.Mutex.Lock', 'runtime.semacquire1', 'sync.runtime_SemacquireMutex'],
  ['sync.Mutex.Lock', 'runtime.semacquire1', 'internal/sync.runtime_SemacquireMutex'],
  ['sync.RWMutex.RLock', 'runtime.semacquire1', 'sync.runtime_SemacquireRWMutexR'],
  ['sync.RWMutex.Lock', 'runtime.semacquire1', 'sync.runtime_SemacquireRWMutex'],
  ['sync.WaitGroup.Wait', 'runtime.semacquire1', 'sync.runtime_SemacquireWaitGroup'],
  // Before Go 1.20 locks, before 1.25 groups.
  ['sync.RWMutex.RLock', 'runtime.semacquire1', 'sync.runtime_SemacquireMutex', 'sync.(*RWMutex).RLock'],
  ['sync.RWMutex.Lock', 'runtime.semacquire1', 'sync.runtime_SemacquireMutex', 'sync.(*RWMutex).Lock'],
  ['sync.WaitGroup.Wait', 'runtime.semacquire1', 'sync.runtime_Semacquire', 'sync.(*WaitGroup).Wait'],
  ['GC assist wait', 'runtime.gcParkAssist'],
  ['wait for GC cycle', 'runtime.gcWaitOnMark'],
  ['GC weak to strong wait', 'runtime.gcParkStrongFromWeak'],
  ['trace reader (blocked)', 'runtime.ReadTrace'],
  ['trace reader (blocked)', 'runtime.readTrace0'],
  ['panicwait', 'runtime.main'],
];

/** What calls into the runtime, where a text does not show what of the runtime it called. */
const shownFirst: typeof parked = [
  ['IO wait', 'internal/poll.runtime_pollWait'],
  ['semacquire', 'sync.runtime_Semacquire'],
  ['semacquire', 'internal/poll.runtime_Semacquire'],
  ['chan receive', 'reflect.chanrecv'],
  ['chan send', 'reflect.chansend0'],
  ['select', 'reflect.rselect'],
];

const inSyscall = /^(syscall\.|internal\/runtime\/syscall\.|runtime\.(cgocall|notetsleepg|sigNoteSleep)$)/;
const takingProfile = /^runtime\/pprof\.writeRuntimeProfile$/;
const profiling = /\.(runtime|pprof)_goroutineProfileWithLabels$/;
const plumbing = /^(runtime|sync|internal|time|reflect|syscall|net|net\/http\/internal|bufio|io|os|iter|crypto\/tls)$/;
/** Functions of net/http that only pass bytes on, while their callers know what the bytes are. */
const passOn = /^net\/http\.\(\*((connReader|persistConn)\)\.Read$|(body|bodyEOFSignal)\))/;
const dialling = /^net\.(\(\*Dialer\)\.)?Dial/;

/** What this goroutine waits for; undefined for the one that is taking the profile. Frames are innermost first. */
export function waitOf(frames: readonly string[]): Wait | undefined {
  const leaf = frames[0] ?? '';
  if (leaf === 'runtime.gopark') return parkedWait(frames);
  if (isHidden(leaf)) return hiddenWait(frames);
  if (frames.slice(0, 3).some((frame) => profiling.test(frame))) return undefined;
  const site = siteOf(frames);
  if (leaf.startsWith('runtime.coroswitch')) return { reason: 'coroutine', site };
  return { reason: inSyscall.test(leaf) ? 'syscall' : notParked, site };
}

/** An address in place of a name. */
function isHidden(frame: string): boolean {
  return frame.startsWith('0x');
}

/** A text with `debug=1` leaves out the runtime's own functions at the top of a stack; what called them may do. */
function hiddenWait(frames: readonly string[]): Wait | undefined {
  const shown = frames.slice(frames.findIndex((frame) => !isHidden(frame)));
  const first = shown[0] ?? '';
  if (profiling.test(first) || takingProfile.test(first)) return undefined;
  const site = siteOf(shown);
  if (inSyscall.test(first) || first === 'os/signal.signal_recv') return { reason: 'syscall', site };
  const tails = [...parked, ...shownFirst].flatMap(([reason, ...pattern]): (typeof parked)[number][] => {
    const at = pattern.indexOf(first);
    return at < 0 ? [] : [[reason, ...pattern.slice(at)]];
  });
  return { reason: longestMatch(tails, shown) ?? hiddenReason, site };
}

function parkedWait(frames: readonly string[]): Wait {
  const first = frames[1] === 'runtime.goparkunlock' ? 2 : 1;
  const reason = longestMatch(parked, frames.slice(first)) ?? `other: ${frames[first] ?? 'runtime.gopark'}`;
  return { reason, site: siteOf(frames) };
}

function longestMatch(rules: typeof parked, frames: readonly string[]): string | undefined {
  let reason: string | undefined;
  let longest = 0;
  for (const [name, ...pattern] of rules) {
    if (pattern.length > longest && pattern.every((frame, index) => frames[index] === frame)) {
      reason = name;
      longest = pattern.length;
    }
  }
  return reason;
}

/** The innermost function outside the plumbing; for a connection that is being made, the `Dial` that makes it. */
export function siteOf(frames: readonly string[]): string {
  if (frames.includes('net.(*netFD).connect')) {
    const dial = frames.findLast((frame) => dialling.test(frame));
    if (dial !== undefined) return dial;
  }
  const site = frames.find((frame) => !plumbing.test(partOf(frame)) && !passOn.test(frame));
  return site ?? frames.findLast((frame) => partOf(frame) !== 'runtime') ?? frames.at(-1) ?? 'not started yet';
}

/** A function's package; all of `internal/…` and `runtime/…` counts as its first part. */
function partOf(frame: string): string {
  const path = packageOf(frame);
  return /^(internal|runtime)\//.test(path) ? path.slice(0, path.indexOf('/')) : path;
}
