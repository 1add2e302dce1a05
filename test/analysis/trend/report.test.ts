/** Trend files to series, levels and changes. */
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../../../src/analysis/trend/levels.ts';
import { trendLine } from '../../../src/analysis/trend/line.ts';
import { trendReport } from '../../../src/analysis/trend/report.ts';
import { seededUniform } from '../../../src/model/random.ts';
import { type TrendLine, trendLineSchema, trendReportSchema } from '../../../src/model/trend.ts';
import { keptGate } from '../../helpers/gate.ts';
import { normalOf, trendLines } from '../../helpers/trend-lines.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const reportOf = (lines: readonly TrendLine[], isJoined = false) =>
  trendReport({ file: 'trend.ndjson', lines, problems: [], isJoined });

/** A line against `from` of the candidate `to`, slower by this share. */
const link = (at: number, from: string, to: string, share: number, half = 0.02): TrendLine => {
  const [line] = trendLines([share], { half });
  if (!line) throw new Error('no line was made');
  const state = (name: string) => ({ name, commit: name.repeat(20).slice(0, 40), tree: name });
  return {
    ...line,
    id: `g${at}`,
    at: `2026-02-${String(at).padStart(2, '0')}T00:00:00.000Z`,
    baseline: state(from),
    candidate: state(to),
  };
};

describe('the line of a gate', () => {
  it('has every metric that was judged, and what it was of', () => {
    const gate = keptGate(gateRounds(8, {}, () => ({})));
    const line = trendLine({ ...gate, tags: { release: '1.5' } });
    expect(trendLineSchema.safeParse(line).error).toBeUndefined();
    expect(line?.changes.map(({ metric, step, log, low, high }) => [metric, step, log, low, high])).toEqual(
      gate.verdict.decision?.cells.map(({ metric, step, estimate, low, high }) => [metric, step, estimate, low, high]),
    );
    expect(line?.changes.length).toBeGreaterThan(1);
    expect(line).toMatchObject({ id: gate.id, tags: { release: '1.5' }, baseline: { name: 'v1' }, rounds: 8 });
  });

  it('is none of a gate that has measured no change', () => {
    const gate = keptGate(gateRounds(8, {}, () => ({})));
    expect(trendLine(keptGate([]))).toBeUndefined();
    expect(trendLine({ ...gate, selfCheck: { looks: [8], roundMs: 1 } })).toBeUndefined();
  });
});

describe('against one reference', () => {
  const step = [...normalOf(12, 0.01, 3), ...normalOf(8, 0.01, 4).map((value) => value + 0.06)];

  it('a level that changes is told between the releases where it does', () => {
    const report = reportOf(trendLines(step));
    expect(trendReportSchema.safeParse(report).error).toBeUndefined();
    const [series] = report.series;
    expect(series?.changes).toMatchObject([{ index: 12, before: 'v12', after: 'v13' }]);
    expect(series?.changes[0]?.shiftPercent).toBeGreaterThan(4);
    expect(series?.levels.map(({ from, to }) => [from, to])).toEqual([
      [0, 11],
      [12, 19],
    ]);
  });

  it('says the same of the lines in any order, and of each gate once', () => {
    const lines = trendLines(step);
    const uniform = seededUniform(1);
    const shuffled = lines
      .map((line) => ({ line, key: uniform() }))
      .sort((a, b) => a.key - b.key)
      .map(({ line }) => line);
    expect(reportOf([...shuffled, ...shuffled])).toEqual(reportOf(lines));
    const [first] = lines;
    if (!first) throw new Error('no line was made');
    const again = { ...first, rounds: first.rounds + 8, verdict: 'fail' as const };
    for (const both of [
      [first, again],
      [again, first],
    ])
      expect(reportOf(both).series[0]?.points).toMatchObject([{ rounds: first.rounds + 8, verdict: 'fail' }]);
  });

  it('a change below the tolerance is none', () => {
    const small = [...normalOf(20, 0.001, 3), ...normalOf(20, 0.001, 4).map((value) => value + 0.02)];
    expect(reportOf(trendLines(small, { tolerance: 0.025 })).series[0]?.changes).toEqual([]);
    expect(reportOf(trendLines(small, { tolerance: 0.01 })).series[0]?.changes).toHaveLength(1);
  });

  it('says of a few gates that they are too few', () => {
    const [series] = reportOf(trendLines(step.slice(0, 5))).series;
    expect(series).toMatchObject({ changes: [], note: '5 of the 6 gates from which on a change can be told' });
  });

  it('a slow drift, of which each gate lets every step pass, is told', () => {
    const drift = normalOf(16, 0.012, 5).map((value, week) => value + week * Math.log(1.02));
    const [series] = reportOf(trendLines(drift)).series;
    expect(series?.changes.length).toBeGreaterThan(0);
    expect(series?.changes.every(({ shiftPercent }) => shiftPercent > 2.5)).toBe(true);
  });

  it('other scenarios, machines and references are series of their own, and that is said', () => {
    const lines = trendLines(step);
    const changed = lines.map((line, index) => ({
      ...line,
      ...(index < 7 ? {} : { scenario: { name: 'ramp', digest: 'other' } }),
      ...(index < 14 ? {} : { machine: { os: 'linux', cpuModel: 'other', cpus: 4 } }),
    }));
    const report = reportOf(changed);
    expect(report.series.map(({ points }) => points.length)).toEqual([7, 7, 6]);
    expect(report.splits).toEqual([
      expect.stringMatching(/^ramp: gates of other loads.*: d1, other$/),
      expect.stringMatching(/^ramp: gates of other machines.*: cpu × 2, other × 4$/),
    ]);
    expect(reportOf(changed, true).series.map(({ points }) => points.length)).toEqual([7, 13]);
  });
});

