/** Requests of one method and host by their paths: parts that are values, or that come to too many, stand for one another. */
import { isValue } from './segments.ts';

/** Requests of one kind. */
export interface Leaf {
  readonly id: number;
  count: number;
  readonly statuses: Map<number, number>;
  /** Targets of the first of them, and which request of the log each was. */
  readonly targets: string[];
  readonly at: number[];
}

interface Node {
  readonly words: Map<string, Node>;
  /** Whatever stands here, when values do. */
  value: Node | undefined;
  /** Words are values here, too. */
  isValue: boolean;
  leaf: Leaf | undefined;
  count: number;
}

/** A kind of request: its path in parts, `undefined` where values stand. */
export interface Kind {
  readonly parts: readonly (string | undefined)[];
  readonly leaf: Leaf;
}

/** How many words may stand beside each other before they are taken for values: at once, and when all is known. */
const mostWords = 500;
const manyWords = 50;
/** Fewer are, too, where each came only a few times. */
const someWords = 20;
const fewTimes = 4;
const mostNodes = 200_000;
const mostParts = 24;
/** Targets that are kept of one kind. */
const mostTargets = 50_000;

/** All kinds of a log. */
export class RequestTree {
  private readonly roots = new Map<string, Node>();
  /** Where the requests of a kind went that was found to be one with another. */
  private readonly movedTo: number[] = [];
  private nodes = 0;
  private closeAt = mostNodes;

  /** Adds the n-th request; returns its kind, as `kindOf` knows it. `root` is its method and host. */
  add(root: string, target: string, status: number, nth: number): number {
    let node = this.roots.get(root) ?? this.newNode();
    this.roots.set(root, node);
    for (const part of partsOf(target)) {
      node.count++;
      node = this.below(node, part);
    }
    node.count++;
    node.leaf ??= this.newLeaf();
    const { leaf } = node;
    leaf.count++;
    leaf.statuses.set(status, (leaf.statuses.get(status) ?? 0) + 1);
    if (leaf.targets.length < mostTargets) {
      leaf.targets.push(ownCopy(target));
      leaf.at.push(nth);
    }
    if (this.nodes > this.closeAt) {
      this.close(someWords);
      this.closeAt = Math.max(mostNodes, 2 * this.nodes);
    }
    return leaf.id;
  }

  /** The kinds, when all requests are known; those of too many words have become one. */
  kinds(): { readonly root: string; readonly kinds: readonly Kind[] }[] {
    this.close(manyWords);
    return [...this.roots].map(([root, node]) => ({ root, kinds: [...kindsOf(node, [])] }));
  }

  /** The kind that one of `add` is part of now. */
  kindOf(id: number): number {
    let at = id;
    for (let next = this.movedTo[at]; next !== undefined && next !== at; next = this.movedTo[at]) at = next;
    return at;
  }

  private newNode(): Node {
    this.nodes++;
    return { words: new Map(), value: undefined, isValue: false, leaf: undefined, count: 0 };
  }

  private newLeaf(): Leaf {
    const id = this.movedTo.push(this.movedTo.length) - 1;
    return { id, count: 0, statuses: new Map(), targets: [], at: [] };
  }

  private below(node: Node, part: string): Node {
    const known = node.words.get(part);
    if (known) return known;
    if (!node.isValue && !isValue(part)) {
      const made = this.newNode();
      node.words.set(ownCopy(part), made);
      if (node.words.size <= mostWords) return made;
      this.join(node);
    }
    node.value ??= this.newNode();
    return node.value;
  }

  /** Takes the words of a node for values. The empty one, behind a slash at the end, stays. */
  private join(node: Node): void {
    node.isValue = true;
    node.value ??= this.newNode();
    for (const [word, child] of node.words) {
      if (word === '') continue;
      node.words.delete(word);
      this.merge(node.value, child);
    }
  }

  private merge(into: Node, from: Node): void {
    this.nodes--;
    into.count += from.count;
    into.isValue ||= from.isValue;
    if (from.leaf) {
      if (into.leaf) this.mergeLeaf(into.leaf, from.leaf);
      else into.leaf = from.leaf;
    }
    for (const [word, child] of from.words) {
      const known = into.words.get(word);
      if (known) this.merge(known, child);
      else into.words.set(word, child);
    }
    if (!from.value) return;
    if (into.value) this.merge(into.value, from.value);
    else into.value = from.value;
  }

  private mergeLeaf(into: Leaf, from: Leaf): void {
    this.movedTo[from.id] = into.id;
    into.count += from.count;
    for (const [status, count] of from.statuses) into.statuses.set(status, (into.statuses.get(status) ?? 0) + count);
    const room = mostTargets - into.targets.length;
    for (let index = 0; index < Math.min(room, from.targets.length); index++) {
      into.targets.push(from.targets[index] ?? '');
      into.at.push(from.at[index] ?? 0);
    }
  }

  private close(most: number): void {
    for (const node of this.roots.values()) this.closeNode(node, most);
  }

  private closeNode(node: Node, most: number): void {
    const words = node.words.size;
    const average = [...node.words.values()].reduce((sum, child) => sum + child.count, 0) / Math.max(words, 1);
    if (words > most || (words > someWords && average < fewTimes) || (node.isValue && words > 0)) this.join(node);
    for (const child of node.words.values()) this.closeNode(child, most);
    if (node.value) this.closeNode(node.value, most);
  }
}

function* kindsOf(node: Node, parts: readonly (string | undefined)[]): Iterable<Kind> {
  if (node.leaf) yield { parts, leaf: node.leaf };
  for (const [word, child] of node.words) yield* kindsOf(child, [...parts, word]);
  if (node.value) yield* kindsOf(node.value, [...parts, undefined]);
}

/** The parts of a path, without its query; what is deeper than anybody's kinds of requests is one part. */
export function partsOf(target: string): string[] {
  const query = target.indexOf('?');
  const parts = target.slice(1, query < 0 ? undefined : query).split('/');
  return parts.length <= mostParts ? parts : [...parts.slice(0, mostParts - 1), parts.slice(mostParts - 1).join('/')];
}

/** A text that does not hold on to the line that it was cut from; of ASCII, as targets are. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
