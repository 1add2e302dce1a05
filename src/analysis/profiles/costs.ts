/** What a request of a service costs in each function, step by step, and which of the costs rise with the load. */
import { countBounds } from '../../goruntime/profile/poisson.ts';
import { noTally, type Tally, tallyFunctions } from '../../goruntime/profile/tally.ts';
import { groupBy } from '../../model/group-by.ts';
import type { FunctionCosts } from '../../model/profile-top.ts';
import { costTrend } from './trend.ts';
import { type GroupRequests, requestsOf, type WorkGroup } from './work-group.ts';

/** Which costs are shown. */
interface CostView {
  readonly column: string;
  readonly order: 'flat' | 'cum';
  readonly rows: number;
}

/** A cost that rises by less from the lowest rate to the highest is no problem of scale. */
const leastGrowth = 1.1;
/** With one function in hundreds beyond it by chance alone. */
const leastZ = 3;
/** The z of fewer samples promises too much. */
const leastSamples = 20;

interface Step {
  readonly group: WorkGroup;
  readonly step: string;
  readonly requests: number;
  readonly total: Tally;
  readonly functions: ReadonlyMap<string, { readonly flat: Tally; readonly cum: Tally }>;
}

/** Of every service of a run that knows its requests: the functions whose cost rises first, then the dearest. */
export function functionCosts(groups: readonly WorkGroup[], view: CostView): FunctionCosts[] {
  const services = groupBy(groups, ({ service, run }) => JSON.stringify([service, run]));
  return [...services.values()].flatMap((same) => {
    const [first] = same;
    // One service must not be told by its own requests in one step and by those of the run in another.
    const of = same.every((group) => requestsOf([group])?.of === 'service') ? 'service' : 'run';
    const steps = same.flatMap((group) => stepOf(group, of, view.column));
    if (!first || steps.length === 0) return [];
    const table = tableOf(steps, view);
    return table.functions.length > 0 ? [{ ...aboutOf(first, of), ...table }] : [];
  });
}

function stepOf(group: WorkGroup, of: GroupRequests['of'], column: string): Step[] {
  const requests = requestsOf([group], of);
  if (!requests || group.step === undefined) return [];
  const { total, functions } = tallyFunctions(group.profile, { column });
  return [{ group, step: group.step, requests: requests.count, total, functions }];
}

function aboutOf({ service, run }: WorkGroup, requestsOfWhom: GroupRequests['of']) {
  return { service, ...(run === undefined ? {} : { run }), requestsOf: requestsOfWhom };
}

function tableOf(
  steps: readonly Step[],
  { order, rows }: CostView,
): Pick<FunctionCosts, 'steps' | 'total' | 'functions'> {
  const names = [...new Set(steps.flatMap(({ functions }) => [...functions.keys()]))];
  const all = names
    .map((name) =>
      costsOf(name, steps, order, ({ functions }) => functions.get(name) ?? { flat: noTally, cum: noTally }),
    )
    .filter((each) => most(each, order) > 0);
  const sorted = all.sort(
    (a, b) => Number(b.rises === 'yes') - Number(a.rises === 'yes') || most(b, order) - most(a, order),
  );
  return {
    steps: steps.map(({ step, requests, group: { rps } }) => ({
      step,
      ...(rps === undefined ? {} : { rps }),
      requests,
    })),
    total: costsOf('', steps, order, ({ total }) => ({ flat: total, cum: total })),
    functions: rows === 0 ? sorted : sorted.slice(0, rows),
  };
}

type FunctionCost = FunctionCosts['functions'][number];

function costsOf(
  name: string,
  steps: readonly Step[],
  order: CostView['order'],
  pick: (step: Step) => { readonly flat: Tally; readonly cum: Tally },
): FunctionCost {
  const samples = steps.reduce((sum, step) => sum + pick(step)[order].samples, 0);
  const trend = costTrend(
    steps.map((step) => ({ rps: step.group.rps ?? 0, requests: step.requests, ...pick(step)[order] })),
  );
  return {
    name,
    costs: steps.map((each) => {
      const { flat, cum } = pick(each);
      const { step, requests } = each;
      const bounds = boundsOf(order === 'flat' ? flat : cum, requests);
      return { step, flat: flat.value / requests, cum: cum.value / requests, ...bounds };
    }),
    ...(trend ? { slope: trend.slope } : {}),
    ...(trend?.growth === undefined ? {} : { growth: trend.growth }),
    ...(trend?.z === undefined ? {} : { z: trend.z }),
    rises: risesBy(trend, samples),
  };
}

/** As far as sampling goes. */
function boundsOf({ value, samples }: Tally, requests: number): { low: number; high: number } | undefined {
  if (!(samples > 0)) return undefined;
  const { low, high } = countBounds(samples);
  const each = value / samples / requests;
  return { low: low * each, high: high * each };
}

function risesBy(trend: ReturnType<typeof costTrend>, samples: number): FunctionCost['rises'] {
  if (!trend || trend.slope <= 0) return 'no';
  // What was nothing at the lowest rate has grown by any factor.
  if (trend.growth !== undefined && trend.growth < leastGrowth) return 'no';
  if (trend.z === undefined) return 'unknown';
  return trend.z >= leastZ && samples >= leastSamples ? 'yes' : 'no';
}

function most({ costs }: FunctionCost, order: CostView['order']): number {
  return Math.max(...costs.map((cost) => Math.abs(cost[order])));
}
