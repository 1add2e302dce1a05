/** What the processes of one service did in one stretch of time, as profiles tell it; several of them added up. */
import { packageOf } from '../../goruntime/package-names.ts';
import { mergeProfiles } from '../../goruntime/profile/merge.ts';
import { shareOut } from '../../goruntime/profile/share-out.ts';
import type { PprofProfile, ProfileFunction, ProfileLocation } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';

/** Requests in the time of a group's profiles. */
export interface GroupRequests {
  readonly count: number;
  /** Whose they are: those that the service counted itself, or those that the whole run answered. */
  readonly of: 'service' | 'run';
}

/** The profiles of one type of one service, of one step where it was a run. */
export interface WorkGroup {
  readonly service: string;
  readonly run?: string | undefined;
  readonly step?: string | undefined;
  /** Requests per second that the step planned. */
  readonly rps?: number | undefined;
  /** All processes added up: windows summed over time, counters as what they rose by, gauges averaged. */
  readonly profile: PprofProfile;
  /** Which of its columns are gauges: of two looks at the same process they must not be added. */
  readonly gauges: readonly boolean[];
  readonly profiles: number;
  readonly instances: number;
  /** How long each process was looked at, on average; 0 where nobody knows. */
  readonly windowNs: number;
  /** The end of the last profile, nanoseconds since 1970. */
  readonly untilNs: bigint;
  /** By the run's accounting; undefined of what is no run. */
  readonly requests?: { readonly own?: number | undefined; readonly answered: number } | undefined;
}

/** One profile of several groups: steps of the same service are other times of the same processes. Throws a ProfileError when they do not go together. */
export function sumOfGroups(groups: readonly WorkGroup[]): PprofProfile {
  const [only] = groups;
  if (only && groups.length === 1) return only.profile;
  const times = groupBy(groups, ({ service, run }) => JSON.stringify([service, run]));
  return mergeProfiles(
    [...times.values()].flatMap((same) =>
      same.map(({ profile, gauges }) => (same.length > 1 ? shareOut(profile, gauges, same.length) : profile)),
    ),
  );
}

/** How long the groups took together, in nanoseconds: steps one after the other, services at the same time. */
export function windowOf(groups: readonly WorkGroup[]): number {
  const services = groupBy(groups, ({ service }) => service);
  return Math.max(0, ...[...services.values()].map((same) => same.reduce((sum, { windowNs }) => sum + windowNs, 0)));
}

/**
 * The requests of these groups: a service's own where they are all of one service that counts them, else those that the runs answered;
 * undefined where one of them is of no run, or had none.
 */
export function requestsOf(
  groups: readonly WorkGroup[],
  most: GroupRequests['of'] = 'service',
): GroupRequests | undefined {
  const own = groups.map(({ requests }) => requests?.own);
  const isOfOne = new Set(groups.map(({ service }) => service)).size === 1;
  if (most === 'service' && isOfOne && own.every((count) => count !== undefined && count > 0)) {
    return { count: own.reduce<number>((sum, count) => sum + (count ?? 0), 0), of: 'service' };
  }
  if (groups.length === 0 || groups.some(({ requests }) => !requests)) return undefined;
  // Services were looked at in the same time: their requests are the same ones.
  const steps = groupBy(groups, ({ run, step }) => JSON.stringify([run, step]));
  const count = [...steps.values()].reduce(
    (sum, same) => sum + mean(same.map(({ requests }) => requests?.answered ?? 0)),
    0,
  );
  return count > 0 ? { count, of: 'run' } : undefined;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The profile with packages in place of functions; what has none is `(no package)`. */
export function byPackage(profile: PprofProfile): PprofProfile {
  const functions = new Map<string, ProfileFunction>();
  const packageFunction = (name: string): ProfileFunction => {
    const path = packageOf(name) || '(no package)';
    const found = functions.get(path) ?? { name: path, systemName: path, file: '', startLine: 0 };
    functions.set(path, found);
    return found;
  };
  const locations = new Map<ProfileLocation, ProfileLocation>();
  const renamed = (location: ProfileLocation): ProfileLocation => {
    const lines =
      location.lines.length === 0
        ? [{ function: packageFunction(''), line: 0, column: 0 }]
        : location.lines.map((line) => ({ ...line, function: packageFunction(line.function.name) }));
    const found = locations.get(location) ?? { ...location, lines };
    locations.set(location, found);
    return found;
  };
  const samples = profile.samples.map((sample) => ({ ...sample, locations: sample.locations.map(renamed) }));
  return { ...profile, samples };
}
