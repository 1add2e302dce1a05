import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { beforeEach, expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import { readComparison } from '../../src/archive/comparison-directory.ts';
import { gateFile, readGate } from '../../src/archive/gate-file.ts';
import { histogramLog } from '../../src/archive/histogram-log.ts';
import { createRunDirectory, readRawRun, writeManifest, writeOutcome } from '../../src/archive/run-directory.ts';
import { createArchiveSink } from '../../src/sinks/archive-sink.ts';
import { queueLook } from '../helpers/local-queues.ts';
import { healthySamples, rawRun, window } from '../helpers/raw-run.ts';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'rampart-test-')), 'run');
});

async function writeRun() {
  const run = rawRun(healthySamples());
  await createRunDirectory(directory);
  await writeManifest(directory, run.manifest);
  const sink = createArchiveSink(directory, (error) => {
    throw error;
  });
  for (const sample of run.samples) sink.accept(sample);
  await sink.close();
  return run;
}

it('gives back exactly what a run wrote', async () => {
  const run = await writeRun();
  await writeOutcome(directory, { status: 'complete', endUs: 7_000_000 });
  const { readings, piecesOf, ...read } = await readRawRun(directory);
  expect(read).toEqual(run);
  expect(readings?.series()).toEqual([]);
  expect(piecesOf?.('raw/of-none.trace')).toBeUndefined();
});

it('reads a run that was cut off in the middle of a line', async () => {
  const run = await writeRun();
  await appendFile(join(directory, 'raw/load.ndjson'), '{"kind":"tick","atUs":123');
  const read = await readRawRun(directory);
  expect(read.outcome).toBeUndefined();
  expect(read.samples).toEqual(run.samples);
});

it('reads a run of many hours', async () => {
  const run = await writeRun();
  const line = `${JSON.stringify({ kind: 'reading', atUs: 1, target: 'api-1', source: 'metrics', values: { x: 1 } })}\n`;
  await appendFile(join(directory, 'raw/readings.ndjson'), line.repeat(200_000));
  const { samples, readings } = await readRawRun(directory);
  expect(samples).toEqual(run.samples);
  expect(readings?.series()).toMatchObject([{ name: 'x', target: 'api-1', source: 'metrics' }]);
  expect(readings?.series()[0]?.points).toHaveLength(200_000);
});

it('reads the same result from the disk as from what was written to it', async () => {
  const run = await writeRun();
  const told = (atUs: number, values: Record<string, number>) => ({
    ...{ kind: 'reading' as const, atUs, target: 'loadbalancer-1', source: 'metrics', values },
  });
  const readings = [told(2_500_000.4, { a: 1, b: 2 }), told(3_500_000, { b: 3.5 }), told(3_000_000, { a: 4, c: 0 })];
  await appendFile(
    join(directory, 'raw/readings.ndjson'),
    readings.map((each) => `${JSON.stringify(each)}\n`).join(''),
  );
  const result = buildResult({ ...run, outcome: undefined, samples: [...run.samples, ...readings] });
  expect(result.series.find(({ name }) => name === 'a')?.points).toEqual([
    [2_500_000, 1],
    [3_000_000, 4],
  ]);
  expect(buildResult(await readRawRun(directory))).toEqual(result);
});

it('reads local run queues as the scheduler printed them, and none from a run of an older version', async () => {
  const run = await writeRun();
  await writeOutcome(directory, { status: 'complete', endUs: 7_000_000 });
  expect(buildResult(await readRawRun(directory))).not.toHaveProperty('localQueues');
  const looks = [queueLook(2_000_000, [4, 3, 0, 1]), queueLook(3_000_000, [0, 0, 0, 0])];
  const sink = createArchiveSink(directory, (error) => {
    throw error;
  });
  for (const look of looks) sink.accept(look);
  await sink.close();
  const { localQueues } = buildResult(await readRawRun(directory));
  expect(localQueues).toEqual(buildResult({ ...run, samples: [...run.samples, ...looks] }).localQueues);
  expect(localQueues).toMatchObject([{ atUs: [2_000_000, 3_000_000], lengths: looks.map((look) => look.localQueues) }]);
});

it('holds each stack once, however many profiles saw it', async () => {
  await writeRun();
  const groups = [{ count: 2, reason: 'select', site: 'main.wait', frames: ['runtime.gopark', 'main.wait'] }];
  const stacks = { kind: 'stacks', atUs: 5, target: 'api-1', total: 2, groups };
  await appendFile(join(directory, 'raw/stacks.ndjson'), `${JSON.stringify(stacks)}\n`.repeat(2));
  const read = (await readRawRun(directory)).samples.filter((sample) => sample.kind === 'stacks');
  expect(read).toEqual([stacks, stacks]);
  expect(read[0]?.groups[0]?.frames).toBe(read[1]?.groups[0]?.frames);
});

it('reads lines that are longer than what is read at once, with letters of several bytes', async () => {
  const run = await writeRun();
  const long = { kind: 'event', atUs: 1, event: 'phase', message: 'ö→'.repeat(200_000) } as const;
  await appendFile(join(directory, 'raw/events.ndjson'), `${JSON.stringify(long)}\n`.repeat(2));
  expect((await readRawRun(directory)).samples).toEqual([...run.samples, long, long]);
});

it('says which line is damaged', async () => {
  await writeRun();
  await writeFile(join(directory, 'raw/load.ndjson'), 'nonsense\n{"kind":"end","lastDueUs":1,"drainedUs":2}\n');
  await expect(readRawRun(directory)).rejects.toThrow(/load\.ndjson:1: is not a sample: nonsense/);
});

it('refuses a directory that holds something else', async () => {
  await writeRun();
  await expect(createRunDirectory(directory)).rejects.toMatchObject({ code: 'out-not-empty', exitCode: 2 });
});

it('refuses to report on a directory without a run', async () => {
  await expect(readRawRun(tmpdir())).rejects.toMatchObject({ code: 'not-a-run', exitCode: 2 });
});

it('tells when the disk refuses, once', async () => {
  const errors: Error[] = [];
  const sink = createArchiveSink('/dev/null/nowhere', (error) => errors.push(error));
  for (const sample of healthySamples()) sink.accept(sample);
  await sink.close();
  expect(errors).toHaveLength(1);
});

it('writes interval histograms that HdrHistogram tools read', () => {
  const text = [...histogramLog([window(1, 2_000_000, 10, 1000)], 0)].join('');
  const line = text.split('\n').find((each) => each.startsWith('Tag=response,'));
  const [, start, length, max, encoded] = line?.split(',') ?? [];
  expect([Number(start), Number(length), Number(max)]).toEqual([2, 1, 1]);
  expect(decodeFromCompressedBase64(encoded ?? '').totalCount).toBe(10);
});

it('takes a file in the place of a directory for what holds no run, no gate and no comparison', async () => {
  const file = fileURLToPath(import.meta.url);
  await expect(readRawRun(file)).rejects.toMatchObject({ code: 'not-a-run', exitCode: 2 });
  expect(await readGate(join(file, gateFile))).toBeUndefined();
  expect(await readComparison(file)).toBeUndefined();
});
