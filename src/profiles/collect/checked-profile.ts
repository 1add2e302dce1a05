/** Whether what a target sent is a profile of the type that was asked for, and one to keep. */
import { inflateProfile } from '../../goruntime/profile/inflate.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import type { CollectOutcome } from '../../model/collect-status.ts';
import type { CollectedType } from '../discovery/type-wishes.ts';

/** What a body is: a profile with its own times (0 where it does not say), or why it is not kept. */
export type Checked =
  | { readonly outcome: 'ok'; readonly timeNs: bigint; readonly durationNs: bigint }
  | { readonly outcome: Exclude<CollectOutcome, 'ok'>; readonly message: string };

/** As runtime/pprof and fgprof write it; `allocs` is a heap profile with another default. */
const periods: Readonly<Partial<Record<CollectedType, string>>> = {
  cpu: 'cpu/nanoseconds',
  fgprof: 'wallclock/nanoseconds',
  heap: 'space/bytes',
  allocs: 'space/bytes',
  block: 'contentions/count',
  mutex: 'contentions/count',
  goroutine: 'goroutine/count',
  threadcreate: 'threadcreate/count',
};

const inflatedTimes = 8;

/** Checks a body of at most so many bytes; never rejects. */
export async function checkProfile(type: CollectedType, body: Uint8Array, maxBytes: number): Promise<Checked> {
  if (type === 'trace') return checkTrace(body);
  try {
    // What came from the network is in memory of its own.
    const inflated = await inflateProfile(body as Uint8Array<ArrayBuffer>, inflatedTimes * maxBytes);
    return judge(type, decodeProfile(inflated));
  } catch (error) {
    if (error instanceof ProfileError) return { outcome: 'failed', message: `answered ${error.message}` };
    throw error;
  }
}

function judge(type: CollectedType, profile: PprofProfile): Checked {
  const period = `${profile.periodType.type}/${profile.periodType.unit}`;
  const wanted = periods[type];
  if (wanted !== undefined && period !== wanted && period !== '/')
    return { outcome: 'failed', message: `answered a profile of ${period}, and not of ${wanted}, as ${type} has` };
  if (profile.samples.length === 0) return { outcome: 'empty', message: emptyWords(type) };
  return { outcome: 'ok', timeNs: profile.timeNanos, durationNs: profile.durationNanos };
}

/** Rates that a program must set before there is anything in such a profile. */
const rates: Readonly<Partial<Record<CollectedType, string>>> = {
  mutex: 'runtime.SetMutexProfileFraction',
  block: 'runtime.SetBlockProfileRate',
};

function emptyWords(type: CollectedType): string {
  const rate = rates[type];
  if (rate !== undefined) return `no samples: its rate is probably not enabled (${rate})`;
  return type === 'cpu' ? 'no samples: it used no CPU while it was profiled' : 'no samples';
}

/** The header of an execution trace: `go 1.26 trace` and zeros (src/internal/trace). */
function checkTrace(body: Uint8Array): Checked {
  if (/^go 1\.\d+ trace\0/.test(Buffer.from(body.subarray(0, 16)).toString('latin1')))
    return { outcome: 'ok', timeNs: 0n, durationNs: 0n };
  return { outcome: 'failed', message: 'answered something that is no execution trace' };
}
