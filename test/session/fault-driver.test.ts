/** Faults on a clock that is moved by hand, over a topology in memory: when they begin and end, on whom, and that each is taken back once. */
import { describe, expect, it } from 'vitest';
import { environmentError, RampartError } from '../../src/model/errors.ts';
import type { FaultAction, FaultSpec } from '../../src/model/fault.ts';
import { seededUniform } from '../../src/model/random.ts';
import type { FaultMoment } from '../../src/model/sample.ts';
import type { FaultTools, Target } from '../../src/model/topology.ts';
import { driveFaults, type FaultParts } from '../../src/session/fault-driver.ts';
import { handClock } from '../helpers/hand-clock.ts';

type Away = Target & { isAway: boolean };

function replicasOf(service: string, count: number): Away[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${service}-${index + 1}`,
    service,
    ports: {},
    isAway: false,
  }));
}

const spec = (name: string, atMs: number, rest: Partial<FaultSpec> = {}): FaultSpec => ({
  name,
  atMs,
  action: { kind: 'kill', of: { service: 'api', replica: 2 } },
  ...rest,
});

/** A topology that needs `takesMs` to put a fault in force and to take it back. */
function setUp(
  faults: readonly FaultSpec[],
  change: Partial<FaultParts> = {},
  takesMs = 0,
  start: number | Promise<number> = 1_000_000,
  heldUs?: number,
) {
  const clock = handClock();
  const ending = new AbortController();
  const moments: FaultMoment[] = [];
  const done: string[] = [];
  const injected: [FaultAction, string[]][] = [];
  const targets = [...replicasOf('api', 3), ...replicasOf('db', 1)];
  const tools: FaultTools = {
    inject: async (action, of, signal) => {
      const what = `${action.kind} ${of.map(({ id }) => id).join(' ')}`;
      await clock.sleep(takesMs, signal);
      injected.push([action, of.map(({ id }) => id)]);
      done.push(what);
      return {
        message: what,
        heldUs,
        undo: async (given) => {
          await clock.sleep(takesMs, given);
          done.push(`undo ${what}`);
        },
      };
    },
  };
  const parts: FaultParts = {
    faults,
    tools,
    targets,
    seed: 1,
    whoHas: async (role) => {
      throw environmentError('fault-failed', `nobody is ${role}`);
    },
    hasCome: (_, __, signal) => clock.sleep(1e9, signal),
    ...change,
  };
  const driver = driveFaults(parts, typeof start === 'number' ? Promise.resolve(start) : start, {
    clock,
    signal: ending.signal,
    emit: (moment) => moments.push(moment),
  });
  const end = () => ending.abort(new RampartError({ code: 'interrupted', message: 'interrupted', exitCode: 130 }));
  const told = () => moments.map(({ fault, moment, atUs }) => `${atUs / 1e6} ${fault} ${moment}`);
  const close = async () => {
    const closing = driver.close();
    await clock.pass(100_000);
    await closing;
  };
  return { clock, driver, moments, told, done, injected, targets, end, close };
}

describe('a fault', () => {
  it('begins so long after the first step, stays for as long as it is to, and is taken back', async () => {
    const { clock, driver, moments, told, close } = setUp([spec('gone', 2000, { forMs: 3000 })]);
    await clock.pass(2999);
    expect(driver.hasBegun()).toBe(false);
    await clock.pass(2);
    expect(driver.hasBegun()).toBe(true);
    await clock.pass(10_000);
    expect(told()).toEqual(['3 gone begin', '6 gone end']);
    expect(moments).toMatchObject([{ targets: ['api-2'], message: 'kill api-2' }, { message: 'it was to last 3s' }]);
    await close();
    expect(told()).toHaveLength(2);
  });

  it('counts from the moment at which the first step really began', async () => {
    let begin = (_: number) => {};
    const begun = new Promise<number>((resolve) => {
      begin = resolve;
    });
    const { clock, told, driver, close } = setUp([spec('gone', 2000, { forMs: 3000 })], {}, 0, begun);
    await clock.pass(9000);
    expect(driver.hasBegun()).toBe(false);
    begin(8_500_000);
    await clock.pass(20_000);
    expect(told()).toEqual(['10.5 gone begin', '13.5 gone end']);
    await close();
  });

  it('is told not to have been done where the load ends before it begins', async () => {
    const { clock, moments, close } = setUp([spec('gone', 0)], {}, 0, new Promise<number>(() => {}));
    await clock.pass(1000);
    await close();
    expect(moments).toMatchObject([{ moment: 'failed', message: 'the load was over' }]);
  });

  it('says when it was asked for beside when it was so', async () => {
    const { clock, moments } = setUp([spec('gone', 0, { forMs: 3000 })], {}, 500);
    await clock.pass(10_000);
    expect(moments.map(({ askedUs, atUs }) => [askedUs, atUs])).toEqual([
      [1_000_000, 1_500_000],
      [4_500_000, 5_000_000],
    ]);
  });

  it('is in force since the engine says so, and no earlier than it was asked for', async () => {
    const longest = { forMs: 3000 };
    for (const [heldUs, atUs] of [
      [400_000, 1_100_000],
      [700_000, 1_000_000],
    ]) {
      const { clock, moments, told } = setUp([spec('gone', 0, longest)], {}, 500, 1_000_000, heldUs);
      await clock.pass(3000);
      expect(moments.map((moment) => [moment.askedUs, moment.atUs])).toEqual([[1_000_000, atUs]]);
      await clock.pass(10_000);
      expect(told()).toHaveLength(2);
    }
  });

  it('without an end is taken back when the load is over', async () => {
    const { clock, moments, done, close } = setUp([spec('gone', 0)]);
    await clock.pass(60_000);
    expect(done).toEqual(['kill api-2']);
    await close();
    expect(done).toEqual(['kill api-2', 'undo kill api-2']);
    expect(moments.at(-1)).toMatchObject({ moment: 'end', message: 'the load is over', askedUs: 60_000_000 });
  });

  it('ends when what it waits for has come, and at the latest with the load', async () => {
    const waits: [string, number][] = [];
    const { clock, told, moments, close } = setUp(
      [spec('a', 0, { until: 'recovered' }), spec('b', 1000, { until: 'members=3' }), spec('c', 1000, { until: 'x' })],
      {
        hasCome: (until, { askedUs }, signal) => {
          waits.push([until, askedUs]);
          return clock.sleep(until === 'x' ? 1e9 : 4000, signal);
        },
      },
    );
    await clock.pass(20_000);
    expect(waits).toEqual([
      ['recovered', 1_000_000],
      ['members=3', 2_000_000],
      ['x', 2_000_000],
    ]);
    await close();
    expect(told().slice(3)).toEqual(['5 a end', '6 b end', '20 c end']);
    expect(moments.slice(3).map(({ message }) => message)).toEqual([
      'it has recovered',
      'members=3 holds',
      'the load is over',
    ]);
  });

  it('that is a restart begins when it is asked for and is over when all are back', async () => {
    const restart = spec('r', 0, { action: { kind: 'restart', of: { service: 'db' } } });
    const { clock, moments } = setUp([restart], {}, 400);
    await clock.pass(5000);
    expect(moments).toMatchObject([
      { moment: 'begin', askedUs: 1e6, atUs: 1e6, message: 'restarts db-1' },
      { moment: 'end', askedUs: 1e6, atUs: 1.8e6 },
    ]);
  });

  it('with nothing to take back is not said to be over when only the load is', async () => {
    const run = spec('r', 0, { action: { kind: 'run', command: ['true'] } });
    const { clock, told, close } = setUp([run], { tools: { inject: async () => ({ message: 'ran' }) } });
    await clock.pass(5000);
    await close();
    expect(told()).toEqual(['1 r begin']);
  });

  it('goes on its own way, whatever those do that overlap it', async () => {
    const { clock, told } = setUp([
      spec('a', 0, { forMs: 5000 }),
      spec('b', 1000, { forMs: 1000, action: { kind: 'pause', of: { service: 'db' } } }),
      spec('c', 1500, { forMs: 9000, action: { kind: 'kill', of: { service: 'none' } } }),
    ]);
    await clock.pass(20_000);
    expect(told()).toEqual(['1 a begin', '2 b begin', '2.5 c failed', '3 b end', '6 a end']);
  });
});

describe('a fault that fails', () => {
  it('is told as such, with the reason', async () => {
    const inject = () => Promise.reject(environmentError('fault-failed', 'cannot kill api-2: not permitted'));
    const { clock, moments, close } = setUp([spec('gone', 0, { forMs: 1000 })], { tools: { inject } });
    await clock.pass(5000);
    await close();
    expect(moments).toMatchObject([
      { moment: 'failed', targets: ['api-2'], message: 'cannot kill api-2: not permitted' },
    ]);
  });

  it('to be taken back is told, and not tried again', async () => {
    let tries = 0;
    const undo = () => {
      tries++;
      return Promise.reject(new Error('it does not start'));
    };
    const { clock, moments, close } = setUp([spec('gone', 0, { forMs: 1000 })], {
      tools: { inject: async () => ({ message: 'gone', undo }) },
    });
    await clock.pass(5000);
    await close();
    expect(moments.at(-1)).toMatchObject({ moment: 'undo-failed', askedUs: 2e6, message: 'it does not start' });
    expect(tries).toBe(1);
  });

  it('because the load is over before it begins', async () => {
    const { clock, moments, driver, close } = setUp([spec('late', 30_000)]);
    await clock.pass(20_000);
    await close();
    expect(moments).toMatchObject([{ moment: 'failed', message: 'the load was over' }]);
    expect(driver.hasBegun()).toBe(false);
  });
});

describe('a run that is ended', () => {
  it('at any moment has taken back once what was done, and begins nothing more', async () => {
    const next = seededUniform(7);
    for (let round = 0; round < 200; round++) {
      const faults = ['a', 'b', 'c', 'd'].map((name, index) =>
        spec(name, next() * 4000, {
          ...(next() < 0.5 ? { forMs: next() * 4000 } : {}),
          action: { kind: 'kill', of: { service: 'api', replica: (index % 3) + 1 } },
        }),
      );
      const { clock, done, moments, end, close } = setUp(faults, {}, next() * 1000);
      await clock.pass(next() * 9000);
      if (next() < 0.8) end();
      await close();
      const begun = done.filter((one) => one.startsWith('kill'));
      expect(
        done
          .filter((one) => one.startsWith('undo'))
          .map((one) => one.slice(5))
          .toSorted(),
      ).toEqual(begun.toSorted());
      const began = moments.filter(({ moment }) => moment === 'begin').map(({ fault }) => fault);
      const ended = moments.filter(({ moment }) => moment === 'end').map(({ fault }) => fault);
      expect(ended.toSorted()).toEqual(began.toSorted());
      const before = done.length;
      await clock.pass(100_000);
      expect(done).toHaveLength(before);
    }
  });

  it('does not wait longer than ten seconds for what cannot be taken back, and says so', async () => {
    const hangs = () => new Promise<void>(() => undefined);
    const { clock, driver, moments, end } = setUp([spec('gone', 0)], {
      tools: { inject: async () => ({ message: 'gone', undo: hangs }) },
    });
    await clock.pass(5000);
    end();
    const closing = driver.close();
    await clock.pass(10_001);
    await closing;
    expect(moments.at(-1)).toMatchObject({
      moment: 'undo-failed',
      message: 'not done within 10s; it is left to the end of the topology',
    });
  });

  it('does not wait for what does not come to be in force', async () => {
    const { clock, driver, moments, end } = setUp([spec('gone', 0)], {
      tools: { inject: () => new Promise(() => undefined) },
    });
    await clock.pass(5000);
    end();
    const closing = driver.close();
    await clock.pass(10_001);
    await closing;
    expect(moments).toMatchObject([{ moment: 'failed' }]);
  });

  it('says nothing of faults that were not due', async () => {
    const { clock, moments, end, close } = setUp([spec('late', 30_000)]);
    await clock.pass(5000);
    end();
    await close();
    expect(moments).toEqual([]);
  });
});

describe('targets of a fault', () => {
  const on = async (action: FaultAction, change: Partial<FaultParts> = {}, away: readonly string[] = []) => {
    const { clock, targets, injected, moments } = setUp([spec('f', 0, { action })], change);
    for (const target of targets) target.isAway = away.includes(target.id);
    await clock.pass(5000);
    return { injected, moments };
  };
  const of = { service: 'api' };

  it('are all replicas that are there', async () => {
    expect((await on({ kind: 'kill', of }, {}, ['api-1'])).injected[0]?.[1]).toEqual(['api-2', 'api-3']);
  });

  it('are drawn by the seed, of those that are there', async () => {
    const drawn = async (seed: number, away: readonly string[] = []) =>
      (await on({ kind: 'kill', of: { service: 'api', pick: 1 } }, { seed }, away)).injected[0]?.[1]?.[0] ?? '';
    const all = await Promise.all(Array.from({ length: 60 }, (_, seed) => drawn(seed)));
    expect(new Set(all)).toEqual(new Set(['api-1', 'api-2', 'api-3']));
    expect(await drawn(5)).toBe(all[5]);
    const others = await Promise.all(Array.from({ length: 60 }, (_, seed) => drawn(seed, ['api-2'])));
    expect(new Set(others)).toEqual(new Set(['api-1', 'api-3']));
  });

  it('are whoever has the role at that moment', async () => {
    const asked: string[] = [];
    const { injected } = await on(
      { kind: 'kill', of: { service: '', role: 'leader' } },
      {
        whoHas: async (role) => {
          asked.push(role);
          return replicasOf('api', 3).slice(2);
        },
      },
    );
    expect(asked).toEqual(['leader']);
    expect(injected[0]?.[1]).toEqual(['api-3']);
  });

  it('of a partition are put into groups by their numbers; the first group that names one has it', async () => {
    const targets = replicasOf('api', 3);
    const { injected } = await on(
      { kind: 'partition', groups: [[{ service: '', role: 'leader' }], [of]] },
      { targets, whoHas: async () => targets.slice(1, 2) },
    );
    expect(injected).toEqual([
      [
        {
          kind: 'partition',
          groups: [
            [{ service: 'api', replica: 2 }],
            [
              { service: 'api', replica: 1 },
              { service: 'api', replica: 3 },
            ],
          ],
        },
        ['api-2', 'api-1', 'api-3'],
      ],
    ]);
  });

  it('of a change of scale are those of its service that came or went', async () => {
    const targets = [...replicasOf('api', 5), ...replicasOf('db', 1)];
    for (const target of targets.slice(3)) target.isAway = true;
    // Another fault may end at the same time.
    const inject: FaultTools['inject'] = async () => {
      for (const target of targets) target.isAway = false;
      return { message: '5 of api' };
    };
    const { moments } = await on({ kind: 'scale', service: 'api', replicas: 5 }, { targets, tools: { inject } });
    expect(moments).toMatchObject([{ moment: 'begin', targets: ['api-4', 'api-5'] }]);
  });

  it.each<[string, FaultAction, readonly string[], string]>([
    ['is away', { kind: 'kill', of: { ...of, replica: 2 } }, ['api-2'], 'api-2 is not there'],
    [
      'does not exist',
      { kind: 'kill', of: { ...of, replica: 7 } },
      [],
      'there is no api#7; targets are api-1, api-2, api-3, db-1',
    ],
    ['are too few', { kind: 'kill', of: { ...of, pick: 3 } }, ['api-2'], 'only 2 of api are there, 3 are wanted'],
    ['are all away', { kind: 'kill', of: { service: 'db' } }, ['db-1'], 'no replica of db is there'],
    ['has no role', { kind: 'kill', of: { service: '', role: 'leader' } }, [], 'nobody is leader'],
    [
      'is left for no group',
      { kind: 'partition', groups: [[of], [{ ...of, replica: 1 }]] },
      [],
      'no replica is left for the group api#1: others have them all',
    ],
  ])('that %s are a fault that failed', async (_, action, away, message) => {
    const { moments, injected } = await on(action, {}, away);
    expect(moments).toMatchObject([{ moment: 'failed', message: expect.stringContaining(message) }]);
    expect(injected).toEqual([]);
  });
});
