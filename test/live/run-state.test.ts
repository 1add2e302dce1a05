import { describe, expect, it } from 'vitest';
import { mostLivePoints } from '../../src/live/bounded-series.ts';
import { mostLiveSeries, RunState } from '../../src/live/run-state.ts';
import type { LiveUpdate } from '../../src/model/live.ts';
import type { Sample } from '../../src/model/sample.ts';
import { livePlan } from '../../src/report/html/live/plan.ts';
import { createLiveStore } from '../../src/report/html/live/store.ts';
import { healthySamples, histogram, scenario } from '../helpers/raw-run.ts';

const { steps } = scenario.load;
const reading = (atUs: number, target: string, values: Record<string, number>): Sample => ({
  kind: 'reading',
  atUs,
  target,
  source: 'x',
  values,
});
const over = (wire: LiveUpdate): LiveUpdate => JSON.parse(JSON.stringify(wire));

describe('the state of a run that goes on', () => {
  it('tells planned and answered, latency, steps and losses from what the generator says', () => {
    const state = new RunState('r1', steps);
    for (const sample of healthySamples()) state.take(sample);
    const { now, steps: rows, series } = state.updateAfter(0);
    expect(now).toMatchObject({ completedRps: 2000, lost: 0, isStopping: false });
    expect(now.p99Us).toBeGreaterThan(1900);
    expect(rows.map(({ name, completed }) => [name, completed])).toEqual([
      ['warm-up', 10],
      ['low', 2000],
      ['high', 4000],
    ]);
    expect(series.map(({ name }) => name)).toContain('load.response_p99_us');
  });

  it('puts answers that come late to the second they were due in', () => {
    const state = new RunState('r1', steps);
    const window = (values: readonly number[], counts: object): Sample => ({
      kind: 'window',
      step: 1,
      dueUs: 4_000_000,
      ...{ planned: 0, completed: 0, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 },
      ...{ response: histogram(values), service: histogram(values), lag: histogram([]), errors: {} },
      ...counts,
    });
    const p99 = () => state.updateAfter(0).series.find(({ name }) => name === 'load.response_p99_us');
    state.take(window([1000], { planned: 2, completed: 1 }));
    expect(p99()).toMatchObject({ t: [4.5], v: [1000] });
    state.take(window([10_000_000], { timedOut: 1, errors: { timeout: 1 } }));
    expect(p99()?.t).toEqual([4.5]);
    expect(p99()?.v[0]).toBeGreaterThan(9_900_000);
    const { errors, now, steps: rows } = state.updateAfter(0);
    expect(errors).toEqual([['timeout', 1]]);
    expect(now.lost).toBe(1);
    expect(rows[1]).toMatchObject({ planned: 2, completed: 1, lost: 1 });
  });

  it('tells events, and each warning once', () => {
    const state = new RunState('r1', steps);
    const gap: Sample = { kind: 'gap', atUs: 3e6, target: 'api-1', source: 'metrics', message: 'no answer' };
    state.take({ kind: 'event', atUs: 1e6, event: 'phase', message: 'idle baseline' });
    state.take(gap);
    state.take({ ...gap, atUs: 4e6 });
    state.take({ kind: 'event', atUs: 5e6, target: 'api-1', event: 'exit', message: 'gone' });
    const { news, now } = state.updateAfter(0);
    expect(news.map(({ kind, text }) => [kind, text])).toEqual([
      ['event', 'idle baseline'],
      ['warning', 'api-1, metrics: no answer'],
      ['event', 'api-1: gone'],
    ]);
    expect(now.phase).toBe('idle baseline');
  });

  it('stays within bounds whatever comes, and says what it left out', () => {
    const state = new RunState('r1', steps);
    for (let at = 0; at < 3000; at++) {
      state.take(reading(at * 1e6, `t-${at % 600}`, { 'sched.runqueue': at, 'goroutines.total': at, 'not.drawn': at }));
      state.take({ kind: 'event', atUs: at * 1e6, event: 'x', message: `event ${at}` });
      state.take({ kind: 'gap', atUs: at * 1e6, target: `t-${at}`, source: 'y', message: `gap ${at}` });
      state.take({
        kind: 'window',
        step: at % 2000,
        dueUs: at * 1e6,
        ...{ planned: 1, completed: 0, failed: 1, timedOut: 0, dropped: 0, unfinished: 0 },
        ...{ response: histogram([at + 1]), service: histogram([]), lag: histogram([]), errors: { [`kind ${at}`]: 1 } },
      });
    }
    const { series, undrawn, errors, news } = state.updateAfter(0);
    expect(series.length).toBe(mostLiveSeries);
    expect(undrawn).toBeGreaterThan(0);
    expect(series.every(({ t }) => t.length <= mostLivePoints)).toBe(true);
    expect(errors?.length).toBeLessThanOrEqual(51);
    expect(errors?.reduce((sum, [, count]) => sum + count, 0)).toBe(3000);
    expect(news.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(state.updateAfter(0)).length).toBeLessThan(4e6);
  });

  it('knows steps that are decided on while the run goes on', () => {
    const growing = [...steps.slice(0, 1)];
    const state = new RunState('r1', growing);
    const known = state.updateAfter(0).seq;
    growing.push(...steps.slice(1, 2));
    state.take({ kind: 'step', step: 1, startUs: 5e6 });
    expect(state.updateAfter(known).steps.map(({ name, state: is }) => [name, is])).toEqual([['low', 'running']]);
  });

  it('counts down to the end of the plan', () => {
    const state = new RunState('r1', steps);
    state.take({ kind: 'step', step: 0, startUs: 1e6 });
    state.take(reading(3e6, 'api-1', {}));
    expect(state.updateAfter(0).now.leftS).toBe(3);
    state.take({ kind: 'end', lastDueUs: 6e6, drainedUs: 6e6 });
    expect(state.updateAfter(0).now.leftS).toBeUndefined();
  });
});

describe('a page that reads slowly', () => {
  it('knows in the end what one knows that heard everything', () => {
    const state = new RunState('r1', steps);
    const pages = { each: createLiveStore(livePlan), some: createLiveStore(livePlan), late: createLiveStore(livePlan) };
    const told = { each: 0, some: 0, late: 0 };
    const tell = (page: keyof typeof pages) => {
      const update = over(state.updateAfter(told[page]));
      pages[page].apply(update);
      told[page] = update.seq;
    };
    for (let second = 0; second < 2000; second++) {
      for (const target of ['api-1', 'api-2'])
        state.take(reading(second * 1e6, target, { 'sched.runqueue': second % 37 }));
      if (second % 100 === 0) state.take({ kind: 'event', atUs: second * 1e6, event: 'x', message: `event ${second}` });
      tell('each');
      if (second % 333 === 7) tell('some');
    }
    for (const sample of healthySamples()) state.take(sample);
    for (const page of ['each', 'some', 'late'] as const) tell(page);
    expect(pages.some.data).toEqual(pages.each.data);
    expect(pages.late.data).toEqual(pages.each.data);
    expect(pages.some.steps).toEqual(pages.late.steps);
    expect(pages.some.news).toEqual(pages.late.news);
  });
});
