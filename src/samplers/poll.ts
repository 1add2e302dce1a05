/** Looks at every target again and again at fixed times, one look at a time for each; what fails becomes a gap. */
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import { formatDurationMs } from '../model/units.ts';

/** One target, and how to look at it once; the signal ends a look that took too long or that nobody waits for. */
export interface PolledTarget {
  readonly id: string;
  look(signal: AbortSignal): Promise<void>;
}

/** What to look at and how often; `source` names the sampler in its gaps. */
export interface PollPlan {
  readonly source: string;
  readonly everyMs: number;
  /** How long after the start the first look is; 0 if not given. */
  readonly afterMs?: number;
  readonly targets: readonly PolledTarget[];
}

type PollContext = Pick<SamplerContext, 'clock' | 'signal' | 'log' | 'emit'>;

/** How long `close` waits for looks in flight before it ends them. */
const closeGraceMs = 2000;
/** How long a look may take. */
const timeoutMs = 10_000;

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
  const startUs = clock.nowUs() + (plan.afterMs ?? 0) * 1000;
  const dueUs = (index: number) => startUs + index * plan.everyMs * 1000;
  const gap = (atUs: number, message: string) =>
    context.emit({ kind: 'gap', atUs, target: target.id, source: plan.source, message });
  let failure: string | undefined;
  let hasSeen = false;
  if (plan.afterMs) await clock.sleep(plan.afterMs, stop).catch(() => undefined);

  for (let index = 0; !stop.aborted; ) {
    const atUs = clock.nowUs();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      await target.look(AbortSignal.any([abandon, timeout]));
      hasSeen = true;
    } catch (error) {
      if (abandon.aborted) break;
      const message = timeout.aborted ? `no answer within ${formatDurationMs(timeoutMs)}` : messageOf(error);
      gap(atUs, message);
      if (failure === undefined) context.log.warn(`${plan.source} cannot look at ${target.id}: ${message}`);
      failure = message;
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
