/** The little of the browser that the page's script uses; the whole DOM library would put its names into every file of the project. */

/** A canvas to draw on. */
interface Canvas {
  fillStyle: string;
  strokeStyle: string;
  font: string;
  lineWidth: number;
  globalAlpha: number;
  textBaseline: string;
  textAlign: string;
  save(): void;
  restore(): void;
  beginPath(): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  setLineDash(dash: readonly number[]): void;
  measureText(text: string): { readonly width: number };
}

/** What a listener is told. */
interface UiEvent {
  readonly key?: string;
  readonly shiftKey?: boolean;
  readonly ctrlKey?: boolean;
  readonly metaKey?: boolean;
  readonly altKey?: boolean;
  readonly target?: El;
  readonly type: string;
  preventDefault(): void;
}

/** An element of the page. */
export interface El {
  textContent: string | null;
  className: string;
  hidden: boolean;
  value: string;
  open: boolean;
  readonly tagName: string;
  readonly parentElement: El | null;
  readonly clientWidth: number;
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  readonly style: { setProperty(name: string, value: string): void };
  readonly dataset: Record<string, string | undefined>;
  append(...nodes: (El | string)[]): void;
  insertBefore(node: El, before: El): void;
  replaceChildren(...nodes: (El | string)[]): void;
  remove(): void;
  focus(how?: { preventScroll: boolean }): void;
  scrollIntoView(): void;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  removeAttribute(name: string): void;
  addEventListener(type: string, listener: (event: UiEvent) => void): void;
  querySelectorAll(selector: string): Iterable<El>;
  getBoundingClientRect(): { readonly left: number; readonly top: number; readonly width: number };
}

/** The document. */
export interface Doc {
  readonly documentElement: El;
  readonly body: El;
  createElement(tag: string): El;
  getElementById(id: string): El | null;
  querySelectorAll(selector: string): Iterable<El>;
}

/** The window, with uPlot in it. */
export interface View {
  readonly document: Doc;
  readonly innerWidth: number;
  readonly uPlot: PlotMaker;
  readonly location: { readonly hash: string; readonly href: string };
  readonly history: { replaceState(state: null, title: string, address: string): void };
  readonly sessionStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void };
  readonly ResizeObserver: new (listener: () => void) => { observe(element: El): void };
  getComputedStyle(element: El): { readonly color: string };
  matchMedia(query: string): { readonly matches: boolean; addEventListener(type: string, listener: () => void): void };
  addEventListener(type: string, listener: (event: UiEvent) => void): void;
  requestAnimationFrame(listener: () => void): number;
}

/** Columns of one plot: the moments, then one column for each line; null is a hole, undefined is no point. */
export type Columns = readonly (readonly (number | null | undefined)[])[];

/** A plot on the page. */
export interface Plot {
  readonly ctx: Canvas;
  readonly bbox: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly cursor: { readonly left?: number; readonly top?: number; readonly idxs?: readonly (number | null)[] };
  readonly over: El;
  readonly data: Columns;
  readonly scales: Readonly<Record<string, { readonly min?: number; readonly max?: number }>>;
  setData(columns: Columns): void;
  setSize(size: { width: number; height: number }): void;
  setCursor(place: { left: number; top: number }): void;
  setScale(key: string, limits: { min: number; max: number }): void;
  valToPos(value: number, scale: string, canvas?: boolean): number;
  posToVal(position: number, scale: string): number;
  destroy(): void;
}

/** The constructor of plots. */
export interface PlotMaker {
  new (options: object, data: Columns, parent: El): Plot;
  join(tables: readonly Columns[], nullModes: readonly (readonly number[])[]): Columns;
  /** Whole magnitudes of a base around two values. */
  rangeLog(min: number, max: number, base: number, wholeMagnitudes: boolean): readonly [number, number];
  readonly pxRatio: number;
}

/** Makes an element with attributes and children; children that are text are put in as text. */
export type MakeElement = (tag: string, attributes: Record<string, string>, ...children: (El | string)[]) => El;
