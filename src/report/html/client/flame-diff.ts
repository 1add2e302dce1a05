/** The difference of two profiles of one service and kind, per request, as a tree of both. A closed function: its source is embedded. */
import type { El } from './browser.ts';

/** One function where it was called: nanoseconds or bytes for each request, before and after. */
export interface DiffNode {
  readonly depth: number;
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Wide enough for itself before and after, and for all that it calls. */
  readonly width: number;
  /** Grown and shrunk are beyond chance; of what was not seen, new and gone may be small instead. */
  readonly change: 'grown' | 'shrunk' | 'new' | 'gone' | 'same';
}

/**
 * The tree of both pictures. A change is one when |z| is 2 or more, with z = (b - f a) / sqrt(b + f^2 a) of the samples a and b and the ratio f of the
 * requests meanwhile (counts are Poisson); where a unit has no samples that could be counted, nothing is held to be chance.
 */
export function flameDifference(before: El, after: El): readonly DiffNode[] {
  /** Of the runtime: a CPU sample is 10 ms, an allocation one of 512 KiB. */
  const ofOne: Readonly<Record<string, number>> = { cpu: 1e7, bytes: 512 * 1024 };
  /** Smaller shares are left out of pictures. */
  const leastShare = 0.005;
  const unit = ofOne[after.dataset['unit'] ?? ''];
  const [answersBefore, answersAfter] = [Number(before.dataset['answers']), Number(after.dataset['answers'])];

  interface Both {
    readonly name: string;
    readonly children: Map<string, Both>;
    before: number;
    after: number;
  }
  const root: Both = { name: '', children: new Map(), before: 0, after: 0 };
  const put = (host: El, side: 'before' | 'after') => {
    const path: Both[] = [root];
    for (const element of host.querySelectorAll('span')) {
      const depth = Number(element.dataset['depth']);
      const name = element.dataset['name'] ?? '';
      const parent = path[depth] ?? root;
      const node = parent.children.get(name) ?? { name, children: new Map(), before: 0, after: 0 };
      parent.children.set(name, node);
      node[side] += Number(element.dataset['value']);
      path[depth + 1] = node;
    }
  };
  put(before, 'before');
  put(after, 'after');

  const changeOf = (a: number, b: number): DiffNode['change'] => {
    const f = answersAfter / answersBefore;
    const unseen = (host: El) => Number(host.dataset['total']) * leastShare;
    const least = a === 0 ? unseen(before) : a;
    const most = b === 0 ? unseen(after) : b;
    if (unit !== undefined) {
      const z = (most - f * least) / Math.sqrt((most + f * f * least) * unit);
      if (!(Math.abs(z) >= 2)) return 'same';
    }
    if (most > f * least) return a === 0 ? 'new' : 'grown';
    return most < f * least ? (b === 0 ? 'gone' : 'shrunk') : 'same';
  };
  const list: DiffNode[] = [];
  const visit = (both: Both, depth: number): number => {
    const place = list.length;
    const perRequest = { before: both.before / answersBefore, after: both.after / answersAfter };
    const node = { depth, name: both.name, ...perRequest, change: changeOf(both.before, both.after) };
    list.push({ ...node, width: 0 });
    let called = 0;
    for (const child of both.children.values()) called += visit(child, depth + 1);
    const width = Math.max(perRequest.before, perRequest.after, called);
    list[place] = { ...node, width };
    return width;
  };
  for (const child of root.children.values()) visit(child, 0);
  return list;
}
