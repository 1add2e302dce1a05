/** Two profiles to the one tree that a differential flame graph draws. */
import { type Difference, differencesOf, type NoiseOptions, nothing } from './noise.ts';
import { noTally, plus, type Tally, type TallyOptions, weightsOf } from './tally.ts';
import { framesOf, type PprofProfile, type ValueType } from './types.ts';

/** A function in one place of the tree. */
interface FlameDiffNode {
  readonly name: string;
  /** Of every stack through here. */
  readonly all: Difference;
  /** Of the stacks that end here. */
  readonly self: Difference;
  /** The largest on either side first. */
  readonly children: readonly FlameDiffNode[];
}

/** The tree of two profiles; noise is told as in `functionChanges`, with all places of the tree as one family of tests. */
export interface FlameDiff {
  readonly column: ValueType;
  readonly factor: number;
  readonly root: FlameDiffNode;
  /** Why no noise is told; absent where it is. */
  readonly unknown?: string;
}

type Pair = [Tally, Tally];

interface GrowingNode {
  readonly name: string;
  readonly all: Pair;
  readonly self: Pair;
  readonly children: Map<string, GrowingNode>;
}

/** As in `flameTree`. */
const deepest = 1000;
const deeper = '(deeper)';

/** The tree of `profile` held against `base`; throws a ProfileError when one of them lacks the column. */
export function flameDiff(
  profile: PprofProfile,
  base: PprofProfile,
  { factor = 1, ...options }: NoiseOptions = {},
): FlameDiff {
  const root = grow('');
  const now = plant(root, profile, 0, options);
  const before = plant(root, base, 1, options);
  const unknown = now.unknown ?? before.unknown;
  const nodes = [...walk(root)];
  const of = (which: 'all' | 'self') =>
    differencesOf(
      nodes.map((node) => node[which]),
      factor,
      unknown === undefined,
    );
  const [all, self] = [of('all'), of('self')];
  const places = new Map(nodes.map((node, index) => [node, index]));
  const finish = (node: GrowingNode): FlameDiffNode => {
    const at = places.get(node) ?? 0;
    const children = [...node.children.values()].map(finish).sort(bySize);
    return { name: node.name, all: all[at] ?? nothing, self: self[at] ?? nothing, children };
  };
  return { column: now.column, factor, root: finish(root), ...(unknown === undefined ? {} : { unknown }) };
}

function plant(root: GrowingNode, profile: PprofProfile, side: 0 | 1, options: TallyOptions) {
  const { column, weigh, unknown } = weightsOf(profile, options);
  for (const sample of profile.samples) {
    const weight = weigh(sample);
    if (weight.value === 0 && weight.samples === 0) continue;
    const stack = framesOf(sample).reverse();
    let node = root;
    node.all[side] = plus(node.all[side], weight);
    for (const name of stack.length > deepest ? [...stack.slice(0, deepest), deeper] : stack) {
      const next = node.children.get(name) ?? grow(name);
      node.children.set(name, next);
      next.all[side] = plus(next.all[side], weight);
      node = next;
    }
    node.self[side] = plus(node.self[side], weight);
  }
  return { column, unknown };
}

function grow(name: string): GrowingNode {
  return { name, all: [noTally, noTally], self: [noTally, noTally], children: new Map() };
}

function walk(root: GrowingNode): GrowingNode[] {
  const found = [root];
  for (const node of found) found.push(...node.children.values());
  return found;
}

function bySize(a: FlameDiffNode, b: FlameDiffNode): number {
  const size = ({ all: { value, base } }: FlameDiffNode) => Math.max(Math.abs(value), Math.abs(base));
  return size(b) - size(a) || (a.name < b.name ? -1 : 1);
}
