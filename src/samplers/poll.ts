/** Looks at every target again and again at times that are known before, one look at a time for each; what fails becomes a gap. */
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { formatDurationMs } from '../model/units.ts';

/** One target, and how to look at it once; the signal ends a look that took too long or that nobody waits for. */
export interface PolledTarget {
  readonly id: string;
  /** Whether it is known not to be there: it is not looked at then, which is no gap. */
  isAway?(): boolean;
  look(signal: AbortSignal): Promise<void>;
}

/** What to look at and how often; `source` names the sampler in its gaps. */
export interface PollPlan {
  readonly source: string;
  readonly everyMs: number;
  /** How long after the start the first look is; 0 if not given. */
  readonly afterMs?: number;
  /**
   * Up to how much later than at fixed times looks are, each by another part of it; 0 if not given. Requests that arrive evenly would else
   * be met at the same moment of each: 50 a second that take 5 ms by every look of one a second, or by none.
   */
  readonly spreadMs?: number;
  readonly targets: readonly PolledTarget[];
}

type PollContext = Pick<SamplerContext, 'clock' | 'signal' | 'log' | 'emit'>;

/** Multiples of it fall evenly between whole numbers, and repeat with no period (the golden ratio). */
const goldenPart = (Math.sqrt(5) - 1) / 2;
/** How long `close` waits for looks in flight before it ends them. */
const closeGraceMs = 2000;
/** How long a look may take. */
const timeoutMs = 10_000;
/** How soon a look ends at a target that goes away meanwhile: one that stands still answers when it goes on, and then of another moment. */
const awayMs = 50;

/**
 * Starts at once or after `afterMs`; `close` lets looks in flight finish for two seconds and then ends them without a gap; a target that
 * answered no look at all is a doubt.
 */
export function startPolling(plan: PollPlan, context: PollContext): OpenSampler {
  const stopping = new AbortController();
  const abandoning = new AbortController();
  const stop = AbortSignal.any([context.signal, stopping.signal]);
  const loops = plan.targets.map((target) => pollTarget(target, plan, context, stop, abandoning.signal));
  return {
    async close() {
      stopping.abort();
      const grace = setTimeout(() => abandoning.abort(), closeGraceMs);
      await Promise.all(loops);
      clearTimeout(grace);
    },
  };
}

async function pollTarget(
  target: PolledTarget,
  plan: PollPlan,
  context: PollContext,
  stop: AbortSignal,
  abandon: AbortSignal,
): Promise<void> {
  const { clock } = context;
  const { everyMs, afterMs = 0, spreadMs = 0 } = plan;
  const startUs = clock.nowUs() + afterMs * 1000;
  const dueUs = (index: number) => startUs + (index * everyMs + spreadMs * ((index * goldenPart) % 1)) * 1000;
  const gap = (atUs: number, message: string) =>
    context.emit({ kind: 'gap', atUs, target: target.id, source: plan.source, message });
  let failure: string | undefined;
  let hasSeen = false;
  if (afterMs > 0) await clock.sleep(afterMs, stop).catch(() => undefined);

  for (let index = 0; !stop.aborted; ) {
    const atUs = clock.nowUs();
    const came = await lookOnce(target, abandon);
    if (came === 'abandoned') break;
    hasSeen = came === 'seen' || hasSeen;
    if (typeof came === 'object') {
      gap(atUs, came.message);
      if (failure === undefined) context.log.warn(`${plan.source} cannot look at ${target.id}: ${came.message}`);
      failure = came.message;
    }
    index += 1;
    for (; !stop.aborted && dueUs(index) < clock.nowUs(); index += 1) {
      gap(dueUs(index), `left out: the look before took longer than ${formatDurationMs(plan.everyMs)}`);
    }
    await clock.sleep((dueUs(index) - clock.nowUs()) / 1000, stop).catch(() => undefined);
  }
  if (failure !== undefined && !hasSeen) {
    const message = `${plan.source} could never be seen: ${failure}`;
    context.emit({ kind: 'doubt', atUs: clock.nowUs(), target: target.id, source: plan.source, message });
  }
}

/** What came of one look; what a fault has taken away is not missed, also not by the look that was under way. */
async function lookOnce(
  target: PolledTarget,
  abandon: AbortSignal,
): Promise<'seen' | 'away' | 'abandoned' | { readonly message: string }> {
  if (target.isAway?.()) return 'away';
  const timeout = AbortSignal.timeout(timeoutMs);
  const away = new AbortController();
  const timer = setInterval(() => {
    if (target.isAway?.()) away.abort();
  }, awayMs);
  try {
    const signal = AbortSignal.any([abandon, timeout, away.signal]);
    await unlessAborted(target.look(signal), signal);
    return 'seen';
  } catch (error) {
    if (abandon.aborted) return 'abandoned';
    if (away.signal.aborted || target.isAway?.()) return 'away';
    return { message: timeout.aborted ? `no answer within ${formatDurationMs(timeoutMs)}` : messageOf(error) };
  } finally {
    clearInterval(timer);
  }
}

/** A look may not heed its signal: then it is over all the same, and what comes of it later is nobody's any more. */
function unlessAborted(look: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    look.then(resolve, reject);
  });
}
