/** Folders of runs as they are found in the wild: whole, old, broken, cut off, running, and what is none of them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runSummary } from '../../src/analysis/summary/run.ts';
import { whileOwned } from '../../src/archive/owner-file.ts';
import { pinDirectory, unpinDirectory } from '../../src/archive/pin-file.ts';
import { writeSummary } from '../../src/archive/summary-file.ts';
import { keepGate } from '../../src/experiments/finish.ts';
import { isMeant, type RunFilter } from '../../src/history/filter.ts';
import { findRun } from '../../src/history/find-run.ts';
import { baselineIds, listRuns } from '../../src/history/list-runs.ts';
import { bytesIn, planPrune, removeRun } from '../../src/history/prune.ts';
import { machineMark } from '../../src/host/owner.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { runListSchema } from '../../src/model/run-summary.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { madeComparison } from '../helpers/comparison.ts';
import { keptGate } from '../helpers/gate.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';

const parent = mkdtempSync(join(tmpdir(), 'rampart-runs-'));
afterAll(() => rmSync(parent, { recursive: true }));
let folder = '';
let number = 0;
beforeEach(() => {
  folder = join(parent, `case-${++number}`, 'runs');
  mkdirSync(folder, { recursive: true });
});

const day = (of: number) => `2026-01-${String(of).padStart(2, '0')}T10:00:00.000Z`;
const put = (path: string, text: string) => writeFileSync(join(folder, path), text);

/** A whole run, without its summary unless that is asked for. */
async function run(name: string, change: Partial<RunResult> = {}, hasSummary = false): Promise<void> {
  mkdirSync(join(folder, name, 'raw'), { recursive: true });
  put(`${name}/scenario.yaml`, 'name: ramp\n');
  const result: RunResult = { ...sampleResult(), id: name, ...change };
  put(`${name}/result.json`, JSON.stringify(result));
  if (hasSummary) await writeSummary(join(folder, name), 'result.json', runSummary(result));
}

const everything: RunFilter = { tags: {}, kinds: [], verdicts: [] };

