/** One try to take one profile: asked for, checked, kept; or why not. */
import type { HttpGetter } from '../../host/http.ts';
import type { CollectOutcome, PruneStatus } from '../../model/collect-status.ts';
import { messageOf } from '../../model/errors.ts';
import type { NewProfile } from '../../model/profile-store.ts';
import { type Took, takePage } from '../../samplers/profile-look.ts';
import { checkProfile } from './checked-profile.ts';
import type { PlannedTarget, PlannedType } from './target-plan.ts';

/** Where profiles go. */
export interface CollectSink {
  /** For people: a folder or an address. */
  readonly name: string;
  /** Resolves when it is kept; rejects with an Error fit to be shown. */
  keep(profile: NewProfile, signal: AbortSignal): Promise<void>;
  /** What is removed where it keeps them; undefined where nothing is. */
  pruned?(): PruneStatus | undefined;
  close(): Promise<void>;
}

/** What came of it. */
export interface Taken {
  readonly outcome: CollectOutcome;
  readonly message?: string | undefined;
  readonly bytes: number;
}

/** What a try uses. */
export interface TakeMeans {
  readonly getter: HttpGetter;
  readonly sink: CollectSink;
  readonly maxBytes: number;
  /** What a target may take beyond the time it collects. */
  readonly graceMs: number;
  nowMs(): number;
}

/** Takes it for so many seconds; undefined when the signal ended it. */
export async function takeOne(
  target: PlannedTarget,
  { type, url, seconds: wanted }: PlannedType,
  seconds: number,
  means: TakeMeans,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  const { getter, maxBytes, graceMs } = means;
  const startMs = means.nowMs();
  const times = { forMs: seconds * 1000, graceMs };
  const took = await takePage(url, times, { getter, maxBytes, signal, followsRedirects: false });
  if (!took) return undefined;
  const content = took.content;
  if (took.outcome !== 'ok' || content === undefined) return { ...refused(took), bytes: 0 };
  const checked = await checkProfile(type, content, maxBytes);
  if (checked.outcome !== 'ok') return { ...checked, bytes: content.length };
  const ownNs = checked.timeNs > 0n ? checked.timeNs : BigInt(Math.round(startMs)) * 1_000_000n;
  const isDelta = wanted > 0 && !windowed.has(type);
  const profile = {
    service: target.service,
    type,
    labels: labelsOf(isDelta ? { ...target.labels, delta: `${seconds}s` } : target.labels),
    createdNs: ownNs,
    durationNs: checked.durationNs > 0n ? checked.durationNs : BigInt(seconds) * 1_000_000_000n,
    content,
  };
  try {
    await means.sink.keep(profile, signal);
    return { outcome: 'ok', bytes: content.length };
  } catch (error) {
    if (signal.aborted) return undefined;
    return { outcome: 'not kept', message: messageOf(error), bytes: content.length };
  }
}

/** Types that are of a window in any case; of the others a window is the difference of two moments, which its label says. */
const windowed: ReadonlySet<string> = new Set(['cpu', 'fgprof', 'trace']);

function labelsOf(labels: Readonly<Record<string, string>>): NewProfile['labels'] {
  return Object.entries(labels)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function refused({ outcome, message = '' }: Took): Pick<Taken, 'outcome' | 'message'> {
  if (outcome === 'failed') return { outcome: / answered /.test(message) ? 'failed' : 'unreachable', message };
  return { outcome: outcome === 'ok' || outcome === 'left out' ? 'failed' : outcome, message };
}

/** How long an old Go may collect that refused a longer time: its server would stop writing before the end (net/http/pprof until Go 1.23). */
export function shorterSeconds({ outcome, message = '' }: Taken, seconds: number): number {
  const isTooLong = outcome === 'failed' && message.includes("exceeds server's WriteTimeout");
  return isTooLong ? Math.max(1, Math.floor(seconds / 2)) : seconds;
}
