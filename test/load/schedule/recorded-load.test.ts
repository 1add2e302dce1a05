import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalCursor, plannedCounts } from '../../../src/load/schedule/arrivals.ts';
import {
  openRecordedLoad,
  recordedLoad,
  recordedMs,
  stepsWithRates,
} from '../../../src/load/schedule/recorded-load.ts';
import type { Recording } from '../../../src/load/schedule/recording.ts';
import { sharedOut, workersFor } from '../../../src/load/workers/share-out.ts';
import type { LoadStep } from '../../../src/model/scenario.ts';
import { plainRequest, planFor } from '../load-run.ts';

function recordingOf(atS: readonly number[]): Recording {
  return { atS: Float64Array.from(atS), requests: new Int32Array(atS.length).fill(-1), names: [] };
}

function stepsOf(...lengthsMs: readonly number[]): LoadStep[] {
  return lengthsMs.map((durationMs, index) => ({
    name: `${index}`,
    shape: { kind: 'recorded', rps: 0, peakRps: 0 },
    durationMs,
    measure: true,
  }));
}

function dues(steps: readonly LoadStep[], recordedUs: Float64Array, share?: { index: number; of: number }) {
  const arrivals = { file: 'a', speed: 1, fromMs: 0 };
  const cursor = arrivalCursor({ steps, arrivals, seed: 1, startUs: 1000, recordedUs, share });
  const found: [step: number, dueUs: number][] = [];
  for (; cursor.dueUs !== Number.POSITIVE_INFINITY; cursor.advance()) found.push([cursor.step, cursor.dueUs]);
  return found;
}

describe('recorded arrivals', () => {
  it('fall due when they came, each in its step; one at a border belongs to what comes after it', () => {
    const steps = stepsOf(1000, 2000);
    const { dueUs } = recordedLoad(recordingOf([0, 0.25, 1, 2.5, 3, 9]), { speed: 1, fromMs: 0 }, steps);
    expect(dues(steps, dueUs)).toEqual([
      [0, 1000],
      [0, 251_000],
      [1, 1_001_000],
      [1, 2_501_000],
    ]);
  });

  it.each([
    [2, [0, 500_000, 1_000_000]],
    [0.5, [0, 2_000_000, 4_000_000]],
    [100, [0, 10_000, 20_000]],
  ])('come %d times as fast', (speed, wanted) => {
    const { dueUs } = recordedLoad(recordingOf([0, 1, 2]), { speed, fromMs: 0 }, stepsOf(60_000));
    expect([...dueUs]).toEqual(wanted);
  });

  it('begin where they are to begin', () => {
    const { dueUs, requests } = recordedLoad(
      { ...recordingOf([0, 10, 11, 30]), requests: Int32Array.of(0, 1, 2, 3), names: [] },
      { speed: 2, fromMs: 10_000 },
      stepsOf(5000),
    );
    expect([...dueUs]).toEqual([0, 500_000]);
    expect([...requests]).toEqual([1, 2]);
  });

  it('may leave a step empty', () => {
    const steps = stepsOf(1000, 1000, 1000);
    const { dueUs } = recordedLoad(recordingOf([0, 2.5]), { speed: 1, fromMs: 0 }, steps);
    expect(dues(steps, dueUs).map(([step]) => step)).toEqual([0, 2]);
    expect(stepsWithRates(steps, { dueUs }).map(({ shape }) => 'rps' in shape && shape.rps)).toEqual([1, 0, 1]);
  });

  it('are each sent by one of several workers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9999 }), { maxLength: 200 }),
        fc.integer({ min: 1, max: 7 }),
        (ms, of) => {
          const steps = stepsOf(2000, 500, 5000);
          const atS = [0, ...ms.sort((a, b) => a - b)].map((each) => each / 1000);
          const { dueUs } = recordedLoad(recordingOf(atS), { speed: 1, fromMs: 0 }, steps);
          const parts = Array.from({ length: of }, (_, index) => dues(steps, dueUs, { index, of }));
          const all = parts.flat().sort(([, a], [, b]) => a - b);
          expect(all).toEqual(dues(steps, dueUs));
          expect(all.length).toBe(atS.filter((each) => each < 7.5).length);
        },
      ),
    );
  });

  it('are counted by step as they are sent', () => {
    const steps = stepsOf(2000, 1500);
    const { dueUs } = recordedLoad(recordingOf([0, 0.1, 0.2, 1.5, 2, 3.4]), { speed: 1, fromMs: 0 }, steps);
    const rated = stepsWithRates(steps, { dueUs });
    expect(rated.map(({ shape }) => shape)).toEqual([
      { kind: 'recorded', rps: 2, peakRps: 3 },
      { kind: 'recorded', rps: 2 / 1.5, peakRps: 2 / 1.5 },
    ]);
    expect(plannedCounts(rated)).toEqual([4, 2]);
  });

  it('last as long as there are any, at their speed', () => {
    expect(recordedMs(recordingOf([0, 60]), { speed: 2, fromMs: 10_000 })).toBe(25_000);
  });

  it('get workers by their busiest second', () => {
    const shape = { kind: 'recorded', rps: 10, peakRps: 20_000 } as const;
    const plan = planFor(80, { workers: 'auto', steps: [{ name: '', shape, durationMs: 60_000, measure: true }] });
    expect(workersFor(plan, 64)).toBe(2);
    expect(sharedOut(plan, 2).map(({ share }) => share)).toEqual([
      { index: 0, of: 2 },
      { index: 1, of: 2 },
    ]);
  });
});

it('names requests and, after them, flows by their place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-recorded-'));
  const file = join(folder, 'a.txt');
  await writeFile(file, '0 buy\n1 list\n2\n');
  const requests = [
    { ...plainRequest, name: 'add' },
    { ...plainRequest, name: 'list' },
  ];
  const flows = [{ name: 'buy', weight: 1, cookies: false, requests: [] }];
  const arrivals = { file, speed: 1, fromMs: 0 };
  const loaded = await openRecordedLoad(planFor(80, { requests, flows, arrivals, steps: stepsOf(5000) }));
  await rm(folder, { recursive: true });
  expect([...(loaded?.requests ?? [])]).toEqual([2, 1, -1]);
});
