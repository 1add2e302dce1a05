/** What `inspect --json` prints holds what its schema says, and nothing that the schema does not know. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { createIntervalBook } from '../../../src/analysis/inspect/interval.ts';
import { histogramLog } from '../../../src/archive/histogram-log.ts';
import { readRawRun } from '../../../src/archive/run-directory.ts';
import { inspectCommand } from '../../../src/commands/inspect/inspect.ts';
import { createLogScanner } from '../../../src/goruntime/log/scanner.ts';
import { inspectionSchema } from '../../../src/model/inspection.ts';
import { followedSchema } from '../../../src/model/inspection-changes.ts';
import type { LoadWindow } from '../../../src/model/load.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { gc, sched } from '../../helpers/inspect-log.ts';

const test = join(import.meta.dirname, '..', '..');
const goruntime = join(test, 'fixtures', 'goruntime');
const run = join(test, 'golden', 'run');
const logs = readdirSync(goruntime).flatMap((name) => (name.endsWith('.log') ? [join(goruntime, name)] : []));
const dumps = ['go119-waits.txt', 'go126-waits.txt', 'go126-crowd.txt'].map((name) => join(goruntime, name));
const profiles = ['go119-waits.pb.gz', 'go126-waits.pb.gz'].map((name) => join(goruntime, name));
const sampled = ['cpu', 'heap', 'mutex', 'block'].map((type) =>
  join(run, 'profiles', `loadbalancer-1.02.${type}.pb.gz`),
);
const histograms = join(mkdtempSync(join(tmpdir(), 'rampart-inspect-')), 'latency.hlog');

beforeAll(async () => {
  const { samples } = await readRawRun(run);
  const windows = samples.filter((sample): sample is LoadWindow => sample.kind === 'window');
  writeFileSync(histograms, [...histogramLog(windows, 0)].join(''));
});

async function printed(files: readonly string[], flags: Readonly<Record<string, boolean>> = {}): Promise<unknown> {
  const { context, told } = contextOf({});
  await inspectCommand.run(argsOf({ files, json: true, ...flags }), context);
  return JSON.parse(told.stdout);
}

it.each([...logs, ...dumps, ...profiles, ...sampled, histograms])('of %s', async (file) => {
  const found = await printed([file]);
  expect(inspectionSchema.parse(found)).toEqual(found);
});

it.each([
  ['logs', logs],
  ['dumps', dumps],
  ['goroutine profiles', profiles],
  ['profiles', [sampled[0] ?? '', sampled[0] ?? '']],
  ['histogram logs', [histograms, histograms]],
])('of several %s, with what changed', async (_, files) => {
  const found = await printed(files);
  expect(inspectionSchema.parse(found)).toEqual(found);
  expect(found).toMatchObject({
    changes: expect.arrayContaining([expect.objectContaining({ inputs: expect.any(Array) })]),
  });
});

it('of inputs that have nothing in common', async () => {
  const found = await printed([logs[0] ?? '', histograms]);
  expect(inspectionSchema.parse(found)).toEqual(found);
});

it.each([logs[0], profiles[0], histograms])('of every record of %s', async (file = '') => {
  const found = await printed([file], { records: true });
  expect(inspectionSchema.parse(found)).toEqual(found);
  expect(found).toMatchObject({
    records: expect.arrayContaining([expect.objectContaining({ kind: expect.any(String) })]),
  });
});

it('of each stretch of a log that grows, also of one in which nothing came', () => {
  const book = createIntervalBook();
  const scanner = createLogScanner((record, source) => book.record(record, source));
  const stretch = (text: string) => {
    scanner.write(Buffer.from(text));
    scanner.settle();
    const line = JSON.parse(JSON.stringify({ at: '2026-01-31T12:00:00.000Z', lengthMs: 5000, ...book.take() }));
    expect(followedSchema.parse(line)).toEqual(line);
  };
  stretch('');
  stretch(sched(100, 3, 0) + gc(1, 0.2, 1, 8));
});
