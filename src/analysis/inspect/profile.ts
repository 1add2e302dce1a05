/** A profile to what it says: its functions, its call tree, and of goroutines their groups. */

import { groupGoroutines } from '../../goruntime/goroutines/groups.ts';
import { totalsOf } from '../../goruntime/profile/delta.ts';
import { type FlameNode, flameTree } from '../../goruntime/profile/flame-tree.ts';
import { defaultColumn, topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import type { ProfileInspection } from '../../model/inspection.ts';
import { snapshotOf } from './goroutines.ts';
import { noCounts } from './log.ts';

const functionsKept = 100;
/** Functions with less than this share of the whole would be a hair in the picture. */
const leastShare = 0.002;

/** What a profile of this file and length says. */
export function inspectProfile(file: string, bytes: number, profile: PprofProfile): ProfileInspection {
  const column = defaultColumn(profile);
  const { rows } = topTable(profile, column);
  const totals = totalsOf(profile);
  const type = profileType(profile);
  const goroutines = type === 'goroutine' ? groupGoroutines(profile) : undefined;
  const groups = goroutines?.groups ?? [];
  const snapshot =
    goroutines &&
    snapshotOf(
      { name: 'goroutines', ofTheLook: Number(totals[column] ?? 0n) - goroutines.total },
      goroutines.total,
      groups,
    );
  return {
    kind: 'profile',
    profile: type,
    file,
    bytes,
    counts: { ...noCounts, goroutines: goroutines?.total ?? 0 },
    judgements: [],
    columns: profile.sampleTypes.map((each, at) => ({ ...each, total: Number(totals[at] ?? 0n) })),
    column,
    ...(profile.timeNanos > 0n ? { takenAt: new Date(Number(profile.timeNanos / 1_000_000n)).toISOString() } : {}),
    ...(profile.durationNanos > 0n ? { durationMs: Number(profile.durationNanos) / 1e6 } : {}),
    stacks: profile.samples.length,
    functions: rows.slice(0, functionsKept).map(({ name, flat, cum }) => ({ name, flat, cum })),
    functionsLeftOut: Math.max(0, rows.length - functionsKept),
    flame: flatten(flameTree(profile, column, leastShare)),
    ...(snapshot ? { snapshot } : {}),
    groups,
  };
}

/** What a profile is of, as its header says; mutex and block profiles cannot be told apart by it. */
function profileType({ sampleTypes, periodType, defaultSampleType }: PprofProfile): string {
  const names = sampleTypes.map(({ type }) => type);
  if (names.some((name) => name.startsWith('goroutine'))) return 'goroutine';
  if (names.includes('cpu')) return 'cpu';
  if (names.includes('inuse_space')) return defaultSampleType === 'alloc_space' ? 'allocs' : 'heap';
  if (names.includes('contentions')) return 'mutex or block';
  return names.at(-1) || periodType.type || 'unknown';
}

/** The tree in the order it is read in, without its root. */
function flatten(root: FlameNode): ProfileInspection['flame'] {
  const list: [number, string, number][] = [];
  const visit = (node: FlameNode, depth: number) => {
    list.push([depth, node.name, node.value]);
    for (const child of node.children) visit(child, depth + 1);
  };
  for (const child of root.children) visit(child, 0);
  return list;
}