describe('the list', () => {
  it('has runs newest first, the same with a summary and without', async () => {
    await run('a', { startedAt: day(1), tags: { release: '1.4' } });
    await run('b', { startedAt: day(2) }, true);
    const { runs } = await listRuns(folder);
    expect(runs.map(({ directory, state, of }) => [directory, state, of])).toEqual([
      ['b', 'ended', 'run'],
      ['a', 'ended', 'run'],
    ]);
    const [b, a] = runs;
    expect({ ...b, directory: '', id: '', startedAt: '' }).toEqual({
      ...a,
      tags: undefined,
      directory: '',
      id: '',
      startedAt: '',
    });
    expect(runListSchema.safeParse({ schemaVersion: 1, kind: 'runs', folder, runs }).error).toBeUndefined();
  });

  it('does not believe a summary of another result', async () => {
    await run('a', { startedAt: day(1) }, true);
    put('a/result.json', JSON.stringify({ ...sampleResult(), id: 'a', tags: { release: '1.5' } }));
    expect((await listRuns(folder)).runs[0]?.tags).toEqual({ release: '1.5' });
  });

  it('knows comparisons and gates, and one that can be gone on with', async () => {
    for (const name of ['compare', 'gate', 'open']) mkdirSync(join(folder, name));
    put('compare/comparison.json', JSON.stringify(madeComparison([{ name: 'a', p99Us: 1000 }])));
    const gate = keptGate(gateRounds(8, {}, () => ({})));
    await keepGate(join(folder, 'gate'), { ...gate, tags: { release: '1.5' } });
    await keepGate(join(folder, 'open'), { ...gate, input: { ...gate.input, isOver: false } });
    const { runs } = await listRuns(folder);
    const told = Object.fromEntries(runs.map(({ directory, state, of, verdict }) => [directory, [of, state, verdict]]));
    expect(told).toEqual({
      compare: ['compare', 'cut-off', undefined],
      gate: ['gate', 'ended', gate.verdict.verdict],
      open: ['gate', 'cut-off', gate.verdict.verdict],
    });
    expect(runs.find(({ directory }) => directory === 'gate')).toMatchObject({ tags: { release: '1.5' } });
  });

  it('tells what is running from what was cut off', async () => {
    for (const name of ['20260131-142501-ramp-3fa9', 'cut', 'dead', 'elsewhere']) {
      mkdirSync(join(folder, name, 'raw'), { recursive: true });
      put(`${name}/scenario.yaml`, 'name: ramp\n');
    }
    const manifest = { id: 'x', startedAt: day(3), scenario: { name: 'ramp', tags: { release: '1.5' } } };
    put('cut/raw/manifest.json', JSON.stringify(manifest));
    put('dead/.owner', JSON.stringify({ process: '4194304:1', machine: machineMark() }));
    put('elsewhere/.owner', JSON.stringify({ process: '1:1', machine: 'another/boot/pid' }));
    await whileOwned(join(folder, '20260131-142501-ramp-3fa9'), async () => {
      const { runs } = await listRuns(folder);
      const states = Object.fromEntries(runs.map(({ directory, state }) => [directory, state]));
      expect(states).toEqual({
        '20260131-142501-ramp-3fa9': 'running',
        cut: 'cut-off',
        dead: 'cut-off',
        elsewhere: 'running',
      });
      expect(runs.find(({ directory }) => directory === 'cut')).toMatchObject({
        id: 'x',
        startedAt: day(3),
        tags: { release: '1.5' },
      });
      expect(runs.find(({ directory }) => directory.startsWith('2026'))?.startedAt).toMatch(/^2026-01-3/);
    });
    const after = (await listRuns(folder)).runs.find(({ directory }) => directory.startsWith('2026'));
    expect(after?.state).toBe('cut-off');
  });

  it.each([
    ['no JSON', '{"schemaVersion":1,'],
    ['another version', JSON.stringify({ ...sampleResult(), schemaVersion: 99 })],
    ['null', 'null'],
    ['nothing', ''],
  ])('says of a result that is %s that it cannot be read', async (_, text) => {
    await run('a');
    put('a/result.json', text);
    const [entry] = (await listRuns(folder)).runs;
    expect(entry).toMatchObject({
      directory: 'a',
      state: 'unreadable',
      problem: expect.stringContaining('result.json'),
    });
  });

  it('leaves out what is no run, and says so', async () => {
    mkdirSync(join(folder, 'notes'));
    put('notes/result.json', '{}');
    put('README', '');
    await run('a');
    symlinkSync(join(folder, 'a'), join(folder, 'latest'));
    const { runs, others } = await listRuns(folder);
    expect(runs.map(({ directory }) => directory)).toEqual(['a']);
    expect([...others].sort()).toEqual(['README', 'latest', 'notes']);
    expect(await listRuns(join(folder, 'nowhere'))).toEqual({ runs: [], others: [] });
  });

  it('can be asked for some of them', async () => {
    await run('a', { startedAt: day(1), tags: { release: '1.4', team: 'shop' } });
    await run('b', { startedAt: day(9), tags: { release: '1.5', team: 'shop' } });
    const { runs } = await listRuns(folder);
    const meant = (filter: Partial<RunFilter>) =>
      runs.filter((entry) => isMeant(entry, { ...everything, ...filter })).map(({ directory }) => directory);
    expect(meant({ tags: { team: 'shop' } })).toEqual(['b', 'a']);
    expect(meant({ tags: { team: 'shop', release: '1.4' } })).toEqual(['a']);
    expect(meant({ sinceMs: Date.parse(day(5)) })).toEqual(['b']);
    expect(meant({ kinds: ['gate'] })).toEqual([]);
    expect(meant({ scenario: 'other' })).toEqual([]);
    expect(meant({ verdicts: [runs[0]?.verdict ?? ''] })).toEqual(['b', 'a']);
  });
});

