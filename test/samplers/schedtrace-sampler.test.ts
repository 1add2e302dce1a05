import { expect, test } from 'vitest';
import type { Gap, Reading, Sample } from '../../src/model/sample.ts';
import { schedtraceSampler } from '../../src/samplers/schedtrace-sampler.ts';
import { bareTarget, manualRun } from './manual-run.ts';

const isReading = (sample: Sample): sample is Reading => sample.kind === 'reading';
const isGap = (sample: Sample): sample is Gap => sample.kind === 'gap';
const sched = (ms: number, ticks: readonly number[] = [0, 0], queues: readonly number[] = [0, 0]) =>
  `SCHED ${ms}ms: gomaxprocs=${queues.length} idleprocs=0 threads=5 spinningthreads=0 needspinning=0 idlethreads=1 runqueue=3 [ ${queues.join(' ')} ] schedticks=[ ${ticks.join(' ')} ]`;

async function opened() {
  const run = manualRun([bareTarget('a'), bareTarget('b')]);
  return { run, sampler: await schedtraceSampler.open({ everyMs: 1000 }, run.context) };
}

test('a line becomes the readings of its series', async () => {
  const { run } = await opened();
  run.line('a', 10, sched(0, [0, 0], [4, 7]));
  expect(run.samples).toEqual([
    {
      kind: 'reading',
      atUs: 10_000,
      target: 'a',
      source: 'schedtrace',
      values: {
        'sched.gomaxprocs': 2,
        'sched.idleprocs': 0,
        'sched.threads': 5,
        'sched.spinningthreads': 0,
        'sched.idlethreads': 1,
        'sched.runqueue': 3,
        'sched.local_runqueue_total': 11,
        'sched.local_runqueue_max': 7,
      },
      localQueues: [4, 7],
    },
  ]);
});

test('a line that was read late is put at the time it was printed', async () => {
  const { run } = await opened();
  run.line('a', 10, sched(0));
  run.line('a', 1510, sched(1001));
  run.line('a', 2012, sched(2002));
  expect(run.samples.filter(isReading).map(({ atUs }) => atUs)).toEqual([10_000, 1_011_000, 2_012_000]);
});

test('switches per second come from the ticks, also when they wrap at 32 bits', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0, [4_294_967_290, 100]));
  run.line('a', 2000, sched(2000, [10, 300]));
  expect(run.samples.filter(isReading)[1]?.values['sched.switches_per_second']).toBe((16 + 200) / 2);
});

test('switches of two processes on one stream are told of each, and their clocks once each', async () => {
  const { run, sampler } = await opened();
  for (let second = 0; second < 4; second++) {
    run.line('a', 50_000 + 1000 * second, sched(50_000 + 1000 * second, [100_000 + 300 * second], [0]));
    run.line('a', 50_400 + 1000 * second, sched(400 + 1000 * second, [100 * second, 100 * second]));
  }
  await sampler.close();
  const switches = run.samples.filter(isReading).map(({ values }) => values['sched.switches_per_second']);
  expect(switches).toEqual([undefined, undefined, 300, 200, 300, 200, 300, 200]);
  const clocks = run.samples.flatMap((sample) => (sample.kind === 'clock' ? [sample.stamps] : []));
  expect(clocks).toEqual([4, 4]);
});

test('when Ps come or go the switches are not known', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0, [100, 100]));
  run.line('a', 1000, sched(1000, [200], [0]));
  expect(run.samples.filter(isReading)[1]?.values).not.toHaveProperty('sched.switches_per_second');
});

test('a queue longer than one can be is noise, and so is what would be made of it', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0, [0, 0], [0, 4_294_967_295]));
  expect(Object.keys(run.samples.filter(isReading)[0]?.values ?? {})).not.toContain('sched.local_runqueue_total');
  expect(run.samples.filter(isReading)[0]).not.toHaveProperty('localQueues');
});

test('a restarted process starts anew: no rate over the restart, and its own clock', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0, [0, 0]));
  run.line('a', 1000, sched(1000, [500, 500]));
  run.line('a', 2000, sched(0, [5, 5]));
  const last = run.samples.filter(isReading)[2];
  expect(last?.atUs).toBe(2_000_000);
  expect(last?.values).not.toHaveProperty('sched.switches_per_second');
});

test('a hole between two lines is a gap in the series', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0));
  run.line('a', 5000, sched(5000));
  expect(run.samples.filter(isGap)).toEqual([
    { kind: 'gap', atUs: 1_000_000, target: 'a', source: 'schedtrace', message: 'no SCHED line for more than 2.5s' },
  ]);
});

test('what could not be read, and who said nothing, is told at the end; nothing is told after it', async () => {
  const { run, sampler } = await opened();
  run.line('a', 0, sched(0));
  run.line('a', 900, 'SCHED 900ms: gomaxprocs=2 idleprocs=oops');
  await sampler.close();
  run.line('a', 1000, sched(1000));
  expect(run.samples.filter(isGap).map(({ target, message }) => [target, message])).toEqual([
    ['a', '1 schedtrace lines could not be read, the first is "SCHED 900ms: gomaxprocs=2 idleprocs=oops"'],
    ['b', 'no SCHED line was printed; was the process started with GODEBUG=schedtrace=1000?'],
  ]);
  expect(run.samples.filter(isReading)).toHaveLength(1);
});

test('only stderr counts, and only what the run’s own targets print', async () => {
  const { run } = await opened();
  run.line('a', 0, sched(0), 'stdout');
  run.line('somebody else', 0, sched(0));
  expect(run.samples).toEqual([]);
});

test('where the interval is not ours it is learned from the lines, so that only true holes are gaps', async () => {
  const run = manualRun([bareTarget('a')]);
  await schedtraceSampler.open({ everyMs: 1000, isTheirs: true }, run.context);
  for (const ms of [0, 5000, 10_000, 15_000]) run.line('a', ms, sched(ms));
  expect(run.samples.filter(isGap)).toEqual([]);
  run.line('a', 35_000, sched(35_000));
  expect(run.samples.filter(isGap)).toMatchObject([{ atUs: 20_000_000, message: 'no SCHED line for more than 12.5s' }]);
});

test('lines that a target cannot print while it is away are not missing', async () => {
  const target = { ...bareTarget('a'), isAway: false };
  const never = { ...bareTarget('b'), isAway: true };
  const run = manualRun([target, never]);
  const sampler = await schedtraceSampler.open({ everyMs: 1000 }, run.context);
  run.line('a', 10, sched(0));
  run.line('a', 1010, sched(1000));
  target.isAway = true;
  run.line('a', 5010, sched(5000));
  target.isAway = false;
  run.line('a', 9010, sched(9000));
  run.line('a', 10_010, sched(10_000));
  run.line('a', 13_010, sched(13_000));
  await sampler.close();
  expect(run.samples.filter(isGap).map(({ target: id, message }) => `${id}: ${message}`)).toEqual([
    'a: no SCHED line for more than 2.5s',
  ]);
});
