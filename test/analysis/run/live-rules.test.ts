import { describe, expect, it } from 'vitest';
import { createLiveRules } from '../../../src/analysis/run/live-rules.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import { seededUniform } from '../../../src/model/random.ts';
import type { RuleEnd } from '../../../src/model/raw-run.ts';
import type { SloRule } from '../../../src/model/slo-rule.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { histogram, scenario, tick, window } from '../../helpers/raw-run.ts';

function rule(text: string, change: Partial<SloRule> = {}): SloRule {
  const parsed = parseSlo(text, undefined);
  if (!parsed) throw new Error(`${text} is not a rule`);
  return { ...parsed, abort: { afterMs: 0 }, ...change };
}

/** What is told of one second of a step. */
type Second = (dueUs: number, step: number) => LoadMessage;

/** A long step from the first second on, and when its rule ended it. */
function endOf(slo: readonly SloRule[], seconds: readonly Second[], step = 1, completed = 100): RuleEnd | undefined {
  const steps = scenario.load.steps.map((each) => ({ ...each, durationMs: 60_000 }));
  const take = createLiveRules({ load: { ...scenario.load, steps }, slo });
  take?.({ kind: 'step', step, startUs: 0 });
  for (const [at, second] of seconds.entries()) {
    take?.(second(at * 1e6, step));
    const end = take?.(tick((at + 1) * 1e6, completed, { step }));
    if (end) return end;
  }
  return undefined;
}

const answered =
  (count: number, us: number): Second =>
  (dueUs, step) =>
    window(step, dueUs, count, us);
const failing =
  (count: number, failed: number, change = {}): Second =>
  (dueUs, step) =>
    window(step, dueUs, count - failed, 1000, { planned: count, failed, errors: { 'status 503': failed }, ...change });
/** Of 100 arrivals 60 failed at once. */
const fastFailures = {
  response: histogram(Array.from({ length: 100 }, (_, place) => (place < 60 ? 10 : 1000))),
  lost: histogram(Array.from({ length: 60 }, () => 10)),
};
const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

it('is nothing where no rule may end a run', () => {
  expect(createLiveRules({ load: scenario.load, slo: [rule('p99 < 1us', { abort: undefined })] })).toBe(undefined);
});

