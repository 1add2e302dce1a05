import { expect, it } from 'vitest';
import { MessageMerge } from '../../../src/load/workers/merge.ts';
import type { LoadMessage, LoadTick } from '../../../src/model/load.ts';
import { tick, window } from '../../helpers/raw-run.ts';

/** Ticks are due at whole seconds and taken a little later. */
const createMerge = (workers = 2) => new MessageMerge(workers, (atUs) => Math.floor(atUs / 1e6) * 1e6);

const ticksOf = (messages: readonly LoadMessage[]) =>
  messages.filter((message): message is LoadTick => message.kind === 'tick');
const end = (lastDueUs: number, drainedUs: number) => ({ kind: 'end', lastDueUs, drainedUs }) as const;

it('passes windows on as they are', () => {
  const merge = createMerge();
  const one = window(0, 0, 3, 500);
  const other = window(0, 0, 4, 700);
  expect([...merge.take(0, one), ...merge.take(1, other)]).toEqual([one, other]);
});

it('makes one tick of those of one second: counts add up, what a thread suffered is that of the worst', () => {
  const merge = createMerge();
  const one = tick(1_002_000, 10, {
    ...{
      lengthUs: 1_002_000,
      sent: 9,
      completed: 8,
      inFlight: 2,
      waiting: 1,
      connections: 4,
      opened: 3,
      openUs: [
        [0, 7],
        [1, 30],
      ],
    },
    ...{ cpuPercent: 90, cpuWaitUs: 100, loopUtilisation: 0.2 },
    ...{ loopDelayP99Us: 10, loopDelayMaxUs: 900, gcPauseMs: 1 },
  });
  const other = tick(1_009_000, 20, {
    ...{
      lengthUs: 1_009_000,
      sent: 19,
      completed: 18,
      inFlight: 5,
      waiting: 0,
      connections: 6,
      opened: 1,
      openUs: [[1, 12]],
    },
    ...{ cpuPercent: 91, cpuWaitUs: 50, loopUtilisation: 0.7 },
    ...{ loopDelayP99Us: 20, loopDelayMaxUs: 800, gcPauseMs: 0.5 },
  });
  expect(merge.take(0, one)).toEqual([]);
  expect(merge.take(1, other)).toEqual([
    {
      ...{ kind: 'tick', atUs: 1_009_000, lengthUs: 1_009_000, step: 1 },
      ...{
        due: 30,
        sent: 28,
        completed: 26,
        inFlight: 7,
        waiting: 1,
        connections: 10,
        opened: 4,
        openUs: [
          [0, 7],
          [1, 42],
        ],
      },
      ...{ cpuPercent: 181, cpuWaitUs: 100, loopUtilisation: 0.7 },
      ...{ loopDelayP99Us: 20, loopDelayMaxUs: 900, gcPauseMs: 1 },
    },
  ]);
});

it('lets merged ticks follow each other without a gap', () => {
  const merge = createMerge();
  merge.take(0, tick(1_002_000, 1, { lengthUs: 1_002_000 }));
  merge.take(1, tick(1_009_000, 1, { lengthUs: 1_009_000 }));
  merge.take(1, tick(2_001_000, 1, { lengthUs: 992_000 }));
  const [second] = ticksOf(merge.take(0, tick(2_003_000, 1, { lengthUs: 1_001_000 })));
  expect(second).toMatchObject({ atUs: 2_003_000, lengthUs: 994_000 });
});

it('waits for a worker that was held up for seconds and counts everything of all once', () => {
  const merge = createMerge();
  expect(merge.take(0, tick(1_001_000, 10, { lengthUs: 1_001_000 }))).toEqual([]);
  expect(merge.take(0, tick(2_001_000, 11, { cpuWaitUs: 5, inFlight: 7, openUs: [[1, 3]] }))).toEqual([]);
  const held = tick(2_500_000, 12, { lengthUs: 2_500_000, loopUtilisation: 0.1, inFlight: 1, openUs: [[1, 4]] });
  expect(ticksOf(merge.take(1, held))).toMatchObject([
    {
      atUs: 2_500_000,
      lengthUs: 2_500_000,
      due: 33,
      inFlight: 8,
      cpuWaitUs: undefined,
      loopUtilisation: 0.2,
      openUs: [[1, 7]],
    },
  ]);
  merge.take(1, tick(3_000_100, 1));
  expect(ticksOf(merge.take(0, tick(3_001_000, 1)))).toMatchObject([{ due: 2, lengthUs: 501_000 }]);
});

it('tells the start of a step once all have begun it, after the tick before', () => {
  const merge = createMerge();
  expect(merge.take(0, { kind: 'step', step: 0, startUs: 7 })).toEqual([]);
  expect(merge.take(1, { kind: 'step', step: 0, startUs: 7 })).toEqual([{ kind: 'step', step: 0, startUs: 7 }]);
  merge.take(0, tick(1_000_100, 1));
  merge.take(0, { kind: 'step', step: 1, startUs: 1_000_000 });
  const told = [...merge.take(1, tick(1_000_200, 1)), ...merge.take(1, { kind: 'step', step: 1, startUs: 1_000_000 })];
  expect(told.map(({ kind }) => kind)).toEqual(['tick', 'step']);
});

it('ends once, when the last has ended, with the counts that were still to come', () => {
  const merge = createMerge();
  merge.take(0, tick(1_001_000, 5));
  merge.take(1, tick(1_001_000, 5));
  expect(merge.take(0, tick(1_400_000, 3, { connections: 0 }))).toEqual([]);
  expect(merge.take(0, end(900, 1_400_000))).toEqual([]);
  expect(ticksOf(merge.take(1, tick(2_001_000, 4)))).toMatchObject([{ due: 7 }]);
  expect(merge.take(1, tick(2_600_000, 2))).toMatchObject([{ atUs: 2_600_000, due: 2 }]);
  expect(merge.take(1, end(950, 1_300_000))).toEqual([end(950, 1_400_000)]);
});

it('goes on without a worker that is lost, and never ends', () => {
  const merge = createMerge(3);
  for (const worker of [0, 1, 2]) merge.take(worker, { kind: 'step', step: 0, startUs: 0 });
  merge.take(0, tick(1_001_000, 1));
  merge.take(1, tick(1_001_000, 2));
  merge.take(1, { kind: 'step', step: 1, startUs: 5 });
  merge.take(0, { kind: 'step', step: 1, startUs: 5 });
  expect(merge.lose(2)).toMatchObject([
    { kind: 'step', step: 1 },
    { kind: 'tick', due: 3 },
  ]);
  merge.take(0, tick(2_001_000, 4));
  expect(ticksOf(merge.take(1, tick(2_002_000, 4)))).toMatchObject([{ due: 8 }]);
  expect([...merge.take(0, end(1, 1)), ...merge.take(1, end(1, 1))]).toEqual([]);
});
