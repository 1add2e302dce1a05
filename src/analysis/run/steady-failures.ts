/** Failures that come at every rate alike: single requests make them, and no limit that the load reaches. */
import type { StepResult } from '../../model/run-result.ts';
import { errorKinds } from './error-kinds.ts';

/** One kind of failure, and the least and the most of a step's arrivals that ended with it, 0 to 1. */
interface SteadyFailures {
  readonly kind: string;
  readonly least: number;
  readonly most: number;
}

/** Fewer are told as they come. */
const leastShare = 0.01;
/** Rates that differ by less say nothing of what depends on them. */
const leastRange = 1.5;
/** As often, as far as so few arrivals can tell: a factor, and three standard errors of a share. */
const alike = 1.3;
const errors = 3;
const mostOthers = 0.2;

/** Where each measured step lost about the same share of its arrivals, nearly all by the same kind; undefined where not. */
export function steadyFailures(steps: readonly StepResult[]): SteadyFailures | undefined {
  const rates = steps.map(({ load }) => load.plannedRps);
  if (Math.max(...rates) < leastRange * Math.min(...rates)) return undefined;
  const kind = errorKinds(steps[0] ?? { errors: {} })[0]?.[0];
  if (kind === undefined) return undefined;
  const shares = steps.map((step) => {
    const { planned, failed, timedOut, dropped } = step.load;
    const count = errorKinds(step).find(([each]) => each === kind)?.[1] ?? 0;
    const isMost = failed + timedOut + dropped - count <= mostOthers * count;
    return { planned, share: isMost && planned > 0 ? count / planned : 0 };
  });
  const [least, most] = [shares.reduce(lower), shares.reduce(higher)];
  if (least.share < leastShare) return undefined;
  const error = Math.sqrt(most.share * (1 - most.share) * (1 / least.planned + 1 / most.planned));
  const isAlike = most.share <= alike * least.share || most.share - least.share <= errors * error;
  return isAlike ? { kind, least: least.share, most: most.share } : undefined;
}

interface Share {
  readonly planned: number;
  readonly share: number;
}

function lower(one: Share, other: Share): Share {
  return other.share < one.share ? other : one;
}

function higher(one: Share, other: Share): Share {
  return other.share > one.share ? other : one;
}
