/** Groups of profiles to the table of where their values go, over services, steps and runs. */
import { tallyFunctions } from '../../goruntime/profile/tally.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';
import type { StoredType } from '../../model/profile-store.ts';
import type { ProfiledPart, ProfileTop } from '../../model/profile-top.ts';
import { functionCosts } from './costs.ts';
import { byPackage, requestsOf, sumOfGroups, type WorkGroup, windowOf } from './work-group.ts';

/** How profiles are shown. */
export interface Shown {
  /** By its name; by what the profiles are of when left out. */
  readonly column?: string | undefined;
  readonly by: 'function' | 'package';
  readonly order: 'flat' | 'cum';
  /** The first so many functions; 0 for all. */
  readonly rows: number;
}

/** What each type is taken for, where it differs from what pprof shows first. */
const columns: Readonly<Partial<Record<StoredType, string>>> = { heap: 'alloc_space', allocs: 'alloc_space' };

/** The column to show: that which is named, else what the type is taken for; of files what pprof shows first. Throws a ProfileError. */
export function columnFor(
  { sampleTypes, defaultSampleType }: PprofProfile,
  named: string | undefined,
  type: StoredType | undefined,
): string {
  const wanted = named ?? (type && columns[type]) ?? defaultSampleType;
  const names = sampleTypes.map((each) => each.type);
  if (wanted !== '' && names.includes(wanted)) return wanted;
  if (named === undefined) return names.at(-1) ?? '';
  throw new ProfileError('other kind', `there is no column ${named}: it must be one of ${names.join(', ')}`);
}

/** The table; throws a ProfileError when there are no groups, or when they do not go together. */
export function profileTop(
  groups: readonly WorkGroup[],
  shown: Shown,
  { type, notes }: { readonly type: StoredType | undefined; readonly notes: readonly string[] },
): ProfileTop {
  const views =
    shown.by === 'package' ? groups.map((group) => ({ ...group, profile: byPackage(group.profile) })) : groups;
  const whole = sumOfGroups(views);
  const column = columnFor(whole, shown.column, type);
  const index = whole.sampleTypes.findIndex((each) => each.type === column);
  const table = topTable(whole, index);
  const services = [...groupBy(views, ({ service }) => service)].map(([service, same]) => {
    return { service, functions: tallyFunctions(sumOfGroups(same), { column }).functions };
  });
  const { order } = shown;
  const sorted = table.rows.toSorted((a, b) => Math.abs(b[order]) - Math.abs(a[order]));
  const kept = shown.rows === 0 ? sorted : sorted.slice(0, shown.rows);
  const windowNs = windowOf(groups);
  return {
    schemaVersion: 1,
    kind: 'profiles-top',
    ...(type === undefined ? {} : { type }),
    column,
    unit: table.column.unit,
    by: shown.by,
    order,
    total: table.total,
    ...(windowNs > 0 ? { windowSeconds: windowNs / 1e9 } : {}),
    parts: views.map((group) => partOf(group, column)),
    rows: kept.map(({ name, flat, cum }) => ({
      name,
      flat,
      cum,
      services: services
        .flatMap(({ service, functions }) => {
          const own = functions.get(name);
          return own ? [{ service, flat: own.flat.value, cum: own.cum.value }] : [];
        })
        .sort((a, b) => Math.abs(b[order]) - Math.abs(a[order])),
    })),
    rowsLeftOut: sorted.length - kept.length,
    costs: functionCosts(views, { ...shown, column }),
    notes: [...notes],
  };
}

/** A group without its profile. */
export function partOf(group: WorkGroup, column: string): ProfiledPart {
  const { service, run, step, rps, profiles, instances, windowNs } = group;
  const index = group.profile.sampleTypes.findIndex((each) => each.type === column);
  const requests = requestsOf([group]);
  return {
    service,
    ...(run === undefined ? {} : { run }),
    ...(step === undefined ? {} : { step }),
    ...(rps === undefined ? {} : { rps }),
    profiles,
    instances,
    ...(windowNs > 0 ? { windowSeconds: windowNs / 1e9 } : {}),
    total: Number(group.profile.samples.reduce((sum, { values }) => sum + (values[index] ?? 0n), 0n)),
    ...(requests ? { requests: requests.count, requestsOf: requests.of } : {}),
  };
}
