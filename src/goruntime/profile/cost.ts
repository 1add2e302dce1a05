/** A profile of a known number of requests to what one request costs, function by function. */
import { countBounds } from './poisson.ts';
import { type Tally, type TallyOptions, tallyFunctions } from './tally.ts';
import { type PprofProfile, ProfileError, type ValueType } from './types.ts';

/** In the unit of the column, per request. */
interface Cost {
  readonly value: number;
  /** Between these it lies with 95 %, as far as the chance of sampling goes; absent where the samples are not known. */
  readonly bounds?: { readonly low: number; readonly high: number };
}

/** What a request costs in a function: in itself, and with all that it calls. */
interface FunctionCost {
  readonly name: string;
  readonly flat: Cost;
  readonly cum: Cost;
}

/** What a request costs, in all and by function, the dearest in itself first. */
export interface RequestCost {
  readonly column: ValueType;
  readonly requests: number;
  readonly total: Cost;
  readonly functions: readonly FunctionCost[];
  /** Why there are no bounds; absent where there are. */
  readonly unknown?: string;
}

/**
 * The values of a window by function, divided by the requests that were served in it. Throws a ProfileError when the profile lacks
 * the column, or when there were no requests.
 */
export function requestCost(profile: PprofProfile, requests: number, options: TallyOptions = {}): RequestCost {
  if (!(requests > 0) || !Number.isFinite(requests)) {
    const message = `no cost per request: ${requests} requests in the time of the profile`;
    throw new ProfileError('incompatible', message);
  }
  const { column, total, functions, unknown } = tallyFunctions(profile, options);
  const costOf = (tally: Tally) => cost(tally, requests);
  const list = [...functions].map(([name, { flat, cum }]) => ({ name, flat: costOf(flat), cum: costOf(cum) }));
  return {
    column,
    requests,
    total: costOf(total),
    functions: list.sort(bySize),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

/** The bounds of the value, whatever its unit, are as far from it as those of the number of samples are from that. */
function cost({ value, samples }: Tally, requests: number): Cost {
  const each = value / requests;
  if (!(samples > 0)) return { value: each };
  const { low, high } = countBounds(samples);
  return { value: each, bounds: { low: (each * low) / samples, high: (each * high) / samples } };
}

function bySize(a: FunctionCost, b: FunctionCost): number {
  return b.flat.value - a.flat.value || b.cum.value - a.cum.value || (a.name < b.name ? -1 : 1);
}
