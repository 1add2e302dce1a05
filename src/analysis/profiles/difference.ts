/** Two selections of profiles held against each other, per request, per second or as shares, with what chance may have done. */
import { diffProfile, totalsOf } from '../../goruntime/profile/delta.ts';
import { type Difference, functionChanges, type ProfileChanges } from '../../goruntime/profile/noise.ts';
import { type PprofProfile, ProfileError } from '../../goruntime/profile/types.ts';
import type { ProfileDiff, ValueDifference } from '../../model/profile-diff.ts';
import type { StoredType } from '../../model/profile-store.ts';
import { columnFor, partOf, type Shown } from './top.ts';
import { byPackage, type GroupRequests, requestsOf, sumOfGroups, type WorkGroup, windowOf } from './work-group.ts';

/** What the values are divided by, or made equal in. */
type Per = ProfileDiff['per'];

/** What is compared: all of `now` with all of `base`. */
export interface Sides {
  readonly base: readonly WorkGroup[];
  readonly now: readonly WorkGroup[];
  readonly type: StoredType | undefined;
  readonly notes: readonly string[];
}

/** What the base is multiplied with, and by what a value of the new side is to be divided. */
interface Scale {
  readonly per: Per;
  readonly factor: number;
  readonly perUnit: number;
  readonly requestsOf?: GroupRequests['of'] | undefined;
}

/** Both sides as profiles, and how they are scaled. */
export interface ScaledSides extends Scale {
  readonly column: string;
  readonly base: PprofProfile;
  readonly now: PprofProfile;
}

/** Sums both sides; throws a ProfileError when they do not go together, or when what was asked for is not known of both. */
export function scaledSides(
  { base, now, type }: Sides,
  per: Per | undefined,
  shown: Pick<Shown, 'column' | 'by'>,
): ScaledSides {
  const [baseSum, nowSum] = [sumOfGroups(base), sumOfGroups(now)].map((sum) =>
    shown.by === 'package' ? byPackage(sum) : sum,
  );
  if (!baseSum || !nowSum) throw new ProfileError('empty', 'no profiles to compare');
  const column = columnFor(nowSum, shown.column, type);
  if (!baseSum.sampleTypes.some((each) => each.type === column)) {
    const [was, is] = [baseSum, nowSum].map(({ sampleTypes }) => sampleTypes.map((each) => each.type).join(', '));
    throw new ProfileError('incompatible', `the sides do not go together: the base has ${was}, the new side ${is}`);
  }
  const scale = scaleOf({ base, now }, { base: baseSum, now: nowSum }, column, per);
  return { ...scale, column, base: baseSum, now: nowSum };
}

/** A profile that `go tool pprof` opens as a difference relative to its base. */
export function markedDifference({ base, now, factor }: ScaledSides): PprofProfile {
  return diffProfile(now, base, factor);
}

/** What changed; see `ProfileDiff`. */
export function profileDifference(sides: Sides, scaled: ScaledSides, shown: Shown): ProfileDiff {
  const { base, now, column, factor, per, perUnit } = scaled;
  const changes = functionChanges(now, base, { factor, column });
  const { order } = shown;
  const rows = changes.functions
    .map(({ name, flat, cum }) => ({ name, flat: told(flat, changes), cum: told(cum, changes) }))
    .filter((row) => row[order].state !== 'none')
    .sort((a, b) => rank(a[order]) - rank(b[order]) || size(b[order]) - size(a[order]));
  const side = (groups: readonly WorkGroup[], total: number) => ({
    parts: groups.map((group) => partOf(group, column)),
    total,
  });
  return {
    schemaVersion: 1,
    kind: 'profiles-diff',
    column,
    unit: changes.column.unit,
    by: shown.by,
    order,
    per,
    perUnit,
    ...(scaled.requestsOf ? { requestsOf: scaled.requestsOf } : {}),
    factor,
    base: side(sides.base, changes.total.base / factor),
    new: side(sides.now, changes.total.value),
    total: told(changes.total, changes),
    rows: shown.rows === 0 ? rows : rows.slice(0, shown.rows),
    rowsLeftOut: shown.rows === 0 ? 0 : Math.max(0, rows.length - shown.rows),
    compared: rows.length,
    beyondNoise: rows.filter((row) => row[order].verdict === 'more' || row[order].verdict === 'less').length,
    ...(changes.unknown === undefined ? {} : { unknown: changes.unknown }),
    notes: [...sides.notes],
  };
}

/** Differences of fewer standard errors than this are within noise. */
const leastZ = 2;
/** The z of a handful of samples promises too much; the exact chance does not. */
const mostP = 0.05;

function told({ value, base, state, noise }: Difference, { unknown }: ProfileChanges): ValueDifference {
  return {
    value,
    base,
    state,
    ...(noise ? { z: noise.z, p: noise.p, q: noise.q } : {}),
    verdict: verdictOf(value, base, noise, unknown),
  };
}

/** What the samples say of a difference. */
export function verdictOf(
  value: number,
  base: number,
  noise: Difference['noise'],
  unknown: string | undefined,
): ValueDifference['verdict'] {
  if (value === base) return 'same';
  if (unknown !== undefined || !noise) return 'unknown';
  if (Math.abs(noise.z) < leastZ || noise.p > mostP) return 'within-noise';
  return noise.z > 0 ? 'more' : 'less';
}

/** What is beyond noise comes first. */
function rank({ verdict }: ValueDifference): number {
  return ['more', 'less', 'unknown'].includes(verdict) ? 0 : 1;
}

function size({ value, base }: ValueDifference): number {
  return Math.abs(value - base);
}

interface Totals {
  readonly base: PprofProfile;
  readonly now: PprofProfile;
}

/** By what was asked for; else per request where both sides know theirs, else per second, else as they are. */
function scaleOf(groups: Pick<Sides, 'base' | 'now'>, sums: Totals, column: string, per: Per | undefined): Scale {
  if (per === 'none') return { per, factor: 1, perUnit: 1 };
  if (per === 'share') return shareScale(sums, column);
  const requests = per === 'second' ? undefined : requestScale(groups);
  if (requests) return requests;
  if (per === 'request') {
    throw new ProfileError(
      'incompatible',
      'the requests of both sides are not known: only the directory of a run tells them',
    );
  }
  const [base, now] = [windowOf(groups.base), windowOf(groups.now)];
  if (base > 0 && now > 0) return { per: 'second', factor: now / base, perUnit: now / 1e9 };
  if (per === 'second') throw new ProfileError('incompatible', 'the time that both sides were taken over is not known');
  return { per: 'none', factor: 1, perUnit: 1 };
}

/** Both sides by the requests of the same party. */
function requestScale({ base, now }: Pick<Sides, 'base' | 'now'>): Scale | undefined {
  const own = [requestsOf(base), requestsOf(now)];
  const isOwn = own.every((each) => each?.of === 'service');
  const [was, is] = isOwn ? own : [requestsOf(base, 'run'), requestsOf(now, 'run')];
  if (!was || !is) return undefined;
  return { per: 'request', factor: is.count / was.count, perUnit: is.count, requestsOf: is.of };
}

function shareScale({ base, now }: Totals, column: string): Scale {
  const total = (profile: PprofProfile) => {
    const index = profile.sampleTypes.findIndex(({ type }) => type === column);
    return Number(totalsOf(profile)[index] ?? 0n);
  };
  const [was, is] = [total(base), total(now)];
  if (was === 0 || is === 0) throw new ProfileError('incompatible', `no shares: one side has no ${column} at all`);
  return { per: 'share', factor: is / was, perUnit: is };
}