describe('release against release', () => {
  const chain = [link(1, 'v1', 'v2', 0.02), link(2, 'v2', 'v3', 0.02), link(3, 'v3', 'v4', 0.02)];

  it('adds changes up, and errors as independent ones', () => {
    const [series, ...others] = reportOf(chain).series;
    expect(others).toEqual([]);
    expect(series).toMatchObject({ isComposed: true, reference: 'v1', changes: [], levels: [] });
    const last = series?.points.at(-1);
    expect(last?.name).toBe('v4');
    expect(last?.percent).toBeCloseTo(Math.expm1(0.06) * 100, 9);
    expect(last?.highPercent).toBeCloseTo(Math.expm1(0.06 + 0.02 * Math.sqrt(3)) * 100, 9);
  });

  it('is not made of gates against one reference, nor of a gap', () => {
    const pinned = [link(1, 'v1', 'v2', 0), link(2, 'v1', 'v3', 0), link(3, 'v1', 'v4', 0)];
    expect(reportOf(pinned).series.map(({ isComposed }) => isComposed)).toEqual([false]);
    expect(reportOf([link(1, 'v1', 'v2', 0), link(2, 'v3', 'v4', 0)]).series.some((each) => each.isComposed)).toBe(
      false,
    );
  });

  it('ends where a change is no number', () => {
    const [a, b, c] = chain;
    if (!a || !b || !c) throw new Error('no chain was made');
    const never = { ...b, changes: b.changes.map((change) => ({ ...change, log: null, low: null, high: null })) };
    expect(reportOf([a, never, c]).series[0]?.points).toHaveLength(1);
  });
});

describe('levels', () => {
  it('weigh what is surer more, and merge what differs too little', () => {
    const values = [
      { log: 0, halfLog: 0.01 },
      { log: 0.1, halfLog: 0.02 },
      { log: 0.1, halfLog: undefined },
    ];
    const [level] = levelsOf(values, [], 0).levels;
    expect(level?.log).toBeGreaterThan(0.02);
    expect(level?.log).toBeLessThan(0.05);
    const cuts = [
      { index: 1, p: 0 },
      { index: 2, p: 0 },
    ];
    expect(levelsOf(values, cuts, 0.01).cuts.map(({ index }) => index)).toEqual([1]);
    expect(levelsOf(values, cuts, 1).levels).toHaveLength(1);
    expect(levelsOf([], [], 0).levels).toEqual([]);
  });
});
