/** Made-up generators that account for their arrivals with the real code: what each says in a second, as frames of its stream. */

import { Windows } from '../../../src/load/accounts/windows.ts';
import { frameOf } from '../../../src/load/generators/frames.ts';
import { partsOf } from '../../../src/load/generators/share-out.ts';
import { arrivalCursor } from '../../../src/load/schedule/arrivals.ts';
import type { LoadMessage, LoadPlan, LoadTick } from '../../../src/model/load.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** What is simulated. */
export interface FleetShape {
  readonly generators: number;
  readonly rps: number;
  readonly seconds: number;
  readonly cores: number;
  readonly seed: number;
  readonly arrivals: LoadPlan['arrivals'];
}

/** Generators, by what they say. */
export interface Fleet {
  /** What each says up to the end of a second. */
  secondUntil(untilUs: number): Promise<Buffer[][]>;
}

const secondUs = 1_000_000;
const stampsPerSecond = 100;

/** The plan that all share. */
export function planOf({ rps, seconds, seed, arrivals, generators }: FleetShape): LoadPlan {
  return {
    host: '127.0.0.1',
    port: 1,
    requests: [],
    feeders: {},
    steps: [{ name: 'all', measure: true, durationMs: seconds * 1000, shape: { kind: 'constant', rps } }],
    arrivals,
    seed,
    maxConnections: generators * 1000,
    workers: 'auto',
    timeoutMs: 10_000,
    originHrUs: 0,
    startUs: 0,
  };
}

/**
 * The generators of a fleet; each has as many workers as the real share-out gives it. The schedule is walked once, and its n-th arrival given
 * to the worker whose share it is: each of them would walk all of it, which is their work and not the coordinator's.
 */
export function createFleet(shape: FleetShape): Fleet {
  const plan = planOf(shape);
  const cores = Array.from({ length: shape.generators }, () => shape.cores);
  const members = partsOf(plan, cores).map((parts) =>
    parts.map(({ share }) => ({ share, work: createWorker(seededUniform(shape.seed * 100_003 + share.index)) })),
  );
  const workers = members.flat().sort((a, b) => a.share.index - b.share.index);
  const cursor = arrivalCursor(plan);
  let next = 0;
  return {
    async secondUntil(untilUs) {
      const due = workers.map((): number[] => []);
      for (; cursor.dueUs < untilUs; cursor.advance()) due[next++ % workers.length]?.push(cursor.dueUs);
      const said: Buffer[][] = [];
      for (const member of members) {
        const frames: Buffer[] = [];
        const say = (message: LoadMessage) => void frames.push(frameOf({ kind: 'said', lot: 0, message }));
        if (untilUs === secondUs) say({ kind: 'step', step: 0, startUs: 0 });
        for (const { share, work } of member) await work(due[share.index] ?? [], untilUs, say);
        said.push(frames);
      }
      return said;
    },
  };
}

/** Answers in 2 ms, some a hundred times that, as of a service with a tail; a second's rest is told in the next. */
function createWorker(uniform: () => number) {
  const windows = new Windows();
  /** How those end that are under way. */
  let underWay: (() => void)[] = [];
  return async (dues: readonly number[], untilUs: number, said: (message: LoadMessage) => void) => {
    const later: (() => void)[] = [];
    let completed = underWay.length;
    for (const end of underWay) end();
    for (const dueUs of dues) {
      const window = windows.plan(0, dueUs);
      const lagUs = 20 - 40 * Math.log(uniform());
      const serviceUs =
        800 + 1200 * Math.exp(0.6 * normal(uniform)) + (uniform() < 0.01 ? -50_000 * Math.log(uniform()) : 0);
      const responseUs = lagUs + serviceUs;
      windows.recordLag(window, lagUs);
      const end = () => windows.end(window, 'completed', { dueUs, responseUs, serviceUs, firstByteUs: serviceUs });
      if (dueUs + responseUs < untilUs) {
        end();
        completed++;
      } else later.push(end);
    }
    underWay = later;
    await windows.flush(said);
    said(tickOf(untilUs, { due: dues.length, completed, inFlight: later.length }, uniform));
  };
}

function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform() || 1e-12)) * Math.cos(2 * Math.PI * uniform());
}

/** As full as those of a real worker with an echo. */
function tickOf(
  atUs: number,
  counts: Pick<LoadTick, 'due' | 'completed' | 'inFlight'>,
  uniform: () => number,
): LoadTick {
  const stamp = () => [40 + uniform() * 60, 90 + uniform() * 120] as const;
  return {
    kind: 'tick',
    atUs: atUs + uniform() * 2000,
    lengthUs: secondUs,
    step: 0,
    ...counts,
    sent: counts.due,
    waiting: 0,
    connections: 60,
    opened: 0,
    openUs: [[0, counts.completed * 2500.25]],
    echoUs: Array.from({ length: stampsPerSecond }, stamp),
    cpuPercent: 61.2,
    cpuWaitUs: 1200,
    loopUtilisation: 0.412,
    loopDelayP99Us: 410,
    loopDelayMaxUs: 1900,
    gcPauseMs: 2.1,
  };
}
