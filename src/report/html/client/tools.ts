/** Small closed functions of the page's script: elements, colours, numbers. Each stands alone when its source is embedded. */
import type { Colour } from '../charts/chart-data.ts';
import type { Doc, El, MakeElement, View } from './browser.ts';

/** A function that makes elements of a document. */
export function elementMaker(doc: Doc): MakeElement {
  return (tag, attributes, ...children) => {
    const element = doc.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
}

/** Resolves a colour of the palette to what a canvas understands, in the theme of the moment. */
export function colourReader(view: View, make: MakeElement): (colour: Colour) => string {
  const probe = make('span', { hidden: '' });
  view.document.body.append(probe);
  return ({ name, fade }) => {
    const percent = Math.round((1 - fade) * 100);
    probe.style.setProperty('color', `color-mix(in srgb, var(--${name}) ${percent}%, var(--paper))`);
    return view.getComputedStyle(probe).color;
  };
}

/** A number for axes and tooltips at three significant digits, thousands separated; a dash when there is none. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** A number among others that are `step` apart, with all digits that tell them apart. */
export function steppedNumber(value: number, step: number): string {
  let decimals = 0;
  while (decimals < 9 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  const text = value.toLocaleString('en-US', { maximumFractionDigits: decimals });
  return text === '-0' ? '0' : text;
}

/** The theme button: follows the system until pressed, then holds its choice for this tab. */
export function startTheme(view: View, button: El, changed: () => void): void {
  const root = view.document.documentElement;
  const dark = view.matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset['theme'] ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    changed();
  };
  const hold = (theme: string) => {
    root.dataset['theme'] = theme;
    try {
      view.sessionStorage.setItem('rampart-theme', theme);
    } catch {
      // A page opened from a file may have no storage; the choice then lasts until it is closed.
    }
  };
  try {
    const held = view.sessionStorage.getItem('rampart-theme');
    if (held) root.dataset['theme'] = held;
  } catch {
    // As above.
  }
  dark.addEventListener('change', show);
  button.hidden = false;
  button.addEventListener('click', () => {
    hold(isDark() ? 'light' : 'dark');
    show();
  });
  show();
}
