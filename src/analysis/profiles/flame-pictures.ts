/** Groups of profiles to the pictures of a flame graph file: all together, then each step; or a difference, then both its sides. */
import { type FlameDiff, flameDiff } from '../../goruntime/profile/flame-diff.ts';
import { type FlameNode, flameTree } from '../../goruntime/profile/flame-tree.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import type { FlameBox, FlamePicture, FunctionState } from '../../model/flame-file.ts';
import { groupBy } from '../../model/group-by.ts';
import type { ProfileDiff, ValueDifference } from '../../model/profile-diff.ts';
import { type ScaledSides, verdictOf } from './difference.ts';
import { columnFor, type Shown } from './top.ts';
import { sumOfGroups, type WorkGroup } from './work-group.ts';

/** Functions with less than this share of the whole would be a hair in the picture. */
const leastShare = 0.001;
const mostRows = 50;

type Words = Pick<FlamePicture, 'heading' | 'detail' | 'hint'>;

/** Of all groups, and of each step where there are several; throws a ProfileError when they do not go together. */
export function flamePictures(
  groups: readonly WorkGroup[],
  column: string,
  words: (groups: readonly WorkGroup[], total: number, unit: string) => Words,
): FlamePicture[] {
  const steps = [...groupBy(groups, ({ run, step }) => JSON.stringify([run, step])).values()];
  const shown = steps.length > 1 ? [groups, ...steps] : [groups];
  return shown.map((same) => pictureOf(same, column, words));
}

function pictureOf(
  groups: readonly WorkGroup[],
  name: string,
  words: Parameters<typeof flamePictures>[2],
): FlamePicture {
  const whole = sumOfGroups(groups);
  const column = whole.sampleTypes.findIndex(({ type }) => type === name);
  const table = topTable(whole, column);
  const services = [...groupBy(groups, ({ service }) => service)];
  const [only] = services;
  const flame =
    only && services.length === 1
      ? boxesOf(flameTree(whole, column, leastShare).children, 0)
      : services
          .map(([service, same]) => ({ ...flameTree(sumOfGroups(same), column, leastShare), name: service }))
          .sort((a, b) => b.value - a.value)
          .flatMap((tree) => boxesOf([tree], 0));
  return {
    ...words(groups, table.total, table.column.unit),
    isDifference: false,
    unit: table.column.unit,
    per: 1,
    total: flame.reduce((sum, { depth, width }) => (depth === 0 ? sum + width : sum), 0),
    flame,
    rows: table.rows
      .slice(0, mostRows)
      .map(({ name: row, flat, cum }) => ({ name: row, value: flat, cum, base: 0, state: 'same' as const })),
    functions: table.rows.length,
  };
}

function boxesOf(nodes: readonly FlameNode[], depth: number): FlameBox[] {
  return nodes.flatMap(({ name, value, children }) => [
    { depth, name, width: value, value, base: 0, state: 'same' as const },
    ...boxesOf(children, depth + 1),
  ]);
}

/** The difference of both sides, in which each place is told apart from chance as the table tells functions. */
export function differencePicture(scaled: ScaledSides, diff: ProfileDiff, words: Words): FlamePicture {
  const { column, factor, perUnit } = scaled;
  const tree = flameDiff(scaled.now, scaled.base, { factor, column });
  const [root] = widen([tree.root], tree, 0);
  const total = root?.width ?? 0;
  const list = root?.below.flatMap((node) => flat(node, total * leastShare)) ?? [];
  return {
    ...words,
    isDifference: true,
    unit: tree.column.unit,
    per: perUnit,
    total: list.reduce((sum, { depth, width }) => (depth === 0 ? sum + width : sum), 0),
    flame: list,
    rows: diff.rows.slice(0, mostRows).map((row) => {
      const { value, base } = row[diff.order];
      return { name: row.name, value, cum: row.cum.value, base, state: stateOf(row[diff.order]) };
    }),
    functions: diff.rows.length,
  };
}

interface WideNode extends FlameBox {
  readonly below: readonly WideNode[];
}

/** Room for a function before and now, and for all that it calls, which may have moved from one place to another. */
function widen(nodes: readonly FlameDiff['root'][], tree: FlameDiff, depth: number): WideNode[] {
  return nodes.map(({ name, all, children }) => {
    const below = widen(children, tree, depth + 1);
    const called = below.reduce((sum, { width }) => sum + width, 0);
    const width = Math.max(Math.abs(all.value), Math.abs(all.base), called);
    const state = placeState(all, tree);
    return { depth: depth - 1, name, width, value: all.value, base: all.base, state, below };
  });
}

function flat({ below, ...box }: WideNode, least: number): FlameBox[] {
  if (box.width < least) return [];
  return [box, ...below.flatMap((node) => flat(node, least))];
}

function placeState({ value, base, state, noise }: FlameDiff['root']['all'], { unknown }: FlameDiff): FunctionState {
  const verdict = verdictOf(value, base, noise, unknown);
  return stateOf({ value, base, state, verdict });
}

/** What is not known to be chance keeps its colour: the page says so. */
function stateOf({ value, base, state, verdict }: ValueDifference): FunctionState {
  if (verdict === 'within-noise' || verdict === 'same') return 'same';
  if (state === 'new' || state === 'gone') return state;
  return value > base ? 'grown' : 'shrunk';
}

/** The columns of all profiles, for a file that has one picture for each step. */
export function columnOfGroups(
  groups: readonly WorkGroup[],
  shown: Pick<Shown, 'column'>,
  type: Parameters<typeof columnFor>[2],
): string {
  return columnFor(sumOfGroups(groups), shown.column, type);
}

/** The profiles of a speedscope file: all, then each service and step. */
export function namedProfiles(
  groups: readonly WorkGroup[],
  column: string,
): { name: string; profile: PprofProfile; column: number }[] {
  const named = (name: string, same: readonly WorkGroup[]) => {
    const profile = sumOfGroups(same);
    return { name, profile, column: profile.sampleTypes.findIndex(({ type }) => type === column) };
  };
  const parts = groups.map((group) => named([group.service, group.step ?? ''].join(' ').trim(), [group]));
  return groups.length > 1 ? [named('all', groups), ...parts] : parts;
}
