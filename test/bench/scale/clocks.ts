/** Clocks of made-up machines, measured by the real exchanges: how wrong an offset is, how wrong it says it may be, and what drift adds. */
import { type ClockExchange, offsetBy } from '../../../src/load/generators/clock-offset.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** A way to a generator: the least time there and back, and what queues add, microseconds. */
export interface Way {
  readonly name: string;
  readonly thereUs: number;
  readonly backUs: number;
  /** Mean of what queues add to either direction: exponential. */
  readonly queueUs: number;
  /** How often an exchange meets a stall, and how long that is on average. */
  readonly stalls: number;
  readonly stallUs: number;
}

/** What came of the clocks of a fleet. */
export interface ClockErrors {
  readonly name: string;
  readonly errorP50Us: number;
  readonly errorMaxUs: number;
  readonly saidMaxUs: number;
  /** Offsets that were further from the truth than they said. */
  readonly beyond: number;
  /** Between the first and the last generator to start, by true time. */
  readonly spreadUs: number;
  /** The same after the load, when clocks have drifted. */
  readonly spreadAfterUs: number;
}

/** As many as the product makes (src/load/generators/remote-generator.ts). */
const exchanges = 16;

/** Ways as they are found, from best to worst. */
export const ways: readonly Way[] = [
  { name: 'one machine', thereUs: 30, backUs: 30, queueUs: 20, stalls: 0.02, stallUs: 2000 },
  { name: 'one rack', thereUs: 60, backUs: 60, queueUs: 40, stalls: 0.02, stallUs: 2000 },
  { name: 'zones of one region', thereUs: 600, backUs: 600, queueUs: 150, stalls: 0.05, stallUs: 5000 },
  {
    name: 'through the API server, one direction longer',
    thereUs: 900,
    backUs: 2400,
    queueUs: 800,
    stalls: 0.1,
    stallUs: 20_000,
  },
  { name: 'across regions, asymmetric', thereUs: 35_000, backUs: 42_000, queueUs: 500, stalls: 0.05, stallUs: 20_000 },
];

/** Measures all generators over one way; each clock drifts by up to so many parts of a million for the length of the load. */
export function clockErrors(
  way: Way,
  generators: number,
  driftPpm: number,
  seconds: number,
  seed: number,
): ClockErrors {
  const uniform = seededUniform(seed);
  const found = Array.from({ length: generators }, () => {
    const trueUs = (uniform() - 0.5) * 1e12;
    const drift = ((uniform() * 2 - 1) * driftPpm) / 1e6;
    const offset = offsetBy(
      Array.from({ length: exchanges }, (_, index) => exchange(way, trueUs, drift, index, uniform)),
    );
    if (!offset) throw new Error('no exchange');
    const errorUs = offset.offsetUs - trueUs;
    return { errorUs, saidUs: offset.uncertaintyUs, afterUs: errorUs - drift * seconds * 1e6 };
  });
  const errors = found.map(({ errorUs }) => Math.abs(errorUs)).sort((a, b) => a - b);
  const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
  return {
    name: way.name,
    errorP50Us: errors[Math.floor(errors.length / 2)] ?? 0,
    errorMaxUs: errors.at(-1) ?? 0,
    saidMaxUs: Math.max(...found.map(({ saidUs }) => saidUs)),
    beyond: found.filter(({ errorUs, saidUs }) => Math.abs(errorUs) > saidUs).length,
    spreadUs: spread(found.map(({ errorUs }) => errorUs)),
    spreadAfterUs: spread(found.map(({ afterUs }) => afterUs)),
  };
}

function exchange(way: Way, trueUs: number, drift: number, index: number, uniform: () => number): ClockExchange {
  const askedUs = index * 6000;
  const delay = (least: number) =>
    least - way.queueUs * Math.log(uniform()) + (uniform() < way.stalls ? -way.stallUs * Math.log(uniform()) : 0);
  const theirs = (us: number) => us + trueUs + us * drift;
  const heardAtUs = askedUs + delay(way.thereUs);
  const saidAtUs = heardAtUs + 15;
  return {
    askedUs,
    heardUs: theirs(heardAtUs),
    saidUs: theirs(saidAtUs),
    answeredUs: saidAtUs + delay(way.backUs),
  };
}
