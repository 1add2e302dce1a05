/** The collector on a clock of its own: nothing waits, and every try is what the test says. */
import { describe, expect, it } from 'vitest';
import type { CollectOutcome } from '../../../src/model/collect-status.ts';
import { Collector, type CollectorOptions } from '../../../src/profiles/collect/collector.ts';
import type { Taken } from '../../../src/profiles/collect/take.ts';
import type { PlannedTarget } from '../../../src/profiles/collect/target-plan.ts';

const minute = 60_000;

function target(
  id: string,
  types: readonly string[] = ['cpu', 'heap'],
  processKeys = [id],
  seconds = 10,
): PlannedTarget {
  return {
    id,
    url: `http://${id}/debug/pprof`,
    service: id,
    labels: {},
    how: 'its address was given',
    discovery: 'test',
    processKeys,
    types: types.map((type) => ({
      type: type as 'cpu',
      url: `http://${id}/debug/pprof/${type}`,
      seconds: type === 'cpu' ? seconds : 0,
      intervalMs: minute,
    })),
  };
}

interface Try {
  readonly at: number;
  readonly id: string;
  readonly type: string;
  readonly seconds: number;
  end: number | undefined;
  isAborted: boolean;
}

/** A collector whose tries take as long as their seconds, at least 1 ms, and come to what `outcomeOf` says. */
function collecting(
  options: Partial<CollectorOptions> = {},
  outcomeOf: (tried: Try) => CollectOutcome | Taken = () => 'ok',
  processesBehind: (urls: readonly string[]) => ReadonlyMap<string, string> = () => new Map(),
) {
  let nowMs = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const tries: Try[] = [];
  const told: string[] = [];
  const later = (ms: number, run: () => void) => {
    const timer = { at: nowMs + ms, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  };
  const collector = new Collector(
    { rhythm: { intervalMs: minute, jitter: 0, seed: 1 }, atOnce: 100, once: false, ...options },
    {
      nowMs: () => nowMs,
      after: later,
      processesBehind,
      tell: (line) => told.push(line),
      take: ({ id }, { type }, seconds, signal) =>
        new Promise((resolve) => {
          const tried: Try = { at: nowMs, id, type, seconds, end: undefined, isAborted: false };
          tries.push(tried);
          signal.addEventListener('abort', () => {
            tried.isAborted = true;
            resolve(undefined);
          });
          later(Math.max(1, seconds * 1000), () => {
            tried.end = nowMs;
            const outcome = outcomeOf(tried);
            resolve(typeof outcome === 'string' ? { outcome, bytes: 100 } : outcome);
          });
        }),
    },
  );
  /** Lets time pass until then, every timer at its own time. */
  const passUntil = async (untilMs: number) => {
    for (;;) {
      // What a try has come to is taken up in a few turns of promises.
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      const [next] = timers.toSorted((a, b) => a.at - b.at);
      if (!next || next.at > untilMs) break;
      timers = timers.filter((each) => each !== next);
      nowMs = Math.max(nowMs, next.at);
      next.run();
    }
    nowMs = untilMs;
  };
  return { collector, tries, told, passUntil };
}

function overlap(tries: readonly Try[]): number {
  return Math.max(
    0,
    ...tries.map(
      ({ at }) => tries.filter((other) => other.at <= at && (other.end ?? Number.POSITIVE_INFINITY) > at).length,
    ),
  );
}

describe('a collector', () => {
  it('takes each type of a target once an interval, the CPU profile first and nothing beside it', async () => {
    const { collector, tries, passUntil } = collecting();
    collector.setTargets([target('a')]);
    await passUntil(10 * minute);
    await collector.stop();
    expect(tries.filter(({ type }) => type === 'cpu').length).toBeGreaterThanOrEqual(9);
    expect(tries.filter(({ type }) => type === 'cpu').length).toBeLessThanOrEqual(10);
    expect(tries.map(({ type }) => type).slice(0, 4)).toEqual(['cpu', 'heap', 'cpu', 'heap']);
    expect(overlap(tries)).toBe(1);
  });

  it('takes one at a time of targets that are one process, by key or by who listens there', async () => {
    const shared = collecting({ once: true });
    shared.collector.setTargets([target('a', ['cpu'], ['p', 'a']), target('b', ['cpu'], ['p', 'b'])]);
    await shared.passUntil(minute);
    expect(shared.tries.map(({ at }) => at)).toEqual([0, 10_000]);
    const found = collecting({ once: true }, undefined, (urls) => new Map(urls.map((url) => [url, 'process 7'])));
    found.collector.setTargets([target('a', ['cpu']), target('b', ['cpu'])]);
    await found.passUntil(minute);
    expect(found.tries.map(({ at }) => at)).toEqual([0, 10_000]);
    expect(found.told.join('\n')).toMatch(/a and b are one, process 7/);
  });

  it('has no more under way at once than it may, and says how many wait', async () => {
    const { collector, tries, passUntil } = collecting({ once: true, atOnce: 3 });
    collector.setTargets(Array.from({ length: 10 }, (_, index) => target(`t${index}`, ['cpu'])));
    expect(collector.counts).toMatchObject({ underWay: 3, late: 7 });
    await passUntil(5 * minute);
    expect(tries).toHaveLength(10);
    expect(overlap(tries)).toBe(3);
    await collector.finished();
    expect(collector.counts).toMatchObject({ kept: 10, bytes: 1000, underWay: 0, late: 0 });
  });

  it('tries everything once and is done, also where nothing answers', async () => {
    const { collector, tries, passUntil } = collecting({ once: true }, () => 'unreachable');
    collector.setTargets([target('a', ['cpu', 'heap', 'mutex'])]);
    await passUntil(minute);
    await collector.finished();
    expect(tries).toHaveLength(1);
    expect(collector.counts.tries).toEqual({ unreachable: 1 });
  });

  it('asks a target that does not answer more and more rarely, and is back in its rhythm when it answers', async () => {
    let isUp = false;
    const { collector, tries, told, passUntil } = collecting({}, () => (isUp ? 'ok' : 'unreachable'));
    collector.setTargets([target('a')]);
    await passUntil(60 * minute);
    const inFirst = tries.length;
    expect(inFirst).toBeLessThan(12);
    expect(tries.every(({ type }) => type === 'cpu')).toBe(true);
    isUp = true;
    await passUntil(90 * minute);
    expect(tries.length - inFirst).toBeGreaterThan(2 * 18);
    expect(told.filter((line) => line.includes('does not answer'))).toHaveLength(1);
    expect(told.at(-1)).toBe('a answers again');
  });

  it('tries soon again beside another profiler, and tells once', async () => {
    const { collector, tries, told, passUntil } = collecting(
      { rhythm: { intervalMs: 60 * minute, jitter: 0, seed: 1 } },
      ({ at }) => (at < 70 * minute ? { outcome: 'busy', message: 'cpu profiling already in use', bytes: 0 } : 'ok'),
    );
    const [planned] = [target('a', ['cpu'])];
    collector.setTargets([{ ...planned, types: planned.types.map((type) => ({ ...type, intervalMs: 60 * minute })) }]);
    await passUntil(180 * minute);
    const [first, second] = tries;
    expect((second?.at ?? 0) - (first?.end ?? 0)).toBeLessThanOrEqual(10_000);
    expect(told.filter((line) => line.includes('already in use'))).toHaveLength(1);
    expect(told.at(-1)).toBe('a cpu: ok again');
    expect(collector.counts.kept).toBeGreaterThan(0);
  });

  it('asks for a type that a program does not have every hour or so, but sooner where it has none of them', async () => {
    const some = collecting({}, ({ type }) => (type === 'heap' ? 'absent' : 'ok'));
    some.collector.setTargets([target('a')]);
    await some.passUntil(120 * minute);
    expect(some.tries.filter(({ type }) => type === 'heap')).toHaveLength(2);
    const none = collecting({}, ({ at }) => (at < 30 * minute ? 'absent' : 'ok'));
    none.collector.setTargets([target('a')]);
    await none.passUntil(60 * minute);
    expect(none.collector.counts.kept).toBeGreaterThan(20);
  });

  it('asks an old Go for a shorter time when it refuses so long a one', async () => {
    const { collector, tries, passUntil } = collecting({ once: true }, ({ seconds }) =>
      seconds > 3
        ? { outcome: 'failed', message: "answered 400: profile duration exceeds server's WriteTimeout", bytes: 0 }
        : 'ok',
    );
    collector.setTargets([target('a', ['cpu'])]);
    await passUntil(2 * minute);
    expect(tries.map(({ seconds }) => seconds)).toEqual([10, 5, 2]);
    expect(collector.counts.kept).toBe(1);
  });

  it('begins nothing that would not end in time', async () => {
    const { collector, tries, passUntil } = collecting({ untilMs: 3 * minute });
    collector.setTargets([target('a'), target('b'), target('c')]);
    await passUntil(10 * minute);
    expect(tries.length).toBeGreaterThan(6);
    for (const { at, seconds } of tries) expect(at + seconds * 1000).toBeLessThanOrEqual(3 * minute);
  });

  it('ends what is under way when it is stopped, and begins nothing more', async () => {
    const { collector, tries, passUntil } = collecting({ once: true });
    collector.setTargets([target('a'), target('b')]);
    await passUntil(5000);
    await collector.stop();
    await passUntil(10 * minute);
    expect(tries.map(({ isAborted }) => isAborted)).toEqual([true, true]);
    expect(collector.counts).toMatchObject({ kept: 0, underWay: 0, tries: {} });
  });

  it('lets go what is gone, takes up what is new, and keeps what stays as it is', async () => {
    const { collector, tries, told, passUntil } = collecting();
    collector.setTargets([target('a'), target('b')]);
    await passUntil(5 * minute);
    const kept = collector.collected.find(({ planned }) => planned.id === 'a')?.slots[0]?.kept ?? 0;
    expect(kept).toBeGreaterThan(3);
    collector.setTargets([target('a'), target('c')]);
    await passUntil(10 * minute);
    await collector.stop();
    expect(tries.filter(({ id, at }) => id === 'b' && at > 5 * minute)).toEqual([]);
    expect(tries.some(({ id }) => id === 'c')).toBe(true);
    expect(collector.collected.find(({ planned }) => planned.id === 'a')?.slots[0]?.kept).toBeGreaterThan(kept);
    expect(told).toEqual(expect.arrayContaining(['b is gone']));
    expect(collector.counts.gone).toBe(1);
  });

  it('a target that has moved is the same one at another address', async () => {
    const { collector, told, passUntil } = collecting();
    collector.setTargets([target('a')]);
    await passUntil(5 * minute);
    const before = collector.collected[0]?.slots[0]?.kept ?? 0;
    collector.setTargets([{ ...target('a'), url: 'http://a:2/debug/pprof' }]);
    expect(collector.collected[0]?.slots[0]?.kept).toBe(before);
    expect(told.at(-1)).toMatch(/^a has moved: http:\/\/a:2/);
    expect(collector.counts.gone).toBe(0);
  });
});
