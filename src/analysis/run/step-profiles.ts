/** What the profiles of each step say: which were taken, and where CPU, allocations and waiting went, by service. */
import { type FlameNode, flameTree } from '../../goruntime/profile/flame-tree.ts';
import { mergeProfiles } from '../../goruntime/profile/merge.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import { groupBy } from '../../model/group-by.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { ProfileType } from '../../model/sample.ts';
import { columnOf, type ProfileWork } from './profile-work.ts';

type Hot = NonNullable<StepResult['hot']>[number];

const topFunctions = 15;
/** Functions with less than this share of the whole would be a hair in the picture. */
const leastShare = 0.005;
const order: readonly ProfileType[] = ['cpu', 'heap', 'mutex', 'block', 'trace', 'goroutineleak', 'dump'];

/** The profiles of the step with this index, and what they say; nothing when none was planned. */
export function stepProfiles(
  index: number,
  all: readonly ProfileWork[],
  serviceOf: (target: string) => string,
): Pick<StepResult, 'profiles' | 'hot'> {
  const works = all.filter(({ step }) => step === index);
  if (works.length === 0) return {};
  return {
    profiles: works.map(({ target, type, outcome, message }) => ({
      target,
      type,
      outcome,
      ...(message === undefined ? {} : { message }),
    })),
    hot: hotOf(mergedProfiles(index, works, serviceOf)),
  };
}

/** The profiles of one kind that were taken of the replicas of a service in a step, added up. */
interface MergedProfile {
  readonly service: string;
  readonly type: ProfileType;
  readonly replicas: number;
  readonly windowUs: number;
  readonly profile: PprofProfile;
}

/** Those of the step with this index, by kind and service. */
export function mergedProfiles(
  index: number,
  all: readonly ProfileWork[],
  serviceOf: (target: string) => string,
): MergedProfile[] {
  const usable = all.filter(({ step, profile }) => step === index && profile !== undefined);
  const groups = groupBy(usable, ({ type, target }) => `${type}\n${serviceOf(target)}`);
  return [...groups.values()].flatMap((same) =>
    same.slice(0, 1).map(({ type, target }) => ({
      service: serviceOf(target),
      type,
      replicas: same.length,
      windowUs: Math.round(Math.max(...same.map(({ windowUs }) => windowUs))),
      profile: mergeProfiles(same.flatMap((work) => work.profile ?? [])),
    })),
  );
}

/** Those services first that did most. */
function hotOf(merged: readonly MergedProfile[]): Hot[] {
  return merged.map(hotSpot).sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type) || b.total - a.total);
}

function hotSpot({ service, type, replicas, windowUs, profile }: MergedProfile): Hot {
  const column = columnOf(profile, type);
  const { rows, column: valueType } = topTable(profile, column);
  const tree = flameTree(profile, column, leastShare);
  return {
    service,
    type,
    unit: valueType.unit,
    replicas,
    windowUs,
    total: tree.value,
    functions: rows.slice(0, topFunctions).map(({ name, flat, cum }) => ({ name, flat, cum })),
    flame: flatten(tree),
  };
}

/** The tree in the order it is read in, without its root: depth, function, value. */
function flatten(root: FlameNode): Hot['flame'] {
  const list: Hot['flame'] = [];
  const visit = (node: FlameNode, depth: number) => {
    list.push([depth, node.name, node.value]);
    for (const child of node.children) visit(child, depth + 1);
  };
  for (const child of root.children) visit(child, 0);
  return list;
}
