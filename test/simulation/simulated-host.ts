/** A machine with noise of three kinds, and ramps of a queue on it: the ground truth that verdicts are held against. */
import type { StepTail } from '../../src/analysis/gate/columns.ts';
import { halvesRatio, typicalP99Us, windowSecondsFor } from '../../src/analysis/rounds/window-p99.ts';
import type { ArmStep } from '../../src/model/comparison.ts';
import { seededUniform } from '../../src/model/random.ts';

/** How noisy a machine is: slow drift (an Ornstein-Uhlenbeck process), bursts of interference, and luck at each start. */
export interface HostModel {
  readonly driftSd: number;
  readonly driftTauS: number;
  readonly burstEveryS: number;
  readonly burstS: number;
  readonly burstFactor: number;
  readonly startSd: number;
}

export const hosts = {
  quiet: { driftSd: 0.015, driftTauS: 600, burstEveryS: 90, burstS: 0.3, burstFactor: 1.3, startSd: 0.01 },
  shared: { driftSd: 0.04, driftTauS: 600, burstEveryS: 20, burstS: 0.5, burstFactor: 1.6, startSd: 0.015 },
  awful: { driftSd: 0.08, driftTauS: 300, burstEveryS: 8, burstS: 1, burstFactor: 2, startSd: 0.03 },
} as const satisfies Record<string, HostModel>;

/** Names of the hosts. */
export type HostName = keyof typeof hosts;

/** The load of one ramp: two servers of about 1 ms each are 62 % busy at 1,200 requests per second. */
export interface Ramp {
  readonly rates: readonly number[];
  readonly stepS: number;
}

/** What is different about the candidate, factors by step: response times, service times (which a queue amplifies), pauses of the whole service. */
export interface Change {
  readonly factors?: readonly number[];
  readonly work?: readonly number[];
  readonly stall?: Stall;
}

interface Stall {
  readonly everyS: number;
  readonly forS: number;
}

const noStall: Stall = { everyS: 1, forS: 0 };

/** One step of one ramp: latencies in seconds in the order of arrival, and where each window begins. */
export interface SimulatedStep {
  readonly latencies: Float64Array;
  readonly starts: readonly number[];
  readonly windows: ArmStep['windows'];
}

const warmUpS = 3;
const restartS = 5;
const servers = 2;

/** A machine on its own clock; each ramp takes its time. */
export interface Machine {
  run(ramp: Ramp, change: Change): SimulatedStep[];
}

/** A machine; `trend` is the log-ratio by which it slows down per second, `isMasked` marks windows that a burst met. */
export function machine(model: HostModel, seed: number, options: { trend?: number; isMasked?: boolean } = {}): Machine {
  const next = seededUniform(seed);
  const noise = noiseOf(model, next, options.trend ?? 0);
  let nowS = 0;
  return {
    run: ({ rates, stepS }, { factors = [], work = [], stall = noStall }) => {
      const luck = Math.exp(model.startSd * normal(next));
      nowS += restartS + warmUpS;
      const free = new Float64Array(servers).fill(nowS);
      const phaseS = next() * stall.everyS;
      return rates.map((rate, index) => {
        const step = openStep(rate, stepS, nowS);
        const factor = factors[index] ?? 1;
        const slowing = luck * (work[index] ?? 1);
        drive(step, { rate, fromS: nowS, toS: nowS + stepS, factor, slowing, free, stall, phaseS });
        nowS += stepS;
        return step.close();
      });
    },
  };

  function drive(step: ReturnType<typeof openStep>, { rate, fromS, toS, factor, slowing, free, stall, phaseS }: Drive) {
    let speed = slowing;
    for (let atS = fromS + exponential(next) / rate; atS < toS; atS += exponential(next) / rate) {
      if (step.advance(atS)) speed = noise.slowness(atS) * slowing;
      const burst = noise.isBurst(atS);
      if (burst && options.isMasked) step.disturb();
      const server = free[0]! <= free[1]! ? 0 : 1;
      const startS = afterStall(Math.max(atS, free[server]!), stall, phaseS);
      free[server] = startS + serviceS(next) * speed * (burst ? model.burstFactor : 1);
      step.record((free[server] - atS) * factor);
    }
  }
}

