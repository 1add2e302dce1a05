import { expect, it } from 'vitest';
import { judgeProbe } from '../../../src/analysis/capacity/probe.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { histogram, scenario, tick, window } from '../../helpers/raw-run.ts';

const times = (count: number, us: number) => Array.from({ length: count }, () => us);

/** A probe of ten seconds of 2,000 arrivals; in each of `failing` of them so many fail after 1 ms, and 15 good answers take 2 s. */
function probeOf(text: string, seconds: number, failed: number) {
  const rule = parseSlo(text, undefined);
  if (!rule) throw new Error(`${text} is not a rule`);
  const messages = Array.from({ length: 10 }, (_, second): LoadMessage[] => {
    const bad = second < seconds ? failed : 0;
    const all = histogram([...times(bad, 1000), ...times(1985 - bad, 10_000), ...times(15, 2_000_000)]);
    const lost = bad > 0 ? { lost: histogram(times(bad, 1000)) } : {};
    const own = { planned: 2000, completed: 2000 - bad, failed: bad, response: all, service: all, ...lost };
    return [window(1, second * 1e6, 2000, 10_000, own), tick((second + 1) * 1e6, 2000, { step: 1 })];
  }).flat();
  const span = { index: 1, name: 'low', kind: 'measure', startUs: 0, endUs: 10e6 } as const;
  return judgeProbe(2000, span, messages, scenario, [rule]);
}

it('holds a rule where its usual second does', () => {
  expect(probeOf('p99 < 50ms', 0, 0)).toMatchObject({ outcome: 'held' });
  expect(probeOf('p99 < 50ms', 4, 18)).toMatchObject({ outcome: 'held' });
});

it('counts failures as the slowest, however fast they came', () => {
  expect(probeOf('p99 < 50ms', 10, 18)).toMatchObject({
    outcome: 'broken',
    reasons: [expect.stringContaining('2 s, with 180 of 20,000 arrivals that had no good answer as the slowest')],
  });
});

it('is broken by failures of more than a percentile leaves out over the whole probe', () => {
  expect(probeOf('p99 < 50ms', 1, 250)).toMatchObject({ outcome: 'broken' });
});
