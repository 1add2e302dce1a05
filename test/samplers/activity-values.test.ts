/** Counters of processes as rates. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcessActivity, ThreadCounters } from '../../src/host/process-activity.ts';
import { seriesInfo } from '../../src/model/series.ts';
import { activityValues, missingSeries } from '../../src/samplers/activity-values.ts';

const thread = (count: number): ThreadCounters => ({
  runDelayMs: count,
  ioDelayMs: count,
  voluntarySwitches: count,
  involuntarySwitches: count,
});

type Threads = Readonly<Record<number, ThreadCounters>>;

function activity(pid: number, ticks: number, threads: Threads, more: Partial<ProcessActivity> = {}): ProcessActivity {
  return {
    pid,
    stat: {
      state: 'S',
      group: 1,
      userTicks: ticks,
      systemTicks: 2 * ticks,
      childTicks: 0,
      majorFaults: ticks,
      threads: Object.keys(threads).length,
      startTicks: 100,
      ioDelayTicks: 0,
    },
    openFiles: 10,
    fileLimit: 1000,
    storage: { readBytes: 1024 * ticks, writtenBytes: 2048 * ticks },
    threads: new Map(Object.entries(threads).map(([id, counters]) => [Number(id), counters])),
    isRefused: false,
    ...more,
  };
}

const at = (seconds: number, ...processes: ProcessActivity[]) => ({ atUs: seconds * 1e6, processes });

describe('activityValues', () => {
  it('has no rates in the first look', () => {
    expect(activityValues(at(1, activity(7, 9, { 7: thread(9) })), undefined)).toEqual({
      'proc.threads': 1,
      'proc.open_fds': 10,
      'proc.fd_limit': 1000,
    });
  });

  it('gives rates over the true time between two looks, of a core and per second', () => {
    const values = activityValues(
      at(3, activity(7, 50, { 7: thread(500), 8: thread(100) })),
      at(1, activity(7, 0, { 7: thread(100), 8: thread(100) })),
    );
    expect(values).toEqual({
      'proc.threads': 2,
      'proc.open_fds': 10,
      'proc.fd_limit': 1000,
      'proc.cpu_user_percent': 25,
      'proc.cpu_system_percent': 50,
      'proc.run_delay_percent': 20,
      'proc.io_delay_percent': 20,
      'proc.voluntary_switches_per_second': 200,
      'proc.involuntary_switches_per_second': 200,
      'proc.major_faults_per_second': 25,
      'proc.read_kib_s': 25,
      'proc.write_kib_s': 50,
    });
  });

  it('counts a new thread from its start, and forgets one that ended', () => {
    const before = at(1, activity(7, 0, { 7: thread(100), 8: thread(5000) }));
    const values = activityValues(at(2, activity(7, 0, { 7: thread(101), 9: thread(30) })), before);
    expect(values['proc.voluntary_switches_per_second']).toBe(31);
  });

  it('counts a thread whose id another one had from its start', () => {
    const before = at(1, activity(7, 0, { 7: thread(100), 8: thread(5000) }));
    const values = activityValues(at(2, activity(7, 0, { 7: thread(100), 8: thread(3) })), before);
    expect(values['proc.voluntary_switches_per_second']).toBe(3);
  });

  it('sums over the processes that were there in both looks', () => {
    const before = at(1, activity(7, 10, { 7: thread(0) }), activity(8, 900, { 8: thread(0) }));
    const now = at(2, activity(7, 20, { 7: thread(5) }), activity(9, 900, { 9: thread(99) }));
    expect(activityValues(now, before)).toMatchObject({
      'proc.threads': 2,
      'proc.cpu_user_percent': 10,
      'proc.voluntary_switches_per_second': 5,
    });
  });

  it.each([
    ['another pid', activity(6, 0, { 6: thread(0) })],
    ['the same pid', activity(7, 0, { 7: thread(0) }, { stat: { ...activity(7, 0, {}).stat, startTicks: 3 } })],
  ])('has no rates after a restart with %s', (_, main) => {
    const values = activityValues(at(2, activity(7, 50, { 7: thread(5) })), at(1, main));
    expect(Object.keys(values)).toEqual(['proc.threads', 'proc.open_fds', 'proc.fd_limit']);
  });

  it('says the files of the process that is nearest to its limit', () => {
    const now = at(1, activity(7, 0, {}), activity(8, 0, {}, { openFiles: 60, fileLimit: 64 }));
    expect(activityValues(now, undefined)).toMatchObject({ 'proc.open_fds': 60, 'proc.fd_limit': 64 });
  });

  it('has no limit where there is none', () => {
    const now = at(1, activity(7, 0, {}, { fileLimit: Number.POSITIVE_INFINITY }));
    expect(activityValues(now, undefined)).toEqual({ 'proc.threads': 0, 'proc.open_fds': 10 });
  });

  it('has no value of what could not be read in one of the looks', () => {
    const blind: ThreadCounters = { ...thread(0), ioDelayMs: undefined };
    const before = at(1, activity(7, 0, { 7: blind }, { storage: undefined }));
    const values = activityValues(at(2, activity(7, 0, { 7: thread(9e6) })), before);
    expect(values).not.toHaveProperty(['proc.io_delay_percent']);
    expect(values).not.toHaveProperty(['proc.read_kib_s']);
    expect(values).toHaveProperty(['proc.run_delay_percent']);
  });

  it('never has a negative value, nor one that is not a number or has no unit', () => {
    const counters = fc.record(
      {
        runDelayMs: fc.nat(),
        ioDelayMs: fc.nat(),
        voluntarySwitches: fc.nat(),
        involuntarySwitches: fc.nat(),
      },
      { noNullPrototype: true },
    );
    const threads = fc.dictionary(fc.constantFrom('7', '8', '9'), counters);
    const one = fc
      .tuple(fc.constantFrom(7, 8), fc.nat(), threads)
      .map(([pid, ticks, its]) => activity(pid, ticks, its));
    const look = fc
      .tuple(fc.nat(), fc.array(one, { maxLength: 3 }))
      .map(([seconds, processes]) => at(seconds, ...processes));
    fc.assert(
      fc.property(look, look, (now, before) => {
        for (const [name, value] of Object.entries(activityValues(now, before))) {
          expect(Number.isFinite(value) && value >= 0, `${name} ${value}`).toBe(true);
          expect(seriesInfo(name).unit).not.toBe('');
        }
      }),
    );
  });
});

describe('missingSeries', () => {
  it('is empty where all can be read, whether waits for storage are counted or not', () => {
    expect(missingSeries([activity(7, 0, { 7: { ...thread(0), ioDelayMs: undefined } })])).toEqual([]);
  });

  it('names each that another user may not read', () => {
    const refused = activity(7, 0, { 7: thread(0) }, { openFiles: undefined, storage: undefined, isRefused: true });
    expect(missingSeries([refused])).toEqual(['proc.open_fds', 'proc.read_kib_s', 'proc.write_kib_s']);
  });

  it('names those of threads that a kernel does not count', () => {
    const blind = {
      runDelayMs: undefined,
      ioDelayMs: undefined,
      voluntarySwitches: undefined,
      involuntarySwitches: undefined,
    };
    expect(missingSeries([activity(7, 0, { 7: blind })])).toEqual([
      'proc.run_delay_percent',
      'proc.voluntary_switches_per_second',
      'proc.involuntary_switches_per_second',
    ]);
  });
});
