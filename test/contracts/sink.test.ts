/** What holds for every sink. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRunDirectory, readRawRun } from '../../src/archive/run-directory.ts';
import type { Sink } from '../../src/model/contracts.ts';
import type { Sample } from '../../src/model/sample.ts';
import type { LogLine } from '../../src/model/topology.ts';
import { openSinks } from '../../src/registry.ts';
import { scenario, tick } from '../helpers/raw-run.ts';

/** A recorded run, and what did not happen in it or is read back in another form. */
const { samples: recorded } = await readRawRun(join(import.meta.dirname, '..', 'golden', 'run'));
type Unrecorded = Exclude<Sample['kind'], 'stacks' | 'profile' | 'program' | 'clock' | 'window' | 'tick' | 'step'>;
const unrecorded: Record<Unrecorded, Sample> = {
  reading: { kind: 'reading', atUs: 1, target: 'a', source: 's', values: { 'sched.runqueue': 1 } },
  gap: { kind: 'gap', atUs: 1, target: 'a', source: 's', message: 'no answer' },
  doubt: { kind: 'doubt', atUs: 1, target: 'a', source: 's', message: 'never seen' },
  event: { kind: 'event', atUs: 1, target: 'a', event: 'exit', message: 'gone' },
  fault: { kind: 'fault', atUs: 2, askedUs: 1, fault: 'f', moment: 'begin', targets: ['a'], message: 'killed a' },
  condition: { kind: 'condition', atUs: 1, condition: 'c', holds: true },
  trace: {
    kind: 'trace',
    atUs: 1,
    untilUs: 2,
    target: 'a',
    step: 0,
    number: 1,
    outcome: 'ok',
    content: new Uint8Array([1]),
  },
  'trace-verdict': { kind: 'trace-verdict', atUs: 3, target: 'a', step: 0, number: 1, kept: 'no' },
  role: { kind: 'role', atUs: 1, role: 'leader', targets: ['a'] },
  bins: {
    kind: 'bins',
    step: 0,
    binUs: 20_000,
    bins: [{ dueUs: 0, completed: 0, lost: 1, response: '', firstLostUs: 1 }],
  },
  exchanges: { kind: 'exchanges', step: 0, worker: 0, exchanges: '1 0 rs 1 2 0' },
  end: { kind: 'end', lastDueUs: 1, drainedUs: 2 },
  generator: {
    kind: 'generator',
    atUs: 1,
    generator: 0,
    name: 'g1',
    machine: { os: 'Linux', cpuModel: 'cpu', cpus: 2, memoryBytes: 1, node: 'v20' },
    workers: 1,
    offsetUs: 3,
    uncertaintyUs: 2,
  },
  'generator-tick': { kind: 'generator-tick', atUs: 1, generator: 0, tick: tick(0, 1) },
  'generator-machine': { kind: 'generator-machine', atUs: 1, lengthUs: 1, generator: 0, throttledMs: 1 },
};
const samples: readonly Sample[] = [...recorded, ...Object.values(unrecorded)];
const line: LogLine = { atUs: 1, target: 'a', stream: 'stderr', text: 'a \u001b[31mline' };

const home = mkdtempSync(join(tmpdir(), 'rampart-sinks-'));
afterAll(() => rmSync(home, { recursive: true }));

/** All sinks of a run, or of an observation; what they write to a terminal goes nowhere. */
async function open(of: Parameters<typeof openSinks>[0]['progress']['of'] = { steps: scenario.load.steps }) {
  const trouble: Error[] = [];
  const directory = mkdtempSync(join(home, 'run-'));
  await createRunDirectory(directory);
  const sinks = await openSinks({
    runId: 'r1',
    directory,
    progress: { write: () => {}, redraw: true, columns: 80, startUs: 0, of },
    metrics: { port: 0, keepMs: 0 },
    metered: { nowMs: () => 0 },
    onDiskError: (error) => trouble.push(error),
    onMetrics: () => {},
  });
  return { sinks, trouble };
}

const kinds = await (async () => {
  const { sinks } = await open();
  await Promise.all(sinks.map((sink) => sink.close()));
  return sinks.map(({ kind }) => kind);
})();

it('is of a kind of its own', () => {
  expect(new Set(kinds).size).toBe(kinds.length);
});

it('is shown every kind of sample here', () => {
  const shown = new Set(samples.map(({ kind }) => kind));
  const every: Record<Sample['kind'], true> = {
    ...{ reading: true, stacks: true, profile: true, event: true, gap: true, doubt: true, program: true, clock: true },
    ...{ trace: true, 'trace-verdict': true, fault: true, condition: true, role: true },
    ...{ generator: true, 'generator-tick': true, 'generator-machine': true },
    ...{ window: true, bins: true, exchanges: true, tick: true, step: true, end: true },
  };
  expect([...shown].sort()).toEqual(Object.keys(every).sort());
});

describe.each(kinds)('%s', (kind) => {
  /** The sink alone; the others are closed with it. */
  async function only(of?: Parameters<typeof open>[0]): Promise<{ sink: Sink; trouble: Error[] }> {
    const { sinks, trouble } = await open(of);
    onTestFinished(async () => void (await Promise.all(sinks.map((sink) => sink.close()))));
    const sink = sinks.find((each) => each.kind === kind);
    if (!sink) throw new Error(`no ${kind} was opened`);
    return { sink, trouble };
  }

  it.each([
    ['in their order', samples],
    ['backwards, as no run would send them', samples.toReversed()],
    ['without the start', samples.slice(samples.length / 2)],
  ])('takes samples of every kind %s, and lines, and closes', async (_, given) => {
    const { sink, trouble } = await only();
    for (const sample of given) sink.accept(sample);
    sink.log?.(line);
    await sink.close();
    expect(trouble).toEqual([]);
  });

  it('takes what is seen without load', async () => {
    const { sink, trouble } = await only({ forMs: undefined });
    for (const sample of samples.filter(({ kind: of }) => !['window', 'tick', 'step', 'end'].includes(of)))
      sink.accept(sample);
    await sink.close();
    expect(trouble).toEqual([]);
  });

  it('changes nothing of what it is given, for others are given it too', async () => {
    const { sink } = await only();
    const before = samples.map((sample) => structuredClone(sample));
    for (const sample of samples) sink.accept(sample);
    expect(samples).toEqual(before);
  });

  it('closes also when nothing came', async () => {
    const { sink, trouble } = await only();
    await sink.close();
    expect(trouble).toEqual([]);
  });
});
