/** A profile to the tree that a flame graph draws: functions below those that called them. */
import { columnOf, defaultColumn } from './top.ts';
import { framesOf, type PprofProfile } from './types.ts';

/** A function in one place of the tree, in the unit of the column; exact up to 2^53. */
export interface FlameNode {
  readonly name: string;
  /** Of every stack through here; may be negative in the difference of two profiles. */
  readonly value: number;
  /** Of the stacks that end here. */
  readonly self: number;
  /** Largest first. */
  readonly children: readonly FlameNode[];
}

interface GrowingNode {
  readonly name: string;
  value: bigint;
  self: bigint;
  readonly children: Map<string, GrowingNode>;
}

/** Go records 128 frames, and inlined functions beside them; a deeper stack is not drawn further. */
const deepest = 1000;
const deeper = '(deeper)';

/**
 * The tree below a root without a name, whose value is the sum of the column. Functions with less than `minShare` of
 * the root’s value are left out and stay in the values above them. Throws a ProfileError when there is no such column.
 */
export function flameTree(profile: PprofProfile, column = defaultColumn(profile), minShare = 0): FlameNode {
  columnOf(profile, column);
  const root = grow('');
  for (const sample of profile.samples) {
    const value = sample.values[column] ?? 0n;
    if (value === 0n) continue;
    const stack = framesOf(sample).reverse();
    const drawn = stack.length > deepest ? [...stack.slice(0, deepest), deeper] : stack;
    let node = root;
    node.value += value;
    for (const name of drawn) {
      const next = node.children.get(name) ?? grow(name);
      node.children.set(name, next);
      next.value += value;
      node = next;
    }
    node.self += value;
  }
  return finish(root, Math.abs(Number(root.value)) * minShare);
}

function grow(name: string): GrowingNode {
  return { name, value: 0n, self: 0n, children: new Map() };
}

function finish({ name, value, self, children }: GrowingNode, smallest: number): FlameNode {
  const kept = [...children.values()].filter((child) => Math.abs(Number(child.value)) >= smallest);
  const sorted = kept.map((child) => finish(child, smallest)).sort(bySize);
  return { name, value: Number(value), self: Number(self), children: sorted };
}

function bySize(a: FlameNode, b: FlameNode): number {
  return Math.abs(b.value) - Math.abs(a.value) || (a.name < b.name ? -1 : 1);
}
