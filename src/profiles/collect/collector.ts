/** Takes profiles of all targets when they are due: one at a time of each process, so many at once, until it is stopped. */
import { shownUrl } from '../../host/page-url.ts';
import type { CollectOutcome } from '../../model/collect-status.ts';
import { type Collected, dueMsOf, dueSlot, type FirstDue, type Slot, startCollecting, takeUp } from './collected.ts';
import type { Rhythm } from './schedule.ts';
import type { Taken } from './take.ts';
import type { PlannedTarget, PlannedType } from './target-plan.ts';

/** What a collector uses of the world. */
export interface CollectorMeans {
  nowMs(): number;
  /** Calls once after so long, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
  /** Takes one profile; resolves to undefined when the signal ended it, and never rejects. */
  take(target: PlannedTarget, type: PlannedType, seconds: number, signal: AbortSignal): Promise<Taken | undefined>;
  /** More of what tells that targets are one process, by their URL, such as who listens there. */
  processesBehind(urls: readonly string[]): ReadonlyMap<string, string>;
  /** Hears what people should know, one line each. */
  tell(line: string): void;
}

/** How it collects. */
export interface CollectorOptions {
  readonly rhythm: Rhythm;
  readonly atOnce: number;
  /** Tries everything once, and is done. */
  readonly once: boolean;
  /** Nothing is begun that would not end by then. */
  readonly untilMs?: number | undefined;
}

/** What has been done so far. */
export interface CollectorCounts {
  readonly tries: Readonly<Partial<Record<CollectOutcome, number>>>;
  readonly kept: number;
  readonly bytes: number;
  readonly underWay: number;
  readonly late: number;
  readonly gone: number;
}

/** Timers of Node hold no longer time. */
const longestTimerMs = 2 ** 31 - 1;

/** A collector at work; it must be stopped. */
export class Collector {
  private readonly options: CollectorOptions;
  private readonly means: CollectorMeans;
  private targets: Collected[] = [];
  private readonly busy = new Set<string>();
  private processes: ReadonlyMap<string, string> = new Map();
  private readonly tries = new Map<CollectOutcome, number>();
  private readonly work = new Set<Promise<void>>();
  private totals = { kept: 0, bytes: 0, gone: 0 };
  private cancelTimer: () => void = () => undefined;
  private idle: (() => void) | undefined;
  private readonly toldSame = new Set<string>();
  private isStopped = false;

  /** Has no targets yet. */
  constructor(options: CollectorOptions, means: CollectorMeans) {
    this.options = options;
    this.means = means;
  }

  /** All targets there are now; what is the same stays as it is, what is gone is let go. */
  setTargets(planned: readonly PlannedTarget[]): void {
    const nowMs = this.means.nowMs();
    const old = new Map(this.targets.map((target) => [target.planned.id, target]));
    const firstDue: FirstDue = this.options.once ? 'at once' : 'in rhythm';
    this.targets = planned.map((each) => {
      const before = old.get(each.id);
      if (before && isSame(before.planned, each)) return Object.assign(before, { planned: each });
      if (before) letGo(before);
      this.means.tell(`${each.id} ${before ? 'has moved' : 'is collected'}: ${shownUrl(each.url)} (${each.how})`);
      return startCollecting(each, before, firstDue, this.options.rhythm, nowMs);
    });
    const ids = new Set(planned.map(({ id }) => id));
    for (const [id, target] of old) if (!ids.has(id)) this.forget(target);
    this.findProcesses();
    this.pump();
  }

  /** Every target as it is now. */
  get collected(): readonly Collected[] {
    return this.targets;
  }

  /** What has been done so far. */
  get counts(): CollectorCounts {
    const nowMs = this.means.nowMs();
    const isFull = this.work.size >= this.options.atOnce;
    const waiting = isFull ? this.ready(nowMs).length : 0;
    return { ...this.totals, tries: Object.fromEntries(this.tries), underWay: this.work.size, late: waiting };
  }

