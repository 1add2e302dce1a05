/** A run directory as hours of load leave it behind, made up from one of a short run. */
import { once } from 'node:events';
import { cpSync, createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadTick, LoadWindow } from '../../../src/model/load.ts';
import { seededUniform } from '../../../src/model/random.ts';
import type { RunManifest } from '../../../src/model/raw-run.ts';

export const longRunRps = 10_000;

/** So many different seconds there are; the rest repeats them. */
const variants = 60;
/** What is known of a second when it is over, and what comes out a moment later. */
const shareKnownAtOnce = 0.9;

/** Copies the short run and puts `hours` of windows and ticks in the place of its own. */
export async function writeLongRun(shortRun: string, directory: string, hours: number): Promise<void> {
  cpSync(shortRun, directory, { recursive: true });
  const seconds = hours * 3600;
  const file = join(directory, 'raw', 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as RunManifest;
  const shape = { kind: 'constant', rps: longRunRps } as const;
  const steps = [{ name: 'long', shape, durationMs: seconds * 1000, measure: true }];
  const { scenario, startUs } = manifest;
  const long = { ...manifest, scenario: { ...scenario, load: { ...scenario.load, steps } } };
  writeFileSync(file, JSON.stringify(long));
  writeFileSync(
    join(directory, 'raw', 'outcome.json'),
    JSON.stringify({ status: 'complete', endUs: startUs + (seconds + 1) * 1e6 }),
  );
  await writeLines(join(directory, 'raw', 'load.ndjson'), messages(startUs, seconds));
}

async function writeLines(file: string, lines: Iterable<LoadMessage>): Promise<void> {
  const stream = createWriteStream(file);
  for (const line of lines) if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

function* messages(startUs: number, seconds: number): Iterable<LoadMessage> {
  const most = Math.round(longRunRps * shareKnownAtOnce);
  const early = Array.from({ length: variants }, (_, seed) => window(longRunRps, most, seed));
  const late = Array.from({ length: variants }, (_, seed) => window(0, longRunRps - most, seed + variants));
  yield { kind: 'step', step: 0, startUs };
  for (let second = 0; second < seconds; second++) {
    const dueUs = startUs + second * 1e6;
    for (const each of [early, late]) {
      const own = each[second % variants];
      if (own) yield { ...own, dueUs };
    }
    yield tick(dueUs + 1e6);
  }
  yield { kind: 'end', lastDueUs: startUs + seconds * 1e6 - 100, drainedUs: startUs + seconds * 1e6 };
}

function window(planned: number, completed: number, seed: number): LoadWindow {
  const none = { failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  return {
    ...{ kind: 'window', step: 0, dueUs: 0, planned, completed, ...none, errors: {} },
    response: latencies(completed, 900, seed),
    service: latencies(completed, 700, seed + 1000),
    lag: latencies(planned, 60, seed + 2000),
    phases: { firstByte: latencies(completed, 600, seed + 3000) },
  };
}

/** Latencies with a long tail around a typical one: a log-logistic distribution, drawn anew for each variant. */
function latencies(count: number, typicalUs: number, seed: number): string {
  const histogram = newHistogram();
  const uniform = seededUniform(seed);
  for (let n = 0; n < count; n++) {
    const quantile = uniform();
    histogram.recordValue(Math.round(typicalUs * (quantile / (1 - quantile)) ** 0.3));
  }
  return encodeHistogram(histogram);
}

function tick(atUs: number): LoadTick {
  const counts = { due: longRunRps, sent: longRunRps, completed: longRunRps, opened: 0 };
  const standing = { step: 0, inFlight: 12, waiting: 0, connections: 40 };
  return { kind: 'tick', atUs, lengthUs: 1e6, ...counts, ...standing, cpuPercent: 80, loopUtilisation: 0.6 };
}
