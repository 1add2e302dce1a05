/** What axe finds on a page: https://github.com/dequelabs/axe-core. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands: rule, and the places that break it. Another theme of a page that was judged differs in contrast alone. */
export async function accessFaults(page: Page, judged: 'everything' | 'contrast' = 'everything'): Promise<string[]> {
  const options: axe.RunOptions = {
    resultTypes: ['violations'],
    ...(judged === 'contrast' ? { runOnly: ['color-contrast'] } : {}),
  };
  const found = await page.evaluate(axeInPage, [axeSource, options] as const);
  return found.flatMap(([id, places]) => places.slice(0, 3).map((place) => `${id}: ${place} (of ${places.length})`));
}

/** A closed function: the browser is given its source. */
async function axeInPage([source, options]: readonly [string, axe.RunOptions]) {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  const twice = ids.filter((id, at) => ids.indexOf(id) < at);
  // axe would walk over all of it: what is folded away is judged by nobody, and of rows and boxes that are made alike one shows how all are.
  const whole: (readonly [Element, readonly Node[]])[] = [];
  for (const details of document.querySelectorAll('details:not([open])'))
    keep(details, (node) => node.nodeName === 'SUMMARY');
  const lists = [...document.querySelectorAll('tbody > tr, li, [role="treeitem"]')].map((each) => each.parentElement);
  for (const list of new Set(lists)) {
    const makes = new Set<string>();
    if (list) keep(list, (node) => !(node instanceof Element) || makes.size < makes.add(makeOf(node)).size);
  }
  const { violations }: axe.AxeResults = await new Function('options', `${source}; return axe.run(document, options)`)(
    options,
  );
  for (const [parent, nodes] of whole.reverse()) parent.replaceChildren(...nodes);
  return [
    ...twice.map((id) => ['the same id twice', [id]] as const),
    ...violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))] as const),
  ];

  function keep(parent: Element, isKept: (node: Node) => boolean): void {
    const nodes = [...parent.childNodes];
    whole.push([parent, nodes]);
    for (const node of nodes) if (!isKept(node)) parent.removeChild(node);
  }

  /** Everything about an element that axe could judge but its words and its place: elements, attributes, and what has no words. */
  function makeOf(element: Element): string {
    const places = /\b(left|right|top|bottom|width|height):[^;]*/g;
    const own = [element, ...element.querySelectorAll('*')].map((each) => {
      const attributes = [...each.attributes].map(({ name, value }) => {
        if (name === 'style') return value.replace(places, '');
        return /^(class|role|tabindex|lang|dir|scope|type)$/.test(name) ? `${name}=${value}` : `${name}${value === ''}`;
      });
      return [each.tagName, each.textContent?.trim() === '', ...attributes].join(' ');
    });
    return own.join();
  }
}
