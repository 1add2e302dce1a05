/** A recorded run, from its raw records to every report: a change that moves a byte of what users get shows here, and is meant or mended. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import { histogramLog } from '../../src/archive/histogram-log.ts';
import { readRawRun } from '../../src/archive/run-directory.ts';
import type { LoadWindow } from '../../src/model/load.ts';
import type { RawRun } from '../../src/model/raw-run.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { reporters } from '../../src/registry.ts';

/** The chart library is left out: its bytes are its own. */
const formats = await reporters({ uplotJs: '', uplotCss: '' }, { color: false, width: 100 });

let run: RawRun;
let result: RunResult;
beforeAll(async () => {
  run = await readRawRun(join(import.meta.dirname, 'run'));
  result = buildResult(run);
});

describe('the recorded run', () => {
  it.each(formats.map((each) => [each.format, each] as const))('gives the same %s', async (format, reporter) => {
    const name = reporter.fileName ?? `${format}.txt`;
    await expect([...reporter.render(result)].join('')).toMatchFileSnapshot(join('reports', name));
  });

  it('gives the same histogram log', async () => {
    const windows = run.samples.filter((sample): sample is LoadWindow => sample.kind === 'window');
    const log = histogramLog(windows, Date.parse(run.manifest.startedAt));
    await expect([...log].join('')).toMatchFileSnapshot(join('reports', 'latency.hlog'));
  });

  it('is not a bare one: it has findings, profiles, goroutines and series of every sampler', () => {
    expect(result.findings.length).toBeGreaterThanOrEqual(4);
    expect(result.slo.map(({ outcome }) => outcome)).toContain('fail');
    expect(new Set(run.samples.map(({ kind }) => kind))).toContain('profile');
    expect(new Set(result.series.map(({ source }) => source)).size).toBeGreaterThanOrEqual(4);
  });
});
