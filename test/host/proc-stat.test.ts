/** The numbers of a process, whatever it is called. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEnded, parseProcStat } from '../../src/host/proc-stat.ts';

/** As proc_pid_stat(5) numbers them, from the fourth field on. */
const rest = '1 4711 4711 0 -1 4194560 900 0 0 0 230 41 12 5 20 0 9 0 883412 1266589696 2911 18446744073709551615';

describe('parseProcStat', () => {
  it('reads group, CPU time and start', () => {
    expect(parseProcStat(`4712 (api) S ${rest}\n`)).toEqual({
      state: 'S',
      group: 4711,
      userTicks: 230,
      systemTicks: 41,
      childTicks: 17,
      majorFaults: 0,
      threads: 9,
      startTicks: 883412,
      ioDelayTicks: undefined,
    });
  });

  it('is not misled by any name', () => {
    const plain = parseProcStat(`7 (x) S ${rest}`);
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(parseProcStat(`7 (${name}) S ${rest}`)).toEqual(plain);
      }),
    );
    expect(parseProcStat(`7 (a) R 1 9 (b)) S ${rest}`)).toEqual(plain);
  });

  it.each(['', 'x', '7 (x)', '7 (x) S 1 2 3', 'no such process'])('knows that "%s" is no such line', (text) => {
    expect(parseProcStat(text)).toBeUndefined();
  });

  it.each([
    ['Z', true],
    ['X', true],
    ['S', false],
    ['R', false],
    ['T', false],
  ])('state %s has ended: %s', (state, expected) => {
    expect(hasEnded({ state })).toBe(expected);
  });
});
