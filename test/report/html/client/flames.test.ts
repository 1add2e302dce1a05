import { expect, it } from 'vitest';
import { shortFunction } from '../../../../src/model/function-name.ts';
import type { El } from '../../../../src/report/html/client/browser.ts';
import { flameBoxes, startFlames, walkFlame } from '../../../../src/report/html/client/flames.ts';
import { elementMaker } from '../../../../src/report/html/client/tools.ts';
import { FakeElement } from './fake-page.ts';

type Node = readonly [depth: number, name: string, value: number];

/** A picture brought to life, as the page has it. */
function flameOf(total: number, nodes: readonly Node[]) {
  const host = new FakeElement('div');
  host.dataset['total'] = String(total);
  const boxes = nodes.map(([depth, name, value]) => {
    const box = new FakeElement('span');
    Object.assign(box.dataset, { depth: String(depth), name, value: String(value) });
    return box;
  });
  host.append(...boxes);
  host.parentElement = new FakeElement('div');
  host.parentElement.append(host);
  const make = elementMaker({ createElement: (tag: string) => new FakeElement(tag) } as never);
  startFlames([host as unknown as El], make, { flameBoxes, walkFlame, shortFunction });
  const tools = host.parentElement.all();
  const search = tools.find(({ tag }) => tag === 'input') ?? host;
  const said = tools.find(({ attributes }) => attributes['role'] === 'status') ?? host;
  const stops = () => boxes.filter(({ attributes }) => attributes['tabindex'] === '0');
  return { host, boxes, search, said, stops };
}

it('what is found in what is found counts once, however its shares are rounded', () => {
  const { search, said } = flameOf(100, [
    [0, 'main.main', 100],
    [1, 'main.left', 10],
    [1, 'shop.Serve', 70],
    [2, 'shop.a', 20],
    [2, 'shop.b', 50],
  ]);
  search.value = 'shop.';
  search.fire('input');
  expect(said.textContent).toBe('70.0 % matched');
});

it('a box is called as the table beside it calls the function', () => {
  const { boxes } = flameOf(1, [[0, 'go.etcd.io/raft/v3.(*raft).Step', 1]]);
  expect(boxes[0]?.textContent).toBe('raft.(*raft).Step');
});

it('the tab key finds a box that is in sight, whatever was zoomed by a click', () => {
  const { boxes, host, stops } = flameOf(10, [
    [0, 'main.a', 4],
    [0, 'main.b', 6],
    [1, 'main.c', 6],
  ]);
  const [first, , clicked] = boxes;
  if (!clicked) throw new Error('there is no third box');
  host.fire('focusin', { target: clicked });
  clicked.fire('click');
  expect(first?.hidden).toBe(true);
  expect(stops()).toEqual([clicked]);
  host.fire('keydown', { key: 'ArrowUp' });
  expect(stops()).toEqual([boxes[1]]);
});
