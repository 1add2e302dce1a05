import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { exitCodeOf } from '../../../src/analysis/run/exit-code.ts';
import type { RunResult } from '../../../src/model/run-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import type { SloRule } from '../../../src/model/slo-rule.ts';
import { junitReporter } from '../../../src/report/junit/junit-report.ts';
import { markdownReporter } from '../../../src/report/markdown/markdown-report.ts';
import { createTerminalReporter } from '../../../src/report/terminal/terminal-report.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { rawRun, scenario, tick, window } from '../../helpers/raw-run.ts';

function rule(text: string, change: Partial<SloRule> = {}): SloRule {
  const parsed = parseSlo(text, undefined);
  if (!parsed) throw new Error(`${text} is not a rule`);
  return { ...parsed, ...change };
}

/** A run of four steps that is ended in the middle of the third, with arrivals still under way. */
function endedRun(lag: Partial<Parameters<typeof window>[4]> = {}): RunResult {
  const samples: Sample[] = [
    { kind: 'step', step: 0, startUs: 1_000_000 },
    window(0, 1_000_000, 10, 900),
    tick(2_000_000, 10, { step: 0 }),
    { kind: 'step', step: 1, startUs: 2_000_000 },
    window(1, 2_000_000, 2000, 1000),
    tick(3_000_000, 2000),
    { kind: 'step', step: 2, startUs: 4_000_000 },
    window(2, 4_000_000, 1000, 2000, {
      planned: 2000,
      failed: 600,
      unfinished: 400,
      errors: { 'status 503': 600 },
      ...lag,
    }),
    tick(5_000_000, 1600, { step: 2 }),
    { kind: 'end', lastDueUs: 4_999_500, drainedUs: 5_000_000 },
  ];
  const last = { name: 'last', shape: { kind: 'constant', rps: 2000 } as const, durationMs: 2000, measure: true };
  const load = { ...scenario.load, steps: [...scenario.load.steps, last] };
  const slo = [
    rule('errors < 5%', { abort: { afterMs: 0 } }),
    rule('p90 < 1s'),
    rule('p90 < 1h', { step: 'last' }),
    rule('rps > 1', { over: 'run' }),
    rule('p90 < 1ms', { step: 'high' }),
  ];
  const endedBy = { rule: 'errors < 5%', brokenIn: 'high', atUs: 5_000_000, observed: '600 of 1,600 (37.5 %)' };
  return buildResult(rawRun(samples, { scenario: { load, slo }, outcome: { status: 'partial', endedBy, endUs: 5e6 } }));
}

describe('a run that a rule ended', () => {
  const result = endedRun();

  it('exits with 1 and is valid: what it left unfinished is nobody’s failure', () => {
    expect(result.validity).toEqual({ verdict: 'valid', reasons: [] });
    expect(exitCodeOf(result)).toBe(1);
    const { planned, completed, failed, timedOut, dropped, unfinished } = result.steps[2]?.load ?? {};
    expect([planned, completed, failed, timedOut, dropped, unfinished]).toEqual([2000, 1000, 600, 0, 0, 400]);
  });

  it('exits with 4 where its numbers cannot be trusted', () => {
    const late = endedRun({ lag: window(2, 0, 2000, 900_000).response });
    expect(late.validity.verdict).toBe('invalid');
    expect(exitCodeOf(late)).toBe(4);
    const terminal = createTerminalReporter({ color: false, width: 400 }).render(late);
    expect(terminal).toMatch(/Partial, invalid\. .* A rule ended the run after 5s: errors < 5% was broken/);
  });

  it('says where it ended, and what was not run', () => {
    expect(result.status).toBe('partial');
    expect(result.endedEarly).toMatchObject({ rule: 'errors < 5%', brokenIn: 'high', step: 'high', notRun: ['last'] });
  });

  it('passes nothing in the step that was cut short, and has no outcome of what was not run', () => {
    expect(result.slo.map(({ rule, step, outcome }) => [rule, step, outcome])).toEqual([
      ['errors < 5%', 'low', 'pass'],
      ['errors < 5%', 'high', 'fail'],
      ['errors < 5%', 'last', 'not-run'],
      ['p90 < 1s', 'low', 'pass'],
      ['p90 < 1s', 'high', 'fail'],
      ['p90 < 1s', 'last', 'not-run'],
      ['p90 < 1h', 'last', 'not-run'],
      ['rps > 1', undefined, 'cannot-tell'],
      ['p90 < 1ms', 'high', 'fail'],
    ]);
    expect(result.slo[1]?.observed).toBe('600 of 1,600 (37.5 %); it ended the run');
    expect(result.slo[4]?.observed).toContain('no good answer: 600 of 1,600 arrivals had none');
  });

  it('tells so in every report', () => {
    const sentence = 'A rule ended the run after 5s: errors < 5% was broken in step high (600 of 1,600 (37.5 %)).';
    const terminal = createTerminalReporter({ color: false, width: 400 }).render(result);
    expect(terminal).toContain(`Ended early. ${sentence}`);
    expect(terminal).toContain('Not run: last.');
    expect(terminal).toContain('high (ended)');
    expect(terminal).toMatch(/errors < 5% fails: high \(600 of 1,600 .*it ended the run\).*not run: last/);
    expect(markdownReporter.render(result)).toContain('ended early');
    const junit = junitReporter.render(result);
    expect(junit).toContain('tests="10" failures="4" errors="0"');
    expect(junit).toContain('name="errors &lt; 5% at step last"');
    expect(junit).toContain('<skipped message="the run was ended before"/>');
  });
});
