import { expect, test } from 'vitest';
import { gctraceSampler } from '../../src/samplers/gctrace-sampler.ts';
import { bareTarget, manualRun } from './manual-run.ts';

const gc = (cycle: number, at: string, goal = 5) =>
  `gc ${cycle} @${at}s 3%: 0.5+2.0+0.5 ms clock, 1.0+0.30/2.2/0+1.0 ms cpu, 4->5->2 MB, ${goal} MB goal, 0 MB stacks, 0 MB globals, 2 P`;

test('a line becomes the readings of its cycle, at the end of the cycle', async () => {
  const run = manualRun([bareTarget('a')]);
  await gctraceSampler.open(true, run.context);
  run.line('a', 500, gc(1, '0.100'));
  run.line('a', 1900, gc(2, '1.100'));
  const values = {
    'gc.cycles': 2,
    'gc.pause_ms': 1,
    'gc.mark_ms': 2,
    'gc.cpu_percent': 3,
    'gc.assist_cpu_ms': 0.3,
    'gc.cpu_ms': 4.5,
    'gc.procs': 2,
    'gc.forced': 0,
    'gc.heap_live_mib': 2,
    'gc.heap_goal_mib': 5,
  };
  expect(run.samples[1]).toEqual({ kind: 'reading', atUs: 1_500_000, target: 'a', source: 'gctrace', values });
});

test('without a heap goal there is no value for it', async () => {
  const run = manualRun([bareTarget('a')]);
  await gctraceSampler.open(true, run.context);
  run.line('a', 500, gc(1, '0.100', 8_532_210_231_541));
  expect(run.samples[0]).not.toHaveProperty(['values', 'gc.heap_goal_mib']);
});

test('cycles whose lines were lost are a gap', async () => {
  const run = manualRun([bareTarget('a')]);
  await gctraceSampler.open(true, run.context);
  run.line('a', 500, gc(7, '0.100'));
  run.line('a', 900, gc(10, '0.500'));
  expect(run.samples.map((sample) => sample.kind === 'gap' && sample.message)).toEqual([
    false,
    'the lines of 2 gc cycles before cycle 10 are missing',
    false,
  ]);
});

test('two processes on one stream have a clock and a count of cycles each', async () => {
  const run = manualRun([bareTarget('a')]);
  const sampler = await gctraceSampler.open(true, run.context);
  for (let second = 1; second <= 6; second++) {
    run.line('a', second * 1000, gc(100 + second, `${100 + second}.500`));
    run.line('a', second * 1000 + 500, gc(second + (second > 4 ? 1 : 0), `${second}.000`));
  }
  await sampler.close();
  const gaps = run.samples.flatMap((sample) => (sample.kind === 'gap' ? [sample.message] : []));
  expect(gaps).toEqual(['the lines of 1 gc cycles before cycle 6 are missing']);
  const clocks = run.samples.flatMap((sample) => (sample.kind === 'clock' ? [sample.stamps] : []));
  expect(clocks).toEqual([6, 6]);
});