describe('prune', () => {
  it('leaves alone what is running, pinned, tagged keep, or what a baseline is of', async () => {
    for (const [index, name] of ['running', 'pinned', 'tagged', 'based', 'old', 'older', 'new'].entries())
      await run(name, { startedAt: name === 'new' ? day(31) : day(8 - index) });
    await run('tagged', { startedAt: day(2), tags: { keep: 'true' } });
    await pinDirectory(join(folder, 'pinned'), 'release');
    mkdirSync(join(folder, '..', 'perf'));
    writeFileSync(
      join(folder, '..', 'perf', 'baseline.json'),
      JSON.stringify({ kind: 'baseline', from: { id: 'based' } }),
    );
    const baselines = await baselineIds(join(folder, '..'));
    await whileOwned(join(folder, 'running'), async () => {
      const { runs } = await listRuns(folder, baselines);
      const plan = planPrune(runs, { keep: 1, olderThanMs: 86_400_000 }, Date.parse(day(31)));
      expect(plan.going.map(({ directory }) => directory)).toEqual(['old', 'older']);
      expect(plan.spared.map(({ entry, why }) => [entry.directory, why])).toEqual([
        ['pinned', 'pinned'],
        ['based', 'a baseline is of it'],
        ['tagged', 'tagged keep=true'],
        ['running', 'is running'],
      ]);
    });
  });

  it('goes by number and by age, and by both together', async () => {
    for (const of of [1, 5, 10]) await run(`d${of}`, { startedAt: day(of) });
    const { runs } = await listRuns(folder);
    const going = (keep: number | undefined, days: number | undefined) =>
      planPrune(
        runs,
        { keep, olderThanMs: days === undefined ? undefined : days * 86_400_000 },
        Date.parse(day(11)),
      ).going.map(({ directory }) => directory);
    expect(going(1, undefined)).toEqual(['d5', 'd1']);
    expect(going(undefined, 5.5)).toEqual(['d5', 'd1']);
    expect(going(2, 5.5)).toEqual(['d1']);
    expect(going(0, undefined)).toEqual(['d10', 'd5', 'd1']);
  });

  it('looks again before it removes, and knows how much room it makes', async () => {
    await run('a');
    await run('b');
    const { runs } = await listRuns(folder);
    const [a, b] = ['a', 'b'].map((name) => runs.find(({ directory }) => directory === name));
    if (!a || !b) throw new Error('a run is missing');
    await pinDirectory(join(folder, 'a'), 'now');
    expect(await removeRun(folder, a)).toBe(false);
    await whileOwned(join(folder, 'b'), async () => expect(await removeRun(folder, b)).toBe(false));
    expect(await bytesIn(join(folder, 'b'))).toBe(
      'name: ramp\n'.length + JSON.stringify({ ...sampleResult(), id: 'b' }).length,
    );
    await unpinDirectory(join(folder, 'a'));
    expect(await removeRun(folder, a)).toBe(true);
    expect(await removeRun(folder, a)).toBe(false);
    expect((await listRuns(folder)).runs.map(({ directory }) => directory)).toEqual(['b']);
  });
});

describe('a run is found', () => {
  it('by its directory, its id, or what that begins or ends with', async () => {
    await run('20260131-142501-ramp-3fa9');
    await run('20260131-150000-ramp-77aa');
    const cwd = join(folder, '..');
    const first = join(folder, '20260131-142501-ramp-3fa9');
    expect(findRun('3fa9', cwd)).toBe(first);
    expect(findRun('20260131-14', cwd)).toBe(first);
    expect(findRun('runs/20260131-142501-ramp-3fa9', cwd)).toBe(first);
    expect(() => findRun('2026', cwd)).toThrow(/is the beginning or the end of 2 ids: 20260131-/);
    expect(() => findRun('nothing', cwd)).toThrow('there is no such directory, and no such id in runs/');
    expect(() => findRun('', cwd)).toThrow('there is no such directory');
  });
});
