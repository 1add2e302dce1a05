import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/model/sample.ts';
import { findingOf, findingsOf, slowUs } from '../../helpers/findings.ts';

interface Cycles {
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly live: number;
  readonly goal: number;
  readonly forced?: number;
  readonly pauseMs?: number;
  readonly procs?: number;
}

/** The lines of gctrace in the step `high`, evenly spread. */
function traced({ perSecond, cpuMs, live, goal, forced = 0, pauseMs = 0.1, procs = 2 }: Cycles): Sample[] {
  return Array.from({ length: perSecond * 2 }, (_, index) => ({
    kind: 'reading',
    atUs: 4_000_000 + ((index + 0.5) / perSecond) * 1e6,
    target: 'api-1',
    source: 'gctrace',
    values: {
      'gc.cycles': index + 1,
      'gc.cpu_ms': cpuMs,
      'gc.procs': procs,
      'gc.forced': forced,
      'gc.assist_cpu_ms': 0,
      'gc.pause_ms': pauseMs,
      'gc.mark_ms': 1,
      'gc.heap_live_mib': live,
      'gc.heap_goal_mib': goal,
    },
  }));
}

const cpu = { 'container.cpu_percent': 180, 'sched.gomaxprocs': 2 };

describe('garbage collection', () => {
  const more = traced({ perSecond: 10, cpuMs: 90, live: 200, goal: 250 });

  it('is seen by its trace alone, with what is allocated', () => {
    const api = { ...cpu, 'go.alloc_bytes_per_second': 2000 * 262_144 };
    expect(findingsOf({ api, more, highUs: slowUs })[0]).toMatchObject({
      id: 'gc-pressure',
      severity: 'warning',
      title: 'Garbage collection takes 45 % of the CPU that api may use, at step high',
      evidence: [
        'high, api-1: 45 % of the CPU that GOMAXPROCS allows, by its trace, 50 % of what it used, 10 cycles per second, heap goal up to 250 MiB, 256 KiB allocated per answer',
      ],
      explains: expect.arrayContaining(['run-queue-backlog', 'gomaxprocs-below', 'machine-cpu']),
      share: 0.5,
    });
  });

  it('that nobody paid for is a fact', () => {
    expect(findingsOf({ api: cpu, more })).toMatchObject([{ id: 'gc-pressure', severity: 'note' }]);
  });

  it('that is little of what the service used is no cause', () => {
    const api = { 'go.cpu_gc_percent': 12, 'container.cpu_percent': 390, 'sched.gomaxprocs': 4 };
    expect(findingOf('gc-pressure', { api, highUs: slowUs })?.severity).toBe('note');
  });
});

describe('garbage collection whose workers wait for a core as the rest of the service does', () => {
  it('is counted without that wait', () => {
    const api = { 'go.cpu_gc_percent': 13, 'container.cpu_percent': 27, 'sched.gomaxprocs': 4 };
    expect(findingOf('gc-pressure', { api, highUs: slowUs })?.severity).toBe('warning');
    const starved = { ...api, 'proc.run_delay_percent': 299 };
    expect(findingOf('gc-pressure', { api: starved, highUs: slowUs })?.severity).toBe('note');
  });
});

describe('garbage collection that the program asks for', () => {
  const forced = traced({ perSecond: 20, cpuMs: 20, live: 30, goal: 8_000_000, forced: 1 });
  const stacks: Sample = {
    kind: 'stacks',
    atUs: 5e6,
    target: 'api-1',
    total: 4,
    groups: [
      {
        count: 4,
        reason: 'wait for GC cycle',
        site: 'example.org/shop/orders.(*Store).flush',
        frames: [
          'runtime.gopark',
          'runtime.gcWaitOnMark',
          'runtime.GC',
          'example.org/shop/orders.(*Store).flush',
          'main.main.func1',
        ],
      },
    ],
  };

  it('is the cause, with who asks', () => {
    expect(findingsOf({ api: cpu, more: [...forced, stacks], highUs: slowUs })[0]).toMatchObject({
      id: 'gc-forced',
      severity: 'warning',
      title: 'api runs the garbage collector itself, 20 times per second at step high',
      site: 'example.org/shop/orders.(*Store).flush',
    });
  });

  it('is named by the main module where that is known', () => {
    const go = { module: 'example.org/service' };
    expect(findingOf('gc-forced', { go, api: cpu, more: [...forced, stacks] })?.site).toBe('main.main.func1');
  });

  it('is none of the odd profile that collects first', () => {
    const more = traced({ perSecond: 1, cpuMs: 20, live: 30, goal: 60, forced: 1 });
    expect(findingOf('gc-forced', { api: cpu, more, highUs: slowUs })).toBeUndefined();
  });
});

