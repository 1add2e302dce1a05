/** Services whose profiles are made up: what each function costs is known, and profiles count it as those of Go do. */
import type { ProfiledRun } from '../../src/analysis/code/profiled-run.ts';
import type { ServiceWork, WorkType } from '../../src/analysis/code/service-work.ts';
import type { ProfiledRound } from '../../src/analysis/code/stack-costs.ts';
import type { PprofProfile, ProfileLocation, ProfileSample } from '../../src/goruntime/profile/types.ts';
import { seededUniform } from '../../src/model/random.ts';

/** What one stack costs for each request: microseconds, allocations of a size, and how often a lock is waited for and for how long. */
export interface MadeStack {
  /** Root first. */
  readonly frames: readonly string[];
  readonly cpuUs?: number;
  readonly objects?: number;
  readonly size?: number;
  readonly lockUs?: number;
  /** How long a request waits there. */
  readonly offUs?: number;
}

/** How rounds are made. */
export interface MadeRounds {
  readonly rounds?: number;
  readonly steps?: readonly string[];
  /** Answers in each step of a run. */
  readonly requests?: number;
  /** How much the CPU time of all functions of one run is off together, as a standard deviation of its logarithm. */
  readonly runSd?: number;
  /** The same of waits for locks; of other waits a quarter of it. */
  readonly waitSd?: number;
}

const periods: Readonly<Record<WorkType, bigint>> = {
  cpu: 10_000_000n,
  heap: 524_288n,
  mutex: 1n,
  block: 1n,
  goroutine: 500_000_000n,
};
const columns: Readonly<Record<WorkType, PprofProfile['sampleTypes']>> = {
  cpu: [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
  ],
  heap: [
    { type: 'alloc_objects', unit: 'count' },
    { type: 'alloc_space', unit: 'bytes' },
  ],
  mutex: [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ],
  block: [
    { type: 'contentions', unit: 'count' },
    { type: 'delay', unit: 'nanoseconds' },
  ],
  goroutine: [
    { type: 'goroutines', unit: 'count' },
    { type: 'waiting', unit: 'nanoseconds' },
  ],
};

/** Rounds of a service with these stacks in either arm; everything follows from the seed. */
export function profiledRounds(
  before: readonly MadeStack[],
  after: readonly MadeStack[],
  seed: number,
  { rounds = 4, steps = ['low', 'high'], requests = 10_000, runSd = 0.04, waitSd = 0.4 }: MadeRounds = {},
): ProfiledRound[] {
  const uniform = seededUniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count++;
    return count;
  };
  const run = (stacks: readonly MadeStack[]): ProfiledRun => {
    const slow = Math.exp(runSd * normal());
    const waits = Math.exp(waitSd * normal());
    const offs = Math.exp((waitSd / 4) * normal());
    const works = steps.flatMap((step) =>
      (['cpu', 'heap', 'mutex', 'goroutine'] as const).map((type): ServiceWork => {
        const samples = stacks.flatMap((stack) => {
          const values = valuesOf(type, stack, { requests, slow, waits, offs, poisson });
          return values[1] > 0 ? [sampleOf(stack.frames, values)] : [];
        });
        return {
          service: 'shop',
          type,
          step,
          requests,
          profiles: samples.length > 0 ? [profileOf(type, samples)] : [],
        };
      }),
    );
    return { works, missing: [], responseUs: 1000 };
  };
  return Array.from({ length: rounds }, (_, index) => ({ number: index + 1, before: run(before), after: run(after) }));
}

interface Luck {
  readonly requests: number;
  readonly slow: number;
  readonly waits: number;
  readonly offs: number;
  readonly poisson: (mean: number) => number;
}

function valuesOf(type: WorkType, stack: MadeStack, { requests, slow, waits, offs, poisson }: Luck): [number, number] {
  const { cpuUs = 0, objects = 0, size = 0, lockUs = 0, offUs = 0 } = stack;
  if (type === 'goroutine') {
    const count = poisson((offUs * offs * requests) / 500_000);
    return [count, count * 500_000_000];
  }
  if (type === 'cpu') {
    const count = poisson((cpuUs * slow * requests) / 10_000);
    return [count, count * 10_000_000];
  }
  if (type === 'heap') {
    const taken = -Math.expm1(-size / 524_288);
    const count = size > 0 ? poisson(objects * requests * taken) / taken : 0;
    return [Math.round(count), Math.round(count * size)];
  }
  const count = lockUs > 0 ? poisson(requests / 20) : 0;
  return [count, Math.round(count * 20 * lockUs * waits * 1000)];
}

function sampleOf(frames: readonly string[], [count, value]: readonly [number, number]): ProfileSample {
  const locations = frames.toReversed().map(locationOf);
  return { locations, values: [BigInt(count), BigInt(value)], labels: [] };
}

function locationOf(name: string): ProfileLocation {
  const line = { function: { name, systemName: name, file: '', startLine: 1 }, line: 1, column: 0 };
  return { mapping: undefined, address: 1n, lines: [line], isFolded: false };
}

function profileOf(type: WorkType, samples: readonly ProfileSample[]): PprofProfile {
  return {
    sampleTypes: columns[type],
    samples,
    mappings: [],
    periodType: { type: '', unit: '' },
    period: periods[type],
    timeNanos: 0n,
    durationNanos: 0n,
    dropFrames: '',
    keepFrames: '',
    comments: [],
    defaultSampleType: '',
    docUrl: '',
  };
}
