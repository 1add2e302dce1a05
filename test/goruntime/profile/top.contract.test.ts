import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diffProfile, subtractProfile } from '../../../src/goruntime/profile/delta.ts';
import { type FlameNode, flameTree } from '../../../src/goruntime/profile/flame-tree.ts';
import { mergeProfiles } from '../../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../../src/goruntime/profile/pprof.ts';
import { topTable } from '../../../src/goruntime/profile/top.ts';
import type { PprofProfile } from '../../../src/goruntime/profile/types.ts';
import { type ProfileFolder, takeProfiles } from './go-pprof.ts';
import { profileOf, sampleOf } from './made-profile.ts';

/** Stacks are innermost first: `b` calls `a`, and `main` calls itself. */
const made = profileOf([
  sampleOf(['a', 'b', 'main'], [1n, 10n]),
  sampleOf(['b', 'main'], [1n, 5n]),
  sampleOf(['main', 'main'], [1n, 2n]),
  sampleOf(['idle'], [1n, 0n]),
]);

describe('a made profile', () => {
  test('counts a function once for each stack, and its own value where it is innermost', () => {
    expect(topTable(made)).toEqual({
      column: { type: 'cpu', unit: 'nanoseconds' },
      total: 17,
      rows: [
        { name: 'a', flat: 10, cum: 10 },
        { name: 'b', flat: 5, cum: 15 },
        { name: 'main', flat: 2, cum: 17 },
      ],
    });
  });

  test('is shown by its default column, else by its last', () => {
    expect(topTable({ ...made, defaultSampleType: 'samples' }).total).toBe(4);
    expect(flameTree({ ...made, defaultSampleType: 'samples' }).value).toBe(4);
  });

  test('is a tree from the outermost function inwards; every value is its own and its children’s', () => {
    const leaf = (name: string, value: number) => ({ name, value, self: value, children: [] });
    const b = { name: 'b', value: 15, self: 5, children: [leaf('a', 10)] };
    const main = { name: 'main', value: 17, self: 0, children: [b, leaf('main', 2)] };
    expect(flameTree(made)).toEqual({ name: '', value: 17, self: 0, children: [main] });
  });

  test('leaves small functions out of the tree, and in the values above them', () => {
    const [main] = flameTree(made, 1, 0.5).children;
    expect(main).toMatchObject({ value: 17, children: [{ name: 'b', value: 15, children: [{ name: 'a' }] }] });
    expect(flameTree(made, 1, 0.6).children[0]?.children[0]?.children).toEqual([]);
  });

  test('cuts a stack that is deeper than any that Go records, and keeps its value', () => {
    const deep = profileOf([sampleOf(Array<string>(100_000).fill('f'), [1n, 7n])]);
    let node: FlameNode | undefined = flameTree(deep);
    let depth = 0;
    while (node?.children[0]) [node, depth] = [node.children[0], depth + 1];
    expect([node?.name, node?.value, depth]).toEqual(['(deeper)', 7, 1001]);
  });

  test('without such a column is refused', () => {
    expect(() => topTable(made, 2)).toThrow('no column 2 in a profile of 2 columns');
    expect(() => flameTree(made, -1)).toThrow('no column -1');
  });
});

/** Flat and cum of each function as `go tool pprof -top` prints them, in its order. */
function rowsIn(printed: string) {
  const rows = printed.matchAll(
    /^ *(-?[\d.]+)\D* +\S+% +\S+% +(-?[\d.]+)\D* +\S+% {2}(.*?)(?: \((?:partial-)?inline\))?$/gm,
  );
  return [...rows].map(([, flat, cum, name]) => ({ name, flat: Number(flat), cum: Number(cum) }));
}

/** What each function has in the tree, outside of calls of itself. */
function cumIn(tree: FlameNode): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const visit = (node: FlameNode, above: ReadonlySet<string>) => {
    if (!above.has(node.name)) sums.set(node.name, (sums.get(node.name) ?? 0) + node.value);
    const here = new Set([...above, node.name]);
    for (const child of node.children) visit(child, here);
  };
  for (const child of tree.children) visit(child, new Set());
  return sums;
}

describe('real profiles', () => {
  let folder: ProfileFolder;
  beforeAll(async () => {
    folder = await takeProfiles();
  }, 180_000);
  afterAll(() => folder.remove());
  const read = async (name: string) => decodeProfile(await folder.bytes(name));
  const all = ['-top', '-nodefraction=0', '-edgefraction=0', '-nodecount=100000', '-unit=ns'];

  async function expectSameTop(profile: PprofProfile): Promise<void> {
    const file = await folder.write('top.pb', profile);
    for (const column of profile.sampleTypes.keys()) {
      const printed = await folder.pprof(...all, `-sample_index=${column}`, file);
      const { rows, total } = topTable(profile, column);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows).toEqual(rowsIn(printed));
      expect(Number(/ of (\d+)\S* total/.exec(printed)?.[1])).toBe(total);
    }
    expect(rowsIn(await folder.pprof(...all, file))).toEqual(topTable(profile).rows);
  }

  test.each(['cpu', 'heap', 'allocs', 'mutex', 'block', 'goroutine'])(
    '%s: every function has the flat and cum that go tool pprof -top prints, in its order',
    async (kind) => {
      const [first, second] = [await read(`${kind}-1.pb.gz`), await read(`${kind}-2.pb.gz`)];
      await expectSameTop(mergeProfiles([first, second]));
    },
  );

  test('heap: so have the difference of two, and one beside its base', async () => {
    const [first, second] = [await read('heap-1.pb.gz'), await read('heap-2.pb.gz')];
    await expectSameTop(subtractProfile(second, first));
    await expectSameTop(diffProfile(second, first, 0.5));
  });

  test.each(['cpu', 'heap', 'block', 'goroutine'])('%s: the tree has what the table has', async (kind) => {
    const profile = await read(`${kind}-2.pb.gz`);
    const { rows } = topTable(profile);
    const tree = flameTree(profile);
    expect(cumIn(tree)).toEqual(new Map(rows.map(({ name, cum }) => [name, cum])));
    expect(tree.value).toBe(rows.reduce((sum, { flat }) => sum + flat, 0));
  });
});
