/** What is wrong with the place of a page's words: beyond the page, cut off, or on top of each other. It runs inside the page. */

/** A sentence for each fault; none when every visible word can be read. A closed function: the browser is given its source. */
export function layoutFaults(): string[] {
  interface Word {
    readonly text: string;
    readonly node: Node;
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  const faults: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const widest = [...document.querySelectorAll('body *')].findLast(
      (each) => !each.closest('.scroll') && each.getBoundingClientRect().right >= root.scrollWidth - 1,
    );
    faults.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}: ${widest?.outerHTML.slice(0, 120)}`);
  }

  const words: Word[] = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const text = (node.textContent ?? '').trim().slice(0, 60);
    const parent = node.parentElement;
    if (text === '' || !parent || parent.closest('script, style, title, option, [hidden]')) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) place(text, node, parent, line);
  }
  function place(text: string, node: Node, parent: Element, line: DOMRect): void {
    let { left, right, top, bottom } = line;
    for (let around: Element | null = parent; around && around !== root; around = around.parentElement) {
      const style = getComputedStyle(around);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const box = around.getBoundingClientRect();
      const cut = Math.max(box.left - left, right - box.right, box.top - top, bottom - box.bottom);
      const shut = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis';
      if (shut && cut > 3) faults.push(`"${text}" is cut off by ${Math.round(cut)} px`);
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
      top = Math.max(top, box.top);
      bottom = Math.min(bottom, box.bottom);
    }
    if (right - left < 1 || bottom - top < 1) return;
    if (right > root.clientWidth + 1 || left < -1) faults.push(`"${text}" is beyond the page`);
    // The box of a line of text is taller than its letters.
    const spare = (bottom - top) * 0.2;
    words.push({ text, node, left, right, top: top + spare, bottom: bottom - spare });
  }

  overlaps();
  return [...new Set(faults)].slice(0, 20);

  function overlaps(): void {
    words.sort((one, other) => one.top - other.top);
    for (const [at, word] of words.entries()) {
      for (let next = at + 1; next < words.length; next++) {
        const other = words[next];
        if (!other || other.top >= word.bottom) break;
        const over = Math.min(word.right, other.right) - Math.max(word.left, other.left);
        if (over > 2 && other.node !== word.node) faults.push(`"${word.text}" and "${other.text}" lie on each other`);
      }
    }
  }
}
