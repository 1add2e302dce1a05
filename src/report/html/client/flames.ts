/** Flame graphs that can be zoomed, searched and walked by keyboard. Closed functions: their source is embedded. */
import type { shortFunction } from '../../../model/function-name.ts';
import type { El, MakeElement } from './browser.ts';

/** One box: its place in the tree and its share of the whole picture, 0 to 1. */
interface Box {
  readonly element: El;
  readonly name: string;
  readonly depth: number;
  readonly from: number;
  readonly share: number;
}

/** What a flame graph is put together from. */
export interface FlameParts {
  readonly flameBoxes: typeof flameBoxes;
  readonly walkFlame: typeof walkFlame;
  readonly shortFunction: typeof shortFunction;
}

/** Brings every flame graph below `root` to life. */
export function startFlames(hosts: Iterable<El>, make: MakeElement, parts: FlameParts): void {
  for (const host of hosts) start(host);

  function start(host: El): void {
    const boxes = parts.flameBoxes(host);
    if (boxes.length === 0) return;
    let zoomed: Box | undefined;
    const near = 1e-9;
    const search = make('input', {
      type: 'search',
      placeholder: 'Find functions',
      'aria-label': 'Find functions in the flame graph',
    });
    const said = make('span', { class: 'hint', role: 'status' });
    const reset = make('button', { type: 'button', disabled: '' }, 'Whole graph');
    host.parentElement?.insertBefore(make('div', { class: 'flame-tools' }, search, reset, said), host);

    /** Where a box stands while another fills the width: callers of that one fill it as well. */
    const seen = (box: Box) => {
      const { from = 0, share = 1, depth = -1 } = zoomed ?? {};
      if (box.depth >= depth && box.from >= from - near && box.from + box.share <= from + share + near)
        return { left: (box.from - from) / share, width: box.share / share, opacity: '1' };
      if (box.depth < depth && box.from <= from + near && box.from + box.share >= from + share - near)
        return { left: 0, width: 1, opacity: '0.55' };
      return undefined;
    };
    const place = () => {
      for (const box of boxes) {
        const { left, width, opacity } = seen(box) ?? { left: 0, width: 0, opacity: '0' };
        box.element.hidden = width === 0;
        box.element.textContent = width >= 0.02 ? parts.shortFunction(box.name) : '';
        for (const [name, value] of Object.entries({ left: `${100 * left}%`, width: `${100 * width}%`, opacity }))
          box.element.style.setProperty(name, value);
      }
      if (zoomed) reset.removeAttribute('disabled');
      else reset.setAttribute('disabled', '');
    };
    const zoom = (box: Box | undefined) => {
      zoomed = box === zoomed ? undefined : box;
      place();
    };
    const find = () => {
      const wanted = search.value.toLowerCase();
      const hits = boxes.filter(({ name }) => wanted !== '' && name.toLowerCase().includes(wanted));
      for (const { element } of boxes) element.removeAttribute('data-hit');
      for (const { element } of hits) element.setAttribute('data-hit', 'yes');
      // What is called by a hit is a part of it already.
      const calls = (outer: Box, inner: Box) =>
        outer.depth < inner.depth &&
        outer.from <= inner.from + near &&
        outer.from + outer.share >= inner.from + inner.share - near;
      const outer = hits.filter((hit) => !hits.some((other) => calls(other, hit)));
      const share = outer.reduce((sum, each) => sum + each.share, 0);
      said.textContent = wanted === '' ? '' : `${(100 * share).toFixed(1)} % matched`;
    };
    search.addEventListener('input', find);
    reset.addEventListener('click', () => zoom(undefined));
    for (const box of boxes) box.element.addEventListener('click', () => zoom(box));
    parts.walkFlame(host, boxes, zoom);
    place();
  }
}

/** One stop of the tab key, where the focus was last; arrows go to callers, callees and neighbours, Enter zooms, Escape goes back. */
export function walkFlame(host: El, boxes: readonly Box[], zoom: (box: Box | undefined) => void): void {
  let at = boxes[0];
  const within = (outer: Box, inner: Box) =>
    inner.from >= outer.from - 1e-9 && inner.from + inner.share <= outer.from + outer.share + 1e-9;
  const follow = (next: Box | undefined) => {
    if (!next || !at) return;
    at.element.setAttribute('tabindex', '-1');
    at = next;
    at.element.setAttribute('tabindex', '0');
  };
  const goTo = (next: Box | undefined) => {
    if (!next || next.element.hidden) return;
    follow(next);
    next.element.focus();
  };
  host.addEventListener('keydown', (event) => {
    const here = at;
    if (!here) return;
    const row = boxes.filter(({ depth, element }) => depth === here.depth && !element.hidden);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowUp: () => goTo(boxes.find((box) => box.depth === here.depth - 1 && within(box, here))),
      ArrowDown: () => goTo(boxes.find((box) => box.depth === here.depth + 1 && within(here, box))),
      ArrowRight: () => goTo(row[row.indexOf(here) + 1]),
      ArrowLeft: () => goTo(row[row.indexOf(here) - 1]),
      Enter: () => zoom(here),
      Escape: () => zoom(undefined),
    };
    const action = actions[event.key ?? ''];
    if (!action) return;
    event.preventDefault();
    action();
  });
  // A click, too, gives the focus to a box; the zoom that it makes may put the stop before it out of sight.
  host.addEventListener('focusin', (event) => follow(boxes.find(({ element }) => element === event.target)));
}

/** The boxes of a picture, as the order of its elements tells them, callers before those they called. */
export function flameBoxes(host: El): readonly Box[] {
  const rowPx = 19;
  const total = Number(host.dataset['total']);
  const next: number[] = [0];
  const boxes = [...host.querySelectorAll('span')].map((element): Box => {
    const depth = Number(element.dataset['depth']);
    const share = Number(element.dataset['value']) / total;
    const from = next[depth] ?? 0;
    next[depth] = from + share;
    next[depth + 1] = from;
    return { element, depth, share, from, name: element.dataset['name'] ?? '' };
  });
  for (const [index, { element, depth }] of boxes.entries()) {
    element.setAttribute('role', 'treeitem');
    element.setAttribute('aria-level', String(depth + 1));
    element.setAttribute('aria-label', element.getAttribute('title') ?? '');
    element.setAttribute('tabindex', index === 0 ? '0' : '-1');
    element.style.setProperty('top', `${depth * rowPx}px`);
  }
  host.setAttribute('role', 'tree');
  return boxes;
}
