/** Runs beside each other: where they meet, what only one of them has, and what was not the same. */
import { describe, expect, it } from 'vitest';
import { diffRuns } from '../../../src/analysis/diff/diff.ts';
import { meetSteps } from '../../../src/analysis/diff/met-steps.ts';
import { runDiffSchema } from '../../../src/model/run-diff.ts';
import type { RunResult, StepResult } from '../../../src/model/run-result.ts';
import { diffPage } from '../../../src/report/html/diff/page.ts';
import { diffMarkdown } from '../../../src/report/markdown/diff.ts';
import { diffText } from '../../../src/report/terminal/diff.ts';
import { hostileResult, invalidResult, sampleResult } from '../../golden/sample-result.ts';

const named = (...results: readonly RunResult[]) =>
  results.map((result, index) => ({ directory: `runs/${index}`, result: { ...result, id: `run-${index}` } }));

/** The sample with other names and rates of its measured steps. */
function withSteps(steps: readonly (readonly [name: string, rps: number])[]): RunResult {
  const result = sampleResult();
  const measured = result.steps.filter(({ kind }) => kind === 'measure');
  const [first] = measured;
  if (!first) throw new Error('the sample measures nothing');
  return {
    ...result,
    scenario: {
      ...result.scenario,
      load: { ...result.scenario.load, steps: [] } as unknown as NonNullable<RunResult['scenario']['load']>,
    },
    steps: steps.map(
      ([name, plannedRps], index): StepResult => ({
        ...(measured[index] ?? first),
        name,
        load: { ...first.load, plannedRps },
      }),
    ),
  };
}

describe('steps', () => {
  const shapes = (...runs: readonly RunResult[]) => {
    const { meetings, alone } = meetSteps(runs);
    return {
      met: meetings.map(({ shape, steps }) => [shape, ...steps.map((each) => each?.step.name)]),
      alone: alone.map(({ run, asked }) => [run, asked.step.name]),
    };
  };

  it('meet where they ask for the same load, whatever they are called', () => {
    const one = withSteps([
      ['low', 100],
      ['high', 800],
    ]);
    const other = withSteps([
      ['high', 400],
      ['top', 800],
    ]);
    expect(shapes(one, other)).toEqual({
      met: [['800/s', 'high', 'top']],
      alone: [
        [0, 'low'],
        [1, 'high'],
      ],
    });
  });

  it('of the same load meet by their names, else in their order', () => {
    const up = withSteps([
      ['up', 100],
      ['peak', 300],
      ['down', 100],
    ]);
    const down = withSteps([
      ['down', 100],
      ['up', 100],
    ]);
    expect(shapes(up, down).met).toEqual([
      ['100/s', 'up', 'up'],
      ['100/s', 'down', 'down'],
    ]);
    expect(
      shapes(
        withSteps([['a', 100]]),
        withSteps([
          ['b', 100],
          ['c', 100],
        ]),
      ),
    ).toEqual({
      met: [['100/s', 'a', 'b']],
      alone: [[1, 'c']],
    });
  });

  it('meet in two of three runs, too', () => {
    const { met, alone } = shapes(withSteps([['a', 1]]), withSteps([['b', 2]]), withSteps([['b', 2]]));
    expect(met).toEqual([['2/s', undefined, 'b', 'b']]);
    expect(alone).toEqual([[0, 'a']]);
  });
});

describe('a diff', () => {
  const environment = sampleResult().environment;
  const other = {
    ...sampleResult(),
    environment: { ...environment, cpus: environment.cpus + 2, facts: { ...environment.facts, Go: 'go9.9' } },
    scenario: { ...sampleResult().scenario, topology: { env: { api: { GOGC: '50' } } } },
  };

  it('follows its schema, gives no verdict, and no p-value', () => {
    const diff = diffRuns(named(sampleResult(), other));
    expect(runDiffSchema.safeParse(diff).error).toBeUndefined();
    expect(diff.verdict).toBe('none');
    expect(JSON.stringify(diff)).not.toMatch(/"p"|pValue/);
    for (const text of [diffText(diff, { color: false, width: 100 }), diffMarkdown(diff), diffPage(diff)]) {
      expect(text).toContain('Not interleaved: no verdict');
      expect(text).toContain('rampart compare and rampart gate');
    }
  });

  it('names what was not the same', () => {
    const { environment: made, scenario } = diffRuns(named(sampleResult(), other));
    expect(made).toContainEqual({ what: 'CPUs', values: [String(environment.cpus), String(environment.cpus + 2)] });
    expect(made.map(({ what }) => what)).toContain('Go');
    expect(scenario).toContainEqual({ what: 'topology.env.api.GOGC', values: ['–', '50'] });
    const same = diffRuns(named(sampleResult(), sampleResult()));
    expect([same.environment, same.scenario, same.unmet]).toEqual([[], [], []]);
  });

  it('marks a run whose numbers must not be used, with the reason', () => {
    const diff = diffRuns(named(sampleResult(), invalidResult()));
    expect(diff.runs.map(({ validity }) => validity)).toEqual(['valid', 'invalid']);
    const [reason = ''] = diff.runs[1]?.reasons ?? [];
    expect(diffText(diff, { color: false, width: 200 })).toContain(reason);
    expect(diffPage(diff)).toContain('<span class="tag bad">invalid</span>');
  });

  it('puts series of all runs on the clock of the steps that meet', () => {
    const { clock, charts } = diffRuns(named(sampleResult(), sampleResult()));
    const endS = clock.at(-1)?.toS ?? 0;
    expect(clock[0]?.fromS).toBe(0);
    expect(charts.length).toBeGreaterThan(3);
    for (const { lines } of charts) {
      expect(lines[0]).toEqual(lines[1]);
      expect(lines.flat().every(([atS]) => atS >= 0 && atS < endS)).toBe(true);
    }
  });

  it('of runs that have no load in common says so, and shows what was set', () => {
    const diff = diffRuns(named(withSteps([['a', 100]]), withSteps([['b', 200]])));
    expect(diff.notes).toEqual([expect.stringContaining('no measured step')]);
    expect(diff.charts).toEqual([]);
    for (const text of [diffText(diff, { color: false, width: 60 }), diffMarkdown(diff), diffPage(diff)])
      expect(text).toMatch(/only A has a \(100\/s\)/);
  });

  it('does not hand on what would act on a terminal', () => {
    const diff = diffRuns(named(hostileResult(), hostileResult()));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(diffText(diff, { color: false, width: 100 })).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  });
});
