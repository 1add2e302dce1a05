/** Where goroutines of a step were, and what its answers cost in which function, as series that arms can be held against each other in. */
import { topTable } from '../../goruntime/profile/top.ts';
import type { ArmStep } from '../../model/comparison.ts';
import { groupBy } from '../../model/group-by.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { Stacks } from '../../model/sample.ts';
import { placeKindOf, placeSeriesName } from '../../model/series.ts';
import { goroutineSites } from '../run/goroutine-sites.ts';
import { columnOf, type ProfileWork } from '../run/profile-work.ts';
import { mergedProfiles } from '../run/step-profiles.ts';
import type { StepSpan } from '../run/step-spans.ts';

const mostSites = 10;
const mostFunctions = 15;
/** Of each kind, those beside: for what is listed of the other arm only. */
const mostUnlisted = 40;
/** The runtime's own functions are where all roads end; what calls them is what a change can be in. */
const ownOfRuntime = /^(runtime|internal|sync|syscall|net\/http)[./]/;

/** A step, what was seen in it, and of which service each target is. */
export interface PlacedStep {
  readonly span: StepSpan;
  readonly step: StepResult;
  readonly stacks: readonly Stacks[];
  readonly works: readonly ProfileWork[];
  readonly serviceOf: ReadonlyMap<string, string>;
}

/** Places of one kind in one service, with their values, and which of them are listed. */
interface Places {
  readonly service: string;
  readonly kind: string;
  readonly all: readonly Place[];
  readonly listed: ReadonlySet<string>;
}

type Place = readonly [name: string, value: number];

/**
 * By `<service> <name>`: goroutines at each place, mean over the replicas, and CPU time, bytes allocated and time that others waited for a
 * lock, for each answer, by function with all that it calls. The largest are series; of the others is known what `places` tells.
 */
export function placeSeries(placed: PlacedStep): Required<Pick<ArmStep, 'series'>> & Pick<ArmStep, 'places'> {
  const kinds = [...goroutinePlaces(placed), ...costPlaces(placed), ...noCosts(placed)].map(
    ({ service, kind, all, listed }) => {
      const named = all.map(([name, value]): Place => [`${service} ${name}`, Number(value.toPrecision(6))]);
      const others = named.filter((_, place) => !listed.has(all[place]?.[0] ?? '')).sort((a, b) => b[1] - a[1]);
      return {
        key: `${service} ${kind}`,
        series: named.filter((_, place) => listed.has(all[place]?.[0] ?? '')),
        values: others.slice(0, mostUnlisted),
        most: others[mostUnlisted]?.[1] ?? 0,
      };
    },
  );
  const series = Object.fromEntries(kinds.flatMap((each) => each.series));
  if (kinds.length === 0) return { series };
  const values = Object.fromEntries(kinds.flatMap((each) => each.values));
  return { series, places: { values, most: Object.fromEntries(kinds.map(({ key, most }) => [key, most])) } };
}

function goroutinePlaces({ span, step, stacks, serviceOf }: PlacedStep): Places[] {
  const seen = new Set(
    stacks.filter(({ atUs }) => atUs >= span.startUs && atUs < span.endUs).map(({ target }) => target),
  );
  const sites = goroutineSites(span, stacks, step.load.completedRps, Number.POSITIVE_INFINITY);
  return [...groupBy(serviceOf, ([, service]) => service)].flatMap(([service, replicas]) => {
    if (!replicas.some(([target]) => seen.has(target))) return [];
    const sums = new Map<string, number>();
    for (const { target, reason, site, mean } of sites) {
      if (serviceOf.get(target) !== service) continue;
      const name = placeSeriesName.goroutines(reason, site);
      sums.set(name, (sums.get(name) ?? 0) + mean / replicas.length);
    }
    const all: Place[] = [...sums].sort((a, b) => b[1] - a[1]);
    return [{ service, kind: 'goroutines', all, listed: new Set(all.slice(0, mostSites).map(([name]) => name)) }];
  });
}

function costPlaces({ span, step, works, serviceOf }: PlacedStep): Places[] {
  return mergedProfiles(span.index, works, (target) => serviceOf.get(target) ?? target).flatMap((merged): Places[] => {
    const { service, type, windowUs, profile } = merged;
    const answers = (step.load.completedRps * windowUs) / 1e6;
    const nameOf = placeSeriesName.cost(type);
    if (!nameOf || answers <= 0) return [];
    const own = topTable(profile, columnOf(profile, type)).rows.filter(({ name }) => !ownOfRuntime.test(name));
    // Of functions that only call each other, and so cost the same, the first says it.
    const told = new Set<number>();
    const firsts = own.filter(({ cum }) => !told.has(cum) && told.add(cum)).map(({ name }) => name);
    const all = own.map(({ name, cum }): Place => [nameOf(name), cum / (type === 'heap' ? 1 : 1000) / answers]);
    const kind = placeKindOf(nameOf('')) ?? '';
    return [{ service, kind, all, listed: new Set(firsts.slice(0, mostFunctions).map(nameOf)) }];
  });
}

/** A profile that was taken and has nothing in it, such as one of locks that nobody waited for, tells that there was nothing. */
function noCosts({ span, works, serviceOf }: PlacedStep): Places[] {
  const own = works.filter(({ step }) => step === span.index);
  return [...groupBy(own, ({ type, target }) => `${type}\n${serviceOf.get(target)}`).values()].flatMap((same) => {
    const [{ type, target } = { type: 'dump', target: '' } as const] = same;
    const service = serviceOf.get(target);
    const kind = placeKindOf(placeSeriesName.cost(type)?.('') ?? '');
    const isEmpty = same.every(({ outcome }) => outcome === 'empty');
    return service !== undefined && kind !== undefined && isEmpty
      ? [{ service, kind, all: [], listed: new Set<string>() }]
      : [];
  });
}
