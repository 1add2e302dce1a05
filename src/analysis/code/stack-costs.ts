/** Profiles of both arms in several rounds to what each stack cost for a request, with the noise of counting. */
import { framesOf, type PprofProfile, type ProfileSample } from '../../goruntime/profile/types.ts';
import type { Cost } from '../../model/code-changes.ts';
import { servesRequest } from '../waits/frames.ts';
import type { ProfiledRun } from './profiled-run.ts';
import type { ServiceWork, WorkType } from './service-work.ts';
import { type FrameKind, tellingFrames } from './telling-frames.ts';

/** One round: the run of the first arm, and that of the other. */
export interface ProfiledRound {
  readonly number: number;
  readonly before: ProfiledRun;
  readonly after: ProfiledRun;
}

/** What one stack cost for each request; cell 2r is of the first arm in round r, cell 2r + 1 of the other. */
export interface StackCost {
  /** Innermost first, all of them. */
  readonly frames: readonly string[];
  /** Those that a change can be told of, innermost first. */
  readonly telling: readonly string[];
  readonly kind: FrameKind;
  readonly values: Float64Array;
  /** Of the values, by counting alone. */
  readonly variances: Float64Array;
}

/** The stacks of one service in one cost. */
export interface ServiceCosts {
  readonly service: string;
  readonly cost: Cost;
  readonly rounds: readonly number[];
  readonly stacks: readonly StackCost[];
}

/** Where a cost is found, and how many of its units one of ours is. */
interface CostColumn {
  readonly cost: Cost;
  readonly type: WorkType;
  readonly column: string;
  readonly unit: number;
}

const columns: readonly CostColumn[] = [
  { cost: 'cpu', type: 'cpu', column: 'cpu', unit: 1000 },
  { cost: 'bytes', type: 'heap', column: 'alloc_space', unit: 1 },
  { cost: 'objects', type: 'heap', column: 'alloc_objects', unit: 1 },
  { cost: 'lock', type: 'mutex', column: 'delay', unit: 1000 },
  { cost: 'off', type: 'goroutine', column: 'waiting', unit: 1000 },
  { cost: 'waited', type: 'block', column: 'delay', unit: 1000 },
];

/** A kind of profile, and a column of it. */
export type ProfileColumn = Pick<CostColumn, 'type' | 'column'>;

/** Where a cost is told. */
export function columnOf(cost: Cost): ProfileColumn {
  return columns.find((each) => each.cost === cost) ?? { type: 'cpu', column: 'cpu' };
}

/** The column of a kind of profile that is looked at where no cost is asked for. */
export function usualColumn(type: WorkType): string | undefined {
  return columns.find((each) => each.type === type)?.column;
}

/** Every cost of every service, of all steps together or of one; nothing where no round has a profile of both arms. */
export function serviceCosts(rounds: readonly ProfiledRound[], step?: string): ServiceCosts[] {
  const services = new Set(
    rounds.flatMap(({ before, after }) => [...before.works, ...after.works]).map((work) => work.service),
  );
  return [...services].sort().flatMap((service) => {
    return columns.flatMap((column) => {
      const cells = rounds.flatMap(({ number, before, after }) => {
        const pairs = worksOfBoth(before, after, service, column.type, step);
        return pairs.length > 0 ? [{ number, pairs }] : [];
      });
      if (cells.length === 0) return [];
      const table = createStackTable(column, cells.length);
      for (const [round, { pairs }] of cells.entries()) {
        table.add(
          2 * round,
          pairs.map(([was]) => was),
        );
        table.add(
          2 * round + 1,
          pairs.map(([, is]) => is),
        );
      }
      return [{ service, cost: column.cost, rounds: cells.map(({ number }) => number), stacks: table.stacks() }];
    });
  });
}

/** What both arms have, step by step: a step that only one has would be held against other work. */
export function worksOfBoth(
  before: ProfiledRun,
  after: ProfiledRun,
  service: string,
  type: WorkType,
  step?: string,
): (readonly [ServiceWork, ServiceWork])[] {
  const own = (work: ServiceWork) =>
    work.service === service && work.type === type && (step === undefined || work.step === step);
  return before.works.filter(own).flatMap((was) => {
    const is = after.works.find((work) => own(work) && work.step === was.step);
    return is ? [[was, is] as const] : [];
  });
}

function createStackTable({ cost, column, unit }: CostColumn, rounds: number) {
  const stacks = new Map<string, StackCost | undefined>();
  const stackOf = (frames: readonly string[]): StackCost | undefined => {
    const key = frames.join('\n');
    if (stacks.has(key)) return stacks.get(key);
    const { names, kind } = tellingFrames(frames);
    const made = { values: new Float64Array(2 * rounds), variances: new Float64Array(2 * rounds) };
    const isLeftOut = frames.some(isProfiler) || (cost === 'waited' && !isWait(frames));
    const stack = isLeftOut ? undefined : { frames, telling: names, kind, ...made };
    stacks.set(key, stack);
    return stack;
  };
  return {
    add(cell: number, works: readonly ServiceWork[]) {
      const requests = works.reduce((sum, each) => sum + each.requests, 0);
      for (const profile of works.flatMap(({ profiles }) => profiles)) {
        const at = profile.sampleTypes.findIndex(({ type }) => type === column);
        if (at < 0) continue;
        for (const sample of profile.samples) {
          const value = Number(sample.values[at] ?? 0n) / unit;
          const stack = value === 0 ? undefined : stackOf(framesOf(sample));
          if (!stack) continue;
          stack.values[cell] = (stack.values[cell] ?? 0) + value / requests;
          const variance = countVariance(cost, sample, profile) / unit ** 2;
          stack.variances[cell] = (stack.variances[cell] ?? 0) + variance / requests ** 2;
        }
      }
    },
    stacks: () => [...stacks.values()].filter((stack) => stack !== undefined),
  };
}

/** Being looked at is no work for a request. */
function isProfiler(frame: string): boolean {
  return frame.startsWith('net/http/pprof.') || frame.startsWith('runtime/pprof.');
}

/** A wait for a lock, or one in which a request waits; the rest of a block profile is idle workers. */
function isWait(frames: readonly string[]): boolean {
  return frames.some((frame) => /^sync\.\(\*(?:RW)?Mutex\)\./.test(frame)) || servesRequest(frames);
}

/**
 * How much a value would vary if nothing but its counting did, in the unit of its column: samples are Poisson. Of CPU and of looks at goroutines one is worth a period;
 * of allocations of size s one is taken with p = 1 - exp(-s / period), and is worth 1/p of them (runtime/mprof.go); waits vary as if their lengths
 * were exponential.
 */
function countVariance(cost: Cost, { values }: ProfileSample, { period }: PprofProfile): number {
  const [count = 0, second = 0] = values.map((value) => Math.abs(Number(value)));
  if (cost === 'cpu' || cost === 'off') return second * Number(period);
  if (cost === 'lock' || cost === 'waited') return count > 0 ? (2 * second * second) / count : second * second;
  const size = count > 0 ? second / count : 0;
  const taken = -Math.expm1(-size / Math.max(1, Number(period)));
  if (size === 0) return 0;
  return cost === 'objects' ? count / taken : (second * size) / taken;
}