  /** Resolves when there is nothing more to try, which is only of one that tries once. */
  async finished(): Promise<void> {
    if (this.work.size === 0 && this.nextDueMs() === undefined) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
    });
  }

  /** Ends what is under way, which also ends a CPU profile at its target. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancelTimer();
    for (const target of this.targets) letGo(target);
    await Promise.all(this.work);
  }

  private forget(target: Collected): void {
    letGo(target);
    this.totals.gone += 1;
    this.means.tell(`${target.planned.id} is gone`);
  }

  private findProcesses(): void {
    const own = this.targets.filter(({ planned }) => !planned.isForwarded);
    this.processes = this.means.processesBehind(own.map(({ planned }) => planned.url));
    const named = new Map<string, string[]>();
    for (const { planned } of this.targets) {
      const process = this.processes.get(planned.url);
      if (process !== undefined) named.set(process, [...(named.get(process) ?? []), planned.id]);
    }
    for (const [process, ids] of named) if (ids.length > 1) this.tellSame(`${ids.join(' and ')} are one, ${process}`);
  }

  private tellSame(same: string): void {
    if (this.toldSame.has(same)) return;
    this.toldSame.add(same);
    this.means.tell(
      `${same}: its profiles are taken one after the other, and what is added up over targets counts it twice`,
    );
  }

  private keysOf({ planned: { processKeys, url } }: Collected): readonly string[] {
    const process = this.processes.get(url);
    return process === undefined ? processKeys : [...processKeys, process];
  }

  private isBusy(target: Collected): boolean {
    return this.keysOf(target).some((key) => this.busy.has(key));
  }

  /** Targets of which something is due and nothing is under way, those that wait longest first. */
  private ready(nowMs: number): Collected[] {
    return this.targets
      .flatMap((target) => {
        const dueMs = dueMsOf(target);
        return dueMs === undefined || dueMs > nowMs || this.isBusy(target) ? [] : [{ target, dueMs }];
      })
      .sort((a, b) => a.dueMs - b.dueMs)
      .map(({ target }) => target);
  }

  private nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const target of this.targets) {
      const dueMs = this.isBusy(target) ? undefined : dueMsOf(target);
      if (dueMs !== undefined && (next === undefined || dueMs < next)) next = dueMs;
    }
    return next;
  }

  private pump(): void {
    if (this.isStopped) return;
    this.cancelTimer();
    const nowMs = this.means.nowMs();
    for (const target of this.ready(nowMs)) {
      if (this.work.size >= this.options.atOnce) return;
      // Another one of the same process may have begun just now.
      if (!this.isBusy(target)) this.begin(target, nowMs);
    }
    const next = this.nextDueMs();
    if (next !== undefined) {
      const waitMs = Math.min(Math.max(next - nowMs, 0), longestTimerMs);
      this.cancelTimer = this.means.after(waitMs, () => this.pump());
    } else if (this.work.size === 0) this.idle?.();
  }

  private begin(target: Collected, nowMs: number): void {
    const slot = dueSlot(target, nowMs);
    if (!slot) return;
    const { untilMs = Number.POSITIVE_INFINITY } = this.options;
    if (nowMs + slot.seconds * 1000 > untilMs) {
      slot.dueMs = undefined;
      this.begin(target, nowMs);
      return;
    }
    const keys = this.keysOf(target);
    for (const key of keys) this.busy.add(key);
    const work = this.tryOne(target, slot).finally(() => {
      for (const key of keys) this.busy.delete(key);
      this.work.delete(work);
      this.pump();
    });
    this.work.add(work);
  }

  private async tryOne(target: Collected, slot: Slot): Promise<void> {
    const ending = new AbortController();
    slot.underWay = ending;
    const taken = await this.means.take(target.planned, slot.planned, slot.seconds, ending.signal);
    slot.underWay = undefined;
    if (!taken) return;
    const before = slot.tried?.outcome;
    const answered = target.answers;
    const { rhythm, once } = this.options;
    takeUp(target, slot, taken, { rhythm, endMs: this.means.nowMs(), repeats: !once });
    this.tries.set(taken.outcome, (this.tries.get(taken.outcome) ?? 0) + 1);
    if (taken.outcome === 'ok') {
      this.totals.kept += 1;
      this.totals.bytes += taken.bytes;
    }
    if (taken.outcome === 'busy') this.findProcesses();
    const news = newsOf(target, slot, taken, { before, answered });
    if (news !== undefined) this.means.tell(news);
  }
}

function isSame(one: PlannedTarget, other: PlannedTarget): boolean {
  return (
    one.url === other.url &&
    one.processKeys.join('\0') === other.processKeys.join('\0') &&
    JSON.stringify(one.types) === JSON.stringify(other.types)
  );
}

function letGo({ slots }: Collected): void {
  for (const { underWay } of slots) underWay?.abort();
}

/** What is new in an outcome; undefined when it is as it was. */
function newsOf(
  { planned: { id }, answers }: Collected,
  { planned: { type } }: Slot,
  { outcome, message }: Taken,
  { before, answered }: { readonly before: CollectOutcome | undefined; readonly answered: boolean | undefined },
): string | undefined {
  if (answers === false) return answered === false ? undefined : `${id} does not answer: ${message ?? outcome}`;
  if (answered === false && (outcome === 'ok' || outcome === 'empty')) return `${id} answers again`;
  if (outcome === before) return undefined;
  if (outcome === 'ok') return before === undefined ? undefined : `${id} ${type}: ok again`;
  return `${id} ${type}: ${message === undefined || message.startsWith(outcome) ? '' : `${outcome}: `}${message ?? outcome}`;
}
