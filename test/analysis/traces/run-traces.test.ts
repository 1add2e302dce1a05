import { expect, it } from 'vitest';
import { runTraces } from '../../../src/analysis/traces/run-traces.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import type { LoadWindow } from '../../../src/model/load.ts';
import type { RawRun } from '../../../src/model/raw-run.ts';
import type { Sample, TraceWindow } from '../../../src/model/sample.ts';

const asked = { slowest: 20, windowMs: 1000, everyMs: 5000 };

function runOf(samples: readonly Sample[], observe: object = { trace: asked }, more: Partial<RawRun> = {}): RawRun {
  const scenario = { observe, load: { steps: [{ name: 'warm-up' }, { name: 'high' }] } };
  return { manifest: { scenario }, outcome: undefined, samples, ...more } as unknown as RawRun;
}

function window(number: number, atS: number, more: Partial<TraceWindow> = {}): TraceWindow {
  const [atUs, untilUs] = [atS * 1e6, (atS + 1) * 1e6];
  return { kind: 'trace', atUs, untilUs, target: 'api-1', step: 1, number, outcome: 'ok', bytes: 5, ...more };
}

function kept(number: number, how: 'slow' | 'ordinary' | 'no'): Sample {
  return { kind: 'trace-verdict', atUs: 1, target: 'api-1', step: 1, number, kept: how, slowestUs: 7 };
}

function second(dueUs: number, us: number): LoadWindow {
  const response = newHistogram();
  response.recordValue(us);
  return { kind: 'window', step: 1, dueUs, response: encodeHistogram(response) } as LoadWindow;
}

const serviceOf = (target: string) => target.replace(/-\d$/, '');

it('are absent where none were asked for', () => {
  expect(runTraces(runOf([], {}), [], serviceOf)).toEqual({});
});

it('name the windows that were kept, and why others came to nothing', () => {
  const busy = { outcome: 'busy', message: 'who?' } as const;
  const samples = [
    window(1, 10),
    window(2, 15),
    window(3, 20, busy),
    window(4, 25, busy),
    kept(1, 'slow'),
    kept(2, 'no'),
  ];
  const { traces } = runTraces(runOf(samples), [], serviceOf);
  expect(traces?.windows).toEqual([
    {
      ...{ target: 'api-1', step: 'high', atUs: 10e6, untilUs: 11e6, kept: 'slow', slowestUs: 7, bytes: 5 },
      file: 'traces/api-1.02.00001.out',
    },
  ]);
  expect(traces?.missed).toEqual([{ target: 'api-1', step: 'high', outcome: 'busy', message: 'who?', count: 2 }]);
  expect(traces?.steps[0]).toMatchObject({ service: 'api', windows: { taken: 2, slow: 1, ordinary: 0, read: 0 } });
});

it('say of a file that is gone, or is none, that it was not read', () => {
  const samples = [window(1, 10), window(2, 15), kept(1, 'slow'), kept(2, 'ordinary')];
  const piecesOf = (file: string) => (file.endsWith('1.out') ? undefined : [Buffer.from('no trace at all')]);
  const { traces } = runTraces(runOf(samples, { trace: asked }, { piecesOf }), [], serviceOf);
  const [step] = traces?.steps ?? [];
  expect(step?.notes[0]).toBe('traces/api-1.02.00001.out: it is not in the run directory any more');
  expect(step?.notes[1]).toMatch(/^traces\/api-1\.02\.00002\.out: ./);
  expect(step).toMatchObject({ coveredS: 0, requests: { found: 0 }, routes: [], slowest: [] });
});

it('hold what the client saw in traced seconds beside others, without those that a profile or part of a window is in', () => {
  const samples = [window(1, 10), window(2, 15.5), kept(1, 'slow'), kept(2, 'no')];
  const loads = [second(10e6, 900), second(11e6, 100), second(15e6, 50_000), second(16e6, 50_000), second(17e6, 100)];
  const { traces } = runTraces(runOf(samples), loads, serviceOf);
  expect(traces?.steps[0]?.client).toMatchObject({
    traced: { count: 1, p50Us: 900 },
    untraced: { count: 2, p50Us: 100 },
  });
});
