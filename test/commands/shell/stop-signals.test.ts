import { expect, it } from 'vitest';
import { readStopSignals, type StopSignal } from '../../../src/commands/shell/stop-signals.ts';

/** What each signal asks for, given with the time at which it comes. */
function asked(...signals: readonly (readonly [atMs: number, signal: StopSignal])[]) {
  let nowMs = 0;
  const read = readStopSignals(() => nowMs);
  return signals.map(([atMs, signal]) => {
    nowMs = atMs;
    return read(signal);
  });
}

it('the first signal ends a run in order, another one at once', () => {
  expect(asked([0, 'SIGINT'], [900, 'SIGINT'])).toEqual(['in-order', 'at-once']);
  expect(asked([50, 'SIGQUIT'], [2000, 'SIGTERM'])).toEqual(['in-order', 'at-once']);
});

it('one wish that arrives as several signals is one', () => {
  expect(asked([0, 'SIGINT'], [4, 'SIGINT'])).toEqual(['in-order', 'nothing-new']);
  expect(asked([0, 'SIGTERM'], [1, 'SIGHUP'], [3, 'SIGTERM'])).toEqual(['in-order', 'nothing-new', 'nothing-new']);
});

it('a terminal that closes hastens nothing', () => {
  expect(asked([0, 'SIGINT'], [5000, 'SIGHUP'], [6000, 'SIGHUP'])).toEqual(['in-order', 'nothing-new', 'nothing-new']);
  expect(asked([0, 'SIGHUP'], [5000, 'SIGINT'])).toEqual(['in-order', 'at-once']);
});