/** One step of a ramp as the queue is driven: when, how fast, and what is different about it. */
interface Drive {
  readonly rate: number;
  readonly fromS: number;
  readonly toS: number;
  readonly factor: number;
  readonly slowing: number;
  readonly free: Float64Array;
  readonly stall: Stall;
  readonly phaseS: number;
}

function noiseOf(model: HostModel, next: () => number, trend: number) {
  let drift = model.driftSd * normal(next);
  let driftAtS = 0;
  let burstStartS = exponential(next) * model.burstEveryS;
  return {
    isBurst: (atS: number) => {
      while (atS > burstStartS + model.burstS) burstStartS += model.burstS + exponential(next) * model.burstEveryS;
      return atS >= burstStartS;
    },
    slowness: (atS: number) => {
      for (; driftAtS < atS; driftAtS += 1) {
        drift += -drift / model.driftTauS + model.driftSd * Math.sqrt(2 / model.driftTauS) * normal(next);
      }
      return Math.exp(drift + trend * atS);
    },
  };
}

/** A request that would begin in a pause begins after it. */
function afterStall(startS: number, stall: Stall, phaseS: number): number {
  const sinceS = (startS + phaseS) % stall.everyS;
  return sinceS < stall.forS ? startS + stall.forS - sinceS : startS;
}

/** Collects the latencies of a step by window; `advance` says whether a window began. */
function openStep(rate: number, stepS: number, startS: number) {
  const latencies = new Float64Array(Math.ceil(rate * stepS * 1.5) + 100);
  const windowS = windowSecondsFor(rate);
  const starts: number[] = [];
  const disturbed: boolean[] = [];
  let windowEndS = startS;
  let count = 0;
  return {
    advance: (atS: number) => {
      const isNew = atS >= windowEndS;
      for (; atS >= windowEndS; windowEndS += windowS) {
        starts.push(count);
        disturbed.push(false);
      }
      return isNew;
    },
    disturb: () => {
      disturbed[disturbed.length - 1] = true;
    },
    record: (latency: number) => {
      latencies[count++] = latency;
    },
    close: () => withWindows(latencies.slice(0, count), starts, disturbed),
  };
}

/** The step as the statistics of the product see it. */
export function tailOfSimulated({ latencies, windows }: SimulatedStep): StepTail {
  return {
    p99Us: typicalP99Us(windows),
    count: latencies.length,
    halves: halvesRatio(windows),
    slowerThan: (us) => {
      const seconds = us / 1e6;
      let slower = 0;
      for (const latency of latencies) if (latency > seconds) slower++;
      return slower;
    },
  };
}

function withWindows(latencies: Float64Array, starts: readonly number[], disturbed: readonly boolean[]): SimulatedStep {
  const windows = starts.map((start, index) => ({
    p99Us: quantile(latencies.slice(start, starts[index + 1] ?? latencies.length).sort(), 0.99) * 1e6,
    isDisturbed: disturbed[index] ?? false,
  }));
  return { latencies, starts, windows };
}

/** The value of that rank in sorted values. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A normal deviate (Box and Muller, 1958). */
export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

function exponential(next: () => number): number {
  return -Math.log(next());
}

/** Service times, seconds: lognormal of mean 1 ms and sigma 0.5, and one in a hundred takes 3 ms more on average; drawn once. */
const serviceTable = makeServiceTable();

function serviceS(next: () => number): number {
  return serviceTable[Math.floor(next() * serviceTable.length)]!;
}

function makeServiceTable(): Float64Array {
  const next = seededUniform(2026);
  const sigma = 0.5;
  return Float64Array.from({ length: 2 ** 16 }, () => {
    const usual = 0.001 * Math.exp(sigma * normal(next) - (sigma * sigma) / 2);
    return next() < 0.01 ? usual + 0.003 * exponential(next) : usual;
  });
}
