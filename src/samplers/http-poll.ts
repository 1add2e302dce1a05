/** Polls one page of each target over HTTP, and stamps each answer with the middle of the time it took. */
import { createHttpGetter } from '../host/http.ts';
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import type { Target } from '../model/topology.ts';
import { startPolling } from './poll.ts';

/** One answer; `atUs` is the middle between question and last byte, as near as can be said to when it was true. */
interface Page {
  readonly target: string;
  readonly atUs: number;
  readonly body: Buffer;
}

/** Which page to ask each target for; `read` may throw, which becomes a gap. */
export interface PagePlan {
  readonly source: string;
  readonly everyMs: number;
  readonly maxBytes: number;
  urlOf(target: Target): string | undefined;
  /** What to say of a target that has no such page. */
  readonly noUrlMessage: string;
  read(page: Page): void;
}

/** Starts at once; a target without the page is one gap and is not asked. */
export function startPages(plan: PagePlan, context: SamplerContext): OpenSampler {
  const getter = createHttpGetter();
  const targets = context.targets.flatMap((target) => {
    const url = plan.urlOf(target);
    if (url !== undefined)
      return [{ id: target.id, look: (signal: AbortSignal) => look(target.id, plan.urlOf(target) ?? url, signal) }];
    const { source, noUrlMessage: message } = plan;
    context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: target.id, source, message });
    return [];
  });

  async function look(target: string, url: string, signal: AbortSignal): Promise<void> {
    const askedUs = context.clock.nowUs();
    const body = await getter.get(url, { maxBytes: plan.maxBytes, signal });
    plan.read({ target, atUs: (askedUs + context.clock.nowUs()) / 2, body });
  }

  const polling = startPolling({ source: plan.source, everyMs: plan.everyMs, targets }, context);
  return {
    async close() {
      await polling.close();
      getter.close();
    },
  };
}
