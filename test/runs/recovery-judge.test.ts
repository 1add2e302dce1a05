/** Whether users are well again, judged second by second while the load goes on. */
import { expect, it } from 'vitest';
import { binText } from '../../src/model/bin-responses.ts';
import type { ArrivalBin, LoadBins, LoadMessage } from '../../src/model/load.ts';
import { createRecoveryJudge } from '../../src/runs/recovery-judge.ts';
import { scenario, tick, window } from '../helpers/raw-run.ts';

const rps = 200;
const binUs = 20_000;
const steps = [{ name: 'steady', shape: { kind: 'constant', rps }, durationMs: 60_000, measure: true }] as const;
const fault = {
  name: 'gone',
  atMs: 20_000,
  until: 'recovered',
  action: { kind: 'kill', of: { service: 'api' } },
} as const;

/** What becomes of an arrival due at a second: how long it takes, and whether it is answered. */
type Fate = (dueS: number, index: number) => { readonly ms: number; readonly isLost?: boolean };

/** All that becomes known in the second that ends at `untilS`. */
function messagesUntil(untilS: number, fate: Fate): LoadMessage[] {
  const bins = new Map<number, { responses: number[]; lost: number }>();
  const windows = new Map<number, { planned: number; completed: number; timedOut: number }>();
  for (let index = 0; index < untilS * rps; index++) {
    const dueUs = (index * 1e6) / rps;
    const { ms, isLost = false } = fate(dueUs / 1e6, index);
    const isIn = (us: number) => us > (untilS - 1) * 1e6 && us <= untilS * 1e6;
    const second = Math.floor(dueUs / 1e6) * 1e6;
    const counts = windows.get(second) ?? { planned: 0, completed: 0, timedOut: 0 };
    if (isIn(dueUs + 1)) counts.planned++;
    if (isIn(dueUs + ms * 1000)) {
      counts[isLost ? 'timedOut' : 'completed']++;
      const place = Math.floor(dueUs / binUs);
      const bin = bins.get(place) ?? { responses: [], lost: 0 };
      if (isLost) bin.lost++;
      else bin.responses.push(ms * 1000);
      bins.set(place, bin);
    }
    if (counts.planned + counts.completed + counts.timedOut > 0) windows.set(second, counts);
  }
  const told = [...bins].map(
    ([place, { responses, lost }]): ArrivalBin => ({
      dueUs: place * binUs,
      completed: responses.length,
      lost,
      response: binText(responses),
      ...(lost > 0 && { firstLostUs: place * binUs }),
    }),
  );
  const fine: LoadBins = { kind: 'bins', step: 0, binUs, bins: told };
  return [
    ...[...windows].map(([dueUs, counts]) => window(0, dueUs, 0, 0, counts)),
    fine,
    tick(untilS * 1e6, rps, { step: 0 }),
  ];
}

/** The seconds at whose end it is said to have recovered, of a fault in force from 20 s on. */
function recoveredAt(fate: Fate, untilS = 45): number[] {
  const judge = createRecoveryJudge({ ...scenario, faults: [fault], load: { ...scenario.load, steps } });
  if (!judge) throw new Error('no judge');
  judge.take({ kind: 'step', step: 0, startUs: 0 });
  const yes: number[] = [];
  for (let second = 1; second <= untilS; second++) {
    if (second === 21)
      judge.take({
        kind: 'fault',
        fault: 'gone',
        moment: 'begin',
        askedUs: 20e6,
        atUs: 20e6,
        targets: [],
        message: '',
      });
    for (const message of messagesUntil(second, fate)) judge.take(message);
    if (second > 20 && judge.hasRecovered('gone')) yes.push(second);
  }
  return yes;
}

const usualMs = (index: number) => 4 + (index % 7) / 2;

it('is so when all was well for a while, and not before', () => {
  const [first = 0] = recoveredAt((dueS, index) => ({ ms: dueS >= 20 && dueS < 26 ? 400 : usualMs(index) }));
  expect(first).toBeGreaterThanOrEqual(28);
  expect(first).toBeLessThanOrEqual(31);
});

it('is so soon where users see nothing of it', () => {
  const [first = 0] = recoveredAt((_, index) => ({ ms: usualMs(index) }));
  expect(first).toBeGreaterThanOrEqual(22);
  expect(first).toBeLessThanOrEqual(25);
});

it('is not so while some arrivals wait for their end, however well the others are', () => {
  const hangs: Fate = (dueS, index) =>
    dueS >= 20 && index % 20 === 0 ? { ms: 10_000, isLost: true } : { ms: usualMs(index) };
  expect(recoveredAt(hangs)).toEqual([]);
});

it('is judged only where a fault waits for it', () => {
  const { until, ...endless } = fault;
  expect(createRecoveryJudge({ ...scenario, faults: [endless] })).toBeUndefined();
  expect(createRecoveryJudge(scenario)).toBeUndefined();
});
