/** Polls one page of each target over HTTP. */
import type { OpenSampler, SamplerContext } from '../model/contracts.ts';
import { messageOf } from '../model/errors.ts';
import type { Target } from '../model/topology.ts';
import { startPolling } from './poll.ts';
import { createTimedPages, type Page } from './timed-pages.ts';

/** Which page to ask each target for; `read` may throw, which becomes a gap. */
export interface PagePlan {
  readonly source: string;
  readonly everyMs: number;
  /** How long after the start the first look is, and up to how much later than at fixed times the others are. */
  readonly afterMs: number;
  readonly spreadMs: number;
  readonly maxBytes: number;
  urlOf(target: Target): string | undefined;
  /** What to say of a target that has no such page. */
  readonly noUrlMessage: string;
  read(page: Page): void;
}

/** Starts after `afterMs`; a target without the page is one gap and is not asked. */
export function startPages(plan: PagePlan, context: SamplerContext): OpenSampler {
  const pages = createTimedPages(plan.source, plan.maxBytes, context);
  const readPage = (page: Page) => {
    try {
      plan.read(page);
    } catch (error) {
      throw new Error(`${page.url} answered what cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
  const targets = context.targets.flatMap((target) => {
    const url = plan.urlOf(target);
    if (url !== undefined) {
      const look = async (signal: AbortSignal) =>
        readPage(await pages.get(target.id, plan.urlOf(target) ?? url, signal));
      return [{ id: target.id, isAway: () => target.isAway === true, look }];
    }
    const { source, noUrlMessage: message } = plan;
    context.emit({ kind: 'gap', atUs: context.clock.nowUs(), target: target.id, source, message });
    return [];
  });
  const { source, everyMs, afterMs, spreadMs } = plan;
  const polling = startPolling({ source, everyMs, afterMs, spreadMs, targets }, context);
  return {
    async close() {
      await polling.close();
      pages.close();
    },
  };
}
