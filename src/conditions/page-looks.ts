/** Asks replicas for pages, one page of each at a time, and keeps the last answer of each. */
import { createHttpGetter, type HttpGetter } from '../host/http.ts';
import { messageOf } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { Target } from '../model/topology.ts';
import { formatDurationMs } from '../model/units.ts';
import type { PageAnswer } from './answer.ts';
import type { Page } from './pages.ts';

/** An answer, and when it was asked for. */
export interface Looked {
  readonly askedUs: number;
  readonly answer: PageAnswer;
}

/** What is asked of the replicas of a service. */
export interface ServicePage {
  readonly service: string;
  readonly page: Page;
}

/** A replica that takes longer says nothing. */
const answerMs = 1000;
/** Those that answer at once need not wait longer for one that does not. */
const roundMs = 100;

/** The last answers of replicas; close it to let connections go. */
export class PageLooks {
  private readonly getter = createHttpGetter();
  /** For what cannot wait until the one before is answered. */
  private readonly urgent = createHttpGetter();
  private readonly closing = new AbortController();
  private readonly busy = new Map<Target, Promise<void>>();
  private readonly looked = new Map<Target, Map<string, Looked>>();
  private readonly pages: readonly ServicePage[];
  private readonly clock: Clock;

  constructor(pages: readonly ServicePage[], clock: Clock) {
    this.pages = uniquePages(pages);
    this.clock = clock;
  }

  /** Asks all that are there, but for those that have not answered yet; resolves when these have, or soon. */
  async round(targets: readonly Target[], isThere: (target: Target) => boolean): Promise<void> {
    const asked = targets.flatMap((target) => {
      if (!isThere(target)) this.looked.delete(target);
      const pages = this.pages.filter(({ service }) => service === target.service);
      return !isThere(target) || this.busy.has(target) || pages.length === 0
        ? []
        : [this.askInTurn(target, pages, isThere)];
    });
    const enough = new AbortController();
    const signal = AbortSignal.any([enough.signal, this.closing.signal]);
    const late = this.clock.sleep(roundMs, signal).catch(() => undefined);
    await Promise.race([Promise.all(asked), late]);
    enough.abort();
  }

  /** Undefined where it was not asked yet since it came. */
  of(target: Target, page: Page): Looked | undefined {
    return this.looked.get(target)?.get(page.key);
  }

  /** Asks this one now, whatever else goes on; never rejects. */
  async ask(target: Target, page: Page, signal: AbortSignal): Promise<PageAnswer> {
    return await this.get(this.urgent, target, page, signal);
  }

  /** Ends what is being asked. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.busy.values());
    this.getter.close();
    this.urgent.close();
  }

  private async get(getter: HttpGetter, target: Target, page: Page, signal: AbortSignal): Promise<PageAnswer> {
    const place = page.urlOf(target);
    if ('why' in place) return place;
    const { maxBytes, accept, followsRedirects } = page;
    const timeout = AbortSignal.timeout(answerMs);
    const limits = { maxBytes, accept, followsRedirects, anyStatus: true };
    try {
      const stop = AbortSignal.any([timeout, signal, this.closing.signal]);
      const { status, body } = await getter.get(place.url, { ...limits, signal: stop });
      return { status, body: body.toString('utf8') };
    } catch (error) {
      return { why: timeout.aborted ? `no answer within ${formatDurationMs(answerMs)}` : messageOf(error) };
    }
  }

  private async askInTurn(
    target: Target,
    pages: readonly ServicePage[],
    isThere: (target: Target) => boolean,
  ): Promise<void> {
    const work = this.keepAnswers(target, pages, isThere);
    this.busy.set(target, work);
    await work;
    this.busy.delete(target);
  }

  private async keepAnswers(
    target: Target,
    pages: readonly ServicePage[],
    isThere: (target: Target) => boolean,
  ): Promise<void> {
    for (const { page } of pages) {
      const askedUs = this.clock.nowUs();
      const answer = await this.get(this.getter, target, page, this.closing.signal);
      // What went while it was asked has not said that it does not hold.
      if (!isThere(target) || this.closing.signal.aborted) return;
      const own = this.looked.get(target) ?? new Map<string, Looked>();
      this.looked.set(target, own.set(page.key, { askedUs, answer }));
    }
  }
}

function uniquePages(pages: readonly ServicePage[]): ServicePage[] {
  return [...new Map(pages.map((each) => [`${each.service}\n${each.page.key}`, each])).values()];
}
