/** The trees of both arms laid over each other, each node tested like a function. */
import { falseDiscoveryRates } from '../../goruntime/profile/poisson.ts';
import type { CodeFlame } from '../../model/code-changes.ts';
import type { TestedCosts } from './function-tests.ts';
import { type Cells, falseShare, type PairedTest, pairedTest } from './paired-test.ts';
import type { ServiceCosts } from './stack-costs.ts';

/** Nodes with less of the whole, in both arms, would be a hair in the picture. */
const leastShare = 0.005;
const deepest = 100;

interface Node extends Cells {
  readonly name: string;
  readonly children: Map<string, Node>;
}

type Change = CodeFlame['nodes'][number][4];

/** The picture of one cost of one service; undefined where it costs nothing in either arm. A change below `least` is none. */
export function flameDifference(
  costs: ServiceCosts,
  step: string | undefined,
  { terms, least }: Pick<TestedCosts, 'terms' | 'least'>,
): CodeFlame | undefined {
  const { service, cost, stacks, rounds } = costs;
  const root = newNode('', rounds.length);
  for (const stack of stacks) {
    addTo(root, stack);
    let node = root;
    for (const name of stack.frames.toReversed().slice(0, deepest)) {
      const next = node.children.get(name) ?? newNode(name, rounds.length);
      node.children.set(name, next);
      addTo(next, stack);
      node = next;
    }
  }
  const [before, after] = meansOf(root);
  const smallest = leastShare * Math.max(before, after);
  if (smallest <= 0) return undefined;
  const drawn = drawnNodes(root, smallest);
  const tests = drawn.map(({ node }) => pairedTest(node, terms));
  const shares = falseDiscoveryRates(tests.map(({ p }) => p));
  const names = [...new Set(drawn.map(({ node }) => node.name))];
  const places = new Map(names.map((name, index) => [name, index]));
  const nodes = drawn.map(({ node, depth }, index): CodeFlame['nodes'][number] => {
    const test = tests[index];
    const change = test && (shares[index] ?? 1) <= falseShare ? changeOf(test, least) : 'same';
    const [was, is] = meansOf(node);
    return [depth, places.get(node.name) ?? 0, rounded(was), rounded(is), change];
  });
  return {
    service,
    cost,
    ...(step === undefined ? {} : { step }),
    before: rounded(before),
    after: rounded(after),
    names,
    nodes,
  };
}

function newNode(name: string, rounds: number): Node {
  return { name, children: new Map(), values: new Float64Array(2 * rounds), variances: new Float64Array(2 * rounds) };
}

function addTo(node: Node, { values, variances }: Cells): void {
  for (let cell = 0; cell < values.length; cell++) {
    node.values[cell] = (node.values[cell] ?? 0) + (values[cell] ?? 0);
    node.variances[cell] = (node.variances[cell] ?? 0) + (variances[cell] ?? 0);
  }
}

function meansOf({ values }: Node): readonly [before: number, after: number] {
  const sums = [0, 0];
  for (const [cell, value] of values.entries()) sums[cell % 2] = (sums[cell % 2] ?? 0) + value;
  return [(sums[0] ?? 0) / (values.length / 2), (sums[1] ?? 0) / (values.length / 2)];
}

function drawnNodes(root: Node, smallest: number): { readonly node: Node; readonly depth: number }[] {
  const list: { readonly node: Node; readonly depth: number }[] = [];
  const size = (node: Node) => Math.max(...meansOf(node));
  const visit = (node: Node, depth: number) => {
    list.push({ node, depth });
    const children = [...node.children.values()].filter((child) => size(child) >= smallest);
    for (const child of children.sort((a, b) => size(b) - size(a))) visit(child, depth + 1);
  };
  for (const child of root.children.values()) if (size(child) >= smallest) visit(child, 0);
  return list;
}

function changeOf({ before, after, estimate, isSteady }: PairedTest, least: number): Change {
  if (!isSteady || Math.abs(estimate) < least) return 'same';
  if (estimate > 0) return before === 0 ? 'new' : 'grown';
  return after === 0 ? 'gone' : 'shrunk';
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
