/** One look at the pprof endpoint of a target: a profile, or why there is none. */
import type { HttpGetter } from '../host/http.ts';
import { pageUnder } from '../host/page-url.ts';
import { messageOf } from '../model/errors.ts';
import type { ProfileSample, ProfileType } from '../model/sample.ts';
import type { Target } from '../model/topology.ts';
import { formatDurationMs } from '../model/units.ts';

/** What came of a look. */
export type Took = Pick<ProfileSample, 'outcome' | 'message' | 'content'>;

/** How long the target is to collect, what it may take beyond that to answer, and what it is to do before. */
export interface LookTimes {
  readonly forMs: number;
  readonly graceMs: number;
  /** Before a heap profile. */
  readonly collectsGarbage?: boolean | undefined;
}

/** Why a target that has no such endpoint has no profile. */
export const noAddress = 'no address of its pprof endpoint is known';

const maxBytes = 256 * 1024 * 1024;
/** The page of each below `/debug/pprof`, and its parameters. */
const pages: Readonly<Record<ProfileType, readonly [string, Readonly<Record<string, string>>]>> = {
  cpu: ['profile', {}],
  heap: ['heap', {}],
  mutex: ['mutex', {}],
  block: ['block', {}],
  trace: ['trace', {}],
  goroutineleak: ['goroutineleak', {}],
  dump: ['goroutine', { debug: '2' }],
};
const noLeakProfile =
  'its Go has no such profile: 1.27 and later have it, 1.26 where it was built with GOEXPERIMENT=goroutineleakprofile';

/** What came of one look; undefined when the run was ended over it. */
export async function takeProfile(
  { pprofUrl }: Target,
  type: ProfileType,
  { collectsGarbage, ...times }: LookTimes,
  getter: HttpGetter,
  signal: AbortSignal,
): Promise<Took | undefined> {
  if (pprofUrl === undefined) return { outcome: 'absent', message: noAddress };
  const [page, parameters] = pages[type];
  const gc = type === 'heap' && collectsGarbage === true ? { gc: '1' } : {};
  const took = await takePage(pageUnder(pprofUrl, page, { ...parameters, ...gc }), times, { getter, maxBytes, signal });
  return type === 'goroutineleak' && took?.outcome === 'absent' ? { ...took, message: noLeakProfile } : took;
}

/** How a page is asked for. */
interface PageAsking {
  readonly getter: HttpGetter;
  /** Of the body, as sent and as inflated. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly followsRedirects?: boolean;
}

/** What came of asking for one page of pprof, for so many seconds where it collects; undefined when the signal aborted. */
export async function takePage(
  page: string,
  { forMs, graceMs }: LookTimes,
  { getter, signal, ...limits }: PageAsking,
): Promise<Took | undefined> {
  const limitMs = forMs + graceMs;
  const timeout = AbortSignal.timeout(limitMs);
  const url = new URL(page);
  if (forMs > 0) url.searchParams.set('seconds', String(forMs / 1000));
  try {
    const asked = { ...limits, signal: AbortSignal.any([signal, timeout]), asSent: true };
    const { contentType, body, url: from } = await getter.get(url.href, asked);
    // A profile is never HTML; a page to log in is.
    if (/^text\/html\b/i.test(contentType)) throw new Error(`${from} answered a page of HTML and no profile`);
    return { outcome: 'ok', content: body };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (timeout.aborted) return { outcome: 'timed out', message: `no answer within ${formatDurationMs(limitMs)}` };
    return { outcome: outcomeOf(messageOf(error)), message: messageOf(error) };
  }
}

/** From the words of net/http/pprof (`profile` and `trace` in src/net/http/pprof/pprof.go) and the status. */
function outcomeOf(message: string): ProfileSample['outcome'] {
  if (/Could not enable (CPU profiling|tracing)/.test(message)) return 'busy';
  return / answered 404\b/.test(message) ? 'absent' : 'failed';
}
