/** One collector from its settings to its end: discoveries open, profiles taken and kept, everything let go. */
import { after } from '../../host/clock.ts';
import { createHttpGetter } from '../../host/http.ts';
import type { CollectStatus } from '../../model/collect-status.ts';
import type { Caller } from '../../model/host.ts';
import type { Found, OpenDiscovery } from '../discovery/discovery.ts';
import { Collector } from './collector.ts';
import type { CollectSettings } from './config-schema.ts';
import { discoveryOf } from './discoveries.ts';
import { createNews } from './news.ts';
import { processesBehind } from './processes.ts';
import { type PlannedDiscovery, statusOf } from './status.ts';
import { type CollectSink, takeOne } from './take.ts';
import { type FoundBy, planTargets } from './target-plan.ts';

/** How long, and who hears of it. */
export interface CollectRun {
  readonly settings: CollectSettings;
  readonly sink: CollectSink;
  /** Takes everything once. */
  readonly once: boolean;
  /** Undefined for until the signal aborts. */
  readonly forMs: number | undefined;
  /** Is given a way to ask for the status before anything is taken. */
  onStart(status: () => CollectStatus): void;
}

/** Collects until it is over or the signal aborts; resolves to the last status. */
export async function runCollect(
  { settings, sink, once, forMs, onStart }: CollectRun,
  { env, time, signal, log }: Pick<Caller, 'env' | 'time' | 'signal' | 'log'>,
): Promise<CollectStatus> {
  const [startedMs, originMs] = [time.wallMs(), time.monotonicMs()];
  // A wall clock that is set while it collects moves no time.
  const nowMs = () => startedMs + time.monotonicMs() - originMs;
  const news = createNews((line) => log.info(line), nowMs);
  const getter = createHttpGetter({ keepAlive: false });
  const means = { getter, sink, maxBytes: settings.maxBytes, graceMs: settings.timeoutMs, nowMs };
  const collector = new Collector(
    {
      rhythm: settings.rhythm,
      atOnce: settings.atOnce,
      once,
      untilMs: forMs === undefined ? undefined : startedMs + forMs,
    },
    {
      nowMs,
      after,
      take: (target, type, seconds, ending) => takeOne(target, type, seconds, means, ending),
      processesBehind,
      tell: news.tell,
    },
  );
  const search = createSearch(settings, collector, log);
  const status = () =>
    statusOf({
      ...{ nowMs: nowMs(), startedMs, to: sink.name, prune: sink.pruned?.(), discoveries: search.discoveries() },
      ...{ collected: collector.collected, counts: collector.counts },
    });
  onStart(status);
  const over = untilOver(forMs, signal);
  try {
    await Promise.race([search.open(env, nowMs), over.reached]);
    await Promise.race([once ? collector.finished() : over.reached, over.reached]);
    await Promise.all([collector.stop(), search.close()]);
    return status();
  } finally {
    over.cancel();
    await collector.stop();
    await search.close();
    getter.close();
    news.end();
  }
}

/** Resolves when the time is over or the signal aborts. */
function untilOver(forMs: number | undefined, signal: AbortSignal) {
  let end = () => {};
  const reached = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = forMs === undefined ? undefined : setTimeout(end, forMs);
  const onAbort = () => end();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return {
    reached,
    cancel: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** All discoveries at once; what they tell becomes the targets of the collector. */
function createSearch(settings: CollectSettings, collector: Collector, log: Pick<Caller['log'], 'warn'>) {
  const nothing: Found = { targets: [], notes: [] };
  let all: FoundBy[] = [];
  let planned: readonly PlannedDiscovery[] = [];
  let isOpen = false;
  let isClosed = false;
  const opened: OpenDiscovery[] = [];
  const told = new Set<string>();
  const warn = (line: string) => {
    if (!told.has(line)) log.warn(line);
    told.add(line);
  };
  const plan = () => {
    planned = planTargets(all, settings).map((each, index) => ({ ...each, by: all[index] as FoundBy }));
    for (const { by, notes } of planned) for (const note of notes) warn(`${by.name}: ${note}`);
    // Who comes first of two with the same address is known when all have told once.
    if (isOpen) collector.setTargets(planned.flatMap(({ targets }) => targets));
  };
  return {
    discoveries: () => planned,
    async open(env: Caller['env'], nowMs: () => number): Promise<void> {
      const found = settings.discover.map((choice) => ({ choice, discovery: discoveryOf(choice, env, nowMs) }));
      all = found.map(({ choice, discovery }) => ({ name: discovery.name, choice, found: nothing }));
      await Promise.all(
        found.map(async ({ choice, discovery }, index) => {
          const open = await discovery.open((next) => {
            const before = all[index]?.found.stale;
            all[index] = { name: discovery.name, choice, found: next };
            if (next.stale !== undefined && next.stale !== before) log.warn(`${discovery.name}: ${next.stale}`);
            plan();
          });
          if (isClosed) await open.close();
          else opened.push(open);
        }),
      );
      isOpen = !isClosed;
      plan();
    },
    async close(): Promise<void> {
      isOpen = false;
      isClosed = true;
      await Promise.all(opened.splice(0).map((each) => each.close()));
    },
  };
}
