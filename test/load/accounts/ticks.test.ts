import { expect, it } from 'vitest';
import { createTicks } from '../../../src/load/accounts/ticks.ts';

const standing = { step: 1, inFlight: 2, waiting: 3, connections: 4 };
const loop = { loopDelayP99Us: 5, loopDelayMaxUs: 6, gcPauseMs: 7 };

it('makes a tick of what was counted and used since the last one, and starts anew', () => {
  const usage = [
    { cpuUs: 500_000, cpuWaitUs: 8, loopUtilisation: 0.12345, ...loop },
    { cpuUs: 500_000, cpuWaitUs: undefined, loopUtilisation: 1, ...loop },
  ];
  let isStopped = false;
  const ticks = createTicks(1_000_000, {
    take: () => usage.shift()!,
    stop: () => {
      isStopped = true;
    },
  });
  ticks.counts.due = 9;
  expect(ticks.take(2_000_000, standing)).toEqual({
    ...{ kind: 'tick', atUs: 2_000_000, lengthUs: 1_000_000, ...standing },
    ...{ due: 9, sent: 0, completed: 0, opened: 0, cpuPercent: 50, cpuWaitUs: 8, loopUtilisation: 0.123, ...loop },
  });
  ticks.counts.sent = 1;
  const second = { lengthUs: 250_000, due: 0, sent: 1, cpuPercent: 200, cpuWaitUs: undefined };
  expect(ticks.take(2_250_000, standing)).toMatchObject(second);
  ticks.close();
  expect(isStopped).toBe(true);
});