describe('a rule with abort', () => {
  it('ends a run whose errors are beyond their bound', () => {
    expect(endOf([rule('errors < 5%')], times(5, failing(100, 50)))).toEqual({
      rule: 'errors < 5%',
      brokenIn: 'low',
      atUs: 1_000_000,
      observed: '50 of 100 (50 %)',
    });
  });

  it('does not take for an error what has no outcome yet', () => {
    const pending: Second = (dueUs, step) => window(step, dueUs, 50, 1000, { planned: 100 });
    expect(endOf([rule('errors < 5%')], times(30, pending))).toBe(undefined);
  });

  it('waits as long as it is told to', () => {
    const late = rule('errors < 5%', { abort: { afterMs: 5000 } });
    expect(endOf([late], times(9, failing(100, 50)))).toMatchObject({ atUs: 5_000_000 });
    expect(endOf([late], [...times(2, failing(100, 50)), ...times(50, failing(1000, 0))])).toBe(undefined);
  });

  it('ends nothing by chance: thirty arrivals break no p99, two failures of three no share', () => {
    expect(endOf([rule('p99 < 1us')], [answered(30, 5000)])).toBe(undefined);
    expect(endOf([rule('errors < 30%')], [failing(3, 2)])).toBe(undefined);
  });

  it('ends nothing where arrivals fail as often as they may', () => {
    const random = seededUniform(7);
    const ended = Array.from({ length: 200 }, () =>
      endOf(
        [rule('errors < 5%'), rule('errors(5xx) < 5%')],
        Array.from({ length: 60 }, () => {
          const failed = Array.from({ length: 50 }, random).filter((drawn) => drawn < 0.05).length;
          return failing(50, failed);
        }),
      ),
    ).filter((end) => end !== undefined);
    expect(ended).toEqual([]);
  });

  it.each([
    ['p99 < 3ms', answered(600, 5000), 2],
    ['p50 < 3ms', answered(15, 5000), 2],
    ['mean < 3ms', answered(40, 5000), 1],
    ['max < 3ms', answered(1, 5000), 1],
    ['p90 < 3ms', failing(100, 60, fastFailures), 1],
    ['service p90 < 3ms', answered(100, 5000), 1],
    ['lag p90 < 10us', answered(100, 5000), 1],
    ['p90 > 9ms', answered(200, 5000), 1],
    ['errors == 0', failing(1000, 1), 1],
    ['errors < 3', failing(1000, 1), 3],
    ['status(503) <= 2', failing(1000, 1), 3],
    ['dropped < 1%', (dueUs, step) => window(step, dueUs, 90, 1000, { planned: 100, dropped: 10 }), 1],
    ['errors(timeout) < 1%', (dueUs, step) => window(step, dueUs, 90, 1000, { planned: 100, timedOut: 10 }), 1],
    ['rps > 950', answered(100, 1000), 1],
  ] satisfies [string, Second, number][])('is judged on what is known: %s', (text, second, after) => {
    expect(endOf([rule(text)], times(9, second))).toMatchObject({ rule: text, atUs: after * 1e6 });
  });

  it.each([
    ['errors > 3', failing(1000, 1)],
    ['max > 9ms', answered(10, 5000)],
    ['rps < 90', answered(89, 1000)],
    ['p99 < 6ms', answered(1000, 5000)],
    ['errors(timeout) < 1%', failing(100, 50)],
    ['errors(connect) == 0', failing(100, 50)],
  ] satisfies [string, Second][])('is not broken before the end, or not at all: %s', (text, second) => {
    expect(endOf([rule(text)], times(20, second), 1, 89)).toBe(undefined);
  });

  it('is about its request alone', () => {
    const mixed: Second = (dueUs, step) => {
      const part = (name: string, failed: number, us: number) => {
        const same = histogram(Array.from({ length: 200 }, () => us));
        const rest = { planned: 200, completed: 200 - failed, failed, timedOut: 0, dropped: 0, unfinished: 0 };
        return { name, ...rest, response: same, service: same, firstByte: same };
      };
      return window(step, dueUs, 400, 1000, {
        completed: 300,
        failed: 100,
        errors: { 'add: status 503': 100 },
        requests: [part('add', 100, 9000), part('get', 0, 1000)],
      });
    };
    const ends = ['add: errors < 9%', 'add: p90 < 3ms', 'add: ttfb p90 < 3ms', 'add: errors(5xx) < 9%'];
    for (const text of ends) expect(endOf([rule(text)], times(5, mixed))).toMatchObject({ rule: text });
    const holding = ['get: errors < 9%', 'get: p90 < 3ms', 'get: ttfb p90 < 3ms', 'get: errors(5xx) < 9%'];
    for (const text of holding) expect(endOf([rule(text)], times(5, mixed))).toBe(undefined);
  });

  it('ends nothing in a step that is not measured, unless it names it', () => {
    expect(endOf([rule('errors < 5%')], times(5, failing(100, 50)), 0)).toBe(undefined);
    expect(endOf([rule('errors < 5%', { step: 'warm-up' })], times(5, failing(100, 50)), 0)).toMatchObject({
      brokenIn: 'warm-up',
    });
  });

  it('ends nothing in steps that it is not about', () => {
    expect(endOf([rule('errors < 5%', { steps: ['high'] })], times(5, failing(100, 50)), 1)).toBe(undefined);
    expect(endOf([rule('errors < 5%', { steps: ['high'] })], times(5, failing(100, 50)), 2)).toMatchObject({
      brokenIn: 'high',
    });
  });

  it('is about all measured steps together where it is over the run', () => {
    expect(endOf([rule('errors < 5%', { over: 'run' })], times(5, failing(100, 50)), 2)).toMatchObject({
      rule: 'errors < 5%',
      observed: '50 of 100 (50 %)',
    });
  });

  it('ends nothing for what may be the generator’s own', () => {
    const take = createLiveRules({ load: scenario.load, slo: [rule('p90 < 4ms')] });
    const echoUs = Array.from({ length: 200 }, (): [number, number] => [3000, 3000]);
    take?.({ kind: 'step', step: 1, startUs: 0 });
    take?.(window(1, 0, 1000, 5000));
    expect(take?.(tick(1_000_000, 1000, { echoUs }))).toBe(undefined);
  });
});