describe('a heap that is next to nothing', () => {
  const cycles = { perSecond: 200, cpuMs: 2, goal: 4, live: 2 };

  it('is collected all the time by a percentage of it', () => {
    const [first] = findingsOf({ api: cpu, more: traced(cycles), highUs: slowUs });
    expect(first).toMatchObject({
      id: 'gc-small-heap',
      severity: 'warning',
      title: 'api collects a heap of 2 MiB 200 times per second at step high',
    });
    expect(first?.advice).toContain('GOGC=6400');
  });

  it('explains what the CPU goes to where it takes a great part of that, and not where a function takes most', () => {
    const explained = (cpuMs: number) =>
      findingOf('gc-small-heap', { api: cpu, more: traced({ ...cycles, cpuMs }), highUs: slowUs })?.explains;
    expect(explained(4)).toEqual(expect.arrayContaining(['hot-function', 'gomaxprocs-below', 'machine-cpu']));
    expect(explained(2)).toEqual(expect.not.arrayContaining(['hot-function', 'gomaxprocs-below', 'machine-cpu']));
    expect(explained(2)).toEqual(expect.arrayContaining(['gc-pressure', 'gc-pauses', 'run-queue-backlog']));
  });

  it('is a fact where the CPU went to something else', () => {
    const api = { ...cpu, 'sched.gomaxprocs': 8, 'container.cpu_percent': 780 };
    const more = traced({ ...cycles, cpuMs: 5, procs: 8 });
    expect(findingOf('gc-small-heap', { api, more, highUs: slowUs })?.severity).toBe('note');
  });

  it.each([
    ['it is not small', { ...cycles, live: 300, goal: 320 }],
    ['cycles are few', { ...cycles, perSecond: 10, cpuMs: 60 }],
    ['the program asks for each', { ...cycles, forced: 1 }],
    ['it costs next to nothing', { ...cycles, cpuMs: 0.1 }],
  ])('is not blamed where %s', (_, other) => {
    expect(findingOf('gc-small-heap', { api: cpu, more: traced(other), highUs: slowUs })).toBeUndefined();
  });
});

describe('stops of the world', () => {
  it('are a cause where they are long and many', () => {
    const more = traced({ perSecond: 4, cpuMs: 30, live: 200, goal: 400, pauseMs: 20 });
    expect(findingOf('gc-pauses', { api: cpu, more, highUs: slowUs })).toMatchObject({
      severity: 'warning',
      title: 'Garbage collection stops api for 8 % of the time at step high',
      evidence: ['high, api-1: stopped for garbage collection 8 % of the time, 20 ms each, the longest 20 ms'],
    });
  });

  it('say nothing where they are as usual', () => {
    const more = traced({ perSecond: 10, cpuMs: 30, live: 200, goal: 400, pauseMs: 0.2 });
    expect(findingOf('gc-pauses', { api: cpu, more, highUs: slowUs })).toBeUndefined();
  });
});

describe('GOMEMLIMIT', () => {
  const more = traced({ perSecond: 30, cpuMs: 20, live: 66, goal: 84, procs: 1 });

  it.each([
    ['GOGC is off', { GOMEMLIMIT: '92MiB', GOGC: 'off' }],
    ['GOGC would allow more', { GOMEMLIMIT: '92MiB' }],
  ])('is seen by the trace and the environment where %s', (_, environment) => {
    const [first, ...rest] = findingsOf({ api: { 'sched.gomaxprocs': 1 }, go: { environment }, more, highUs: slowUs });
    expect(first).toMatchObject({
      id: 'memory-limit',
      severity: 'warning',
      evidence: ['high, api-1: 60 % of the CPU that GOMAXPROCS allows, 66 MiB live, goal 84 MiB, limit 92 MiB'],
    });
    expect(first?.title).toContain('GOMEMLIMIT=92MiB leaves api too little room: 66 MiB are alive');
    expect(rest[0]?.id).toBe('gc-pressure');
  });

  it.each([
    ['it is not known', {}],
    ['the goal is that of GOGC', { GOMEMLIMIT: '920MiB', GOGC: '20' }],
  ])('is not blamed where %s', (_, environment) => {
    expect(findingOf('memory-limit', { api: cpu, go: { environment }, more, highUs: slowUs })).toBeUndefined();
  });
});
