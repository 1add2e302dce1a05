/** The functions of all services together: the most CPU-intensive ones of the whole system. */
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { columnOf, defaultColumn, topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import { ApiError, badRequest, nothingFound } from './api-error.ts';
import { type Combination, combinedText, combineRemaining } from './combine-stored.ts';
import type { Reading } from './stored-profiles.ts';

/** A function, with its values in each service. */
interface SystemFunction {
  readonly function: string;
  readonly flat: number;
  readonly flat_share: number;
  readonly cum: number;
  readonly cum_share: number;
  readonly services: readonly { readonly service: string; readonly flat: number; readonly cum: number }[];
}

/** The functions with the largest values of their own, and what they are parts of; shares are 0 to 1, of all services together. */
export interface SystemTop {
  readonly type: string;
  readonly sample_type: string;
  readonly unit: string;
  readonly total: number;
  /** `combined` says how the profiles of each were put together, and what was left out. */
  readonly services: readonly {
    readonly service: string;
    readonly profiles: number;
    readonly total: number;
    readonly combined: string;
  }[];
  readonly functions: readonly SystemFunction[];
}

/** How many functions, of which column; the column that pprof shows where none is named. */
export interface TopRequest {
  readonly rows: number;
  readonly column: string | undefined;
}

interface Growing {
  flat: number;
  cum: number;
  readonly services: { service: string; flat: number; cum: number }[];
}

/** Reads one service after the other. */
export async function topFunctions(
  profiles: readonly StoredProfile[],
  { rows, column }: TopRequest,
  how: Combination,
  reading: Reading,
): Promise<SystemTop> {
  const functions = new Map<string, Growing>();
  const services: { service: string; profiles: number; total: number; combined: string }[] = [];
  let shown: { type: string; unit: string } | undefined;
  for (const [service, own] of groupBy(profiles, (profile) => profile.service)) {
    const combined = await combineRemaining(own, { ...how, injects: false }, reading);
    if (!combined) continue;
    const profile = decodeProfile(combined.content);
    const table = topTable(profile, columnNamed(profile, column));
    shown ??= table.column;
    if (shown.type !== table.column.type || shown.unit !== table.column.unit) {
      throw new ApiError(
        409,
        `profiles do not go together: ${services[0]?.service} has ${shown.type}/${shown.unit}, ${service} ${table.column.type}/${table.column.unit}`,
      );
    }
    services.push({ service, profiles: combined.stored.length, total: table.total, combined: combinedText(combined) });
    for (const { name, flat, cum } of table.rows) {
      const growing = functions.get(name) ?? { flat: 0, cum: 0, services: [] };
      functions.set(name, growing);
      growing.flat += flat;
      growing.cum += cum;
      growing.services.push({ service, flat, cum });
    }
  }
  if (services.length === 0) throw nothingFound();
  const total = services.reduce((sum, each) => sum + each.total, 0);
  const share = (value: number) => (total === 0 ? 0 : Number((value / total).toPrecision(6)));
  const sorted = [...functions].toSorted(([a, one], [b, other]) => bySize(a, one, b, other)).slice(0, rows);
  return {
    type: profiles[0]?.type ?? '',
    sample_type: shown?.type ?? '',
    unit: shown?.unit ?? '',
    total,
    services: services.toSorted((a, b) => b.total - a.total),
    functions: sorted.map(([name, { flat, cum, services }]) => ({
      function: name,
      flat,
      flat_share: share(flat),
      cum,
      cum_share: share(cum),
      services: services.toSorted((a, b) => Math.abs(b.flat) - Math.abs(a.flat)),
    })),
  };
}

function bySize(a: string, one: Growing, b: string, other: Growing): number {
  return Math.abs(other.flat) - Math.abs(one.flat) || Math.abs(other.cum) - Math.abs(one.cum) || (a < b ? -1 : 1);
}

/** The index of a sample type; throws an ApiError that names those there are. */
export function columnNamed(profile: PprofProfile, name: string | undefined): number {
  if (name === undefined) return defaultColumn(profile);
  const found = profile.sampleTypes.findIndex(({ type }) => type === name);
  if (found >= 0) return found;
  const known = profile.sampleTypes.map((_, column) => columnOf(profile, column).type).join(', ');
  throw badRequest(`bad "sample_index" ${JSON.stringify(name)}: the profiles have ${known}`);
}
