/** Just enough of a browser to run the page's script in a fresh global scope, where a name it forgot to bring along is an error. */
import { runInNewContext } from 'node:vm';

/** What a listener is told. */
interface FakeEvent {
  readonly type: string;
  readonly key?: string;
  readonly target?: FakeElement;
  preventDefault(): void;
}

type Listener = (event: FakeEvent) => void;

/** An element that keeps its attributes, children and listeners. */
export class FakeElement {
  readonly tag: string;
  readonly attributes: Record<string, string> = {};
  readonly listeners: Record<string, Listener[]> = {};
  readonly dataset: Record<string, string> = {};
  readonly style = { setProperty: () => undefined };
  readonly clientWidth = 800;
  readonly offsetWidth = 100;
  readonly offsetHeight = 100;
  parentElement: FakeElement | null = null;
  hidden = false;
  value = '';
  children: (FakeElement | string)[] = [];

  constructor(tag: string) {
    this.tag = tag;
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('');
  }

  set textContent(text: string) {
    this.children = [text];
  }

  append(...nodes: (FakeElement | string)[]): void {
    this.children.push(...nodes);
  }

  replaceChildren(...nodes: (FakeElement | string)[]): void {
    this.children = nodes;
  }

  insertBefore(node: FakeElement, before: FakeElement): void {
    this.children.splice(this.children.indexOf(before), 0, node);
  }

  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }

  getAttribute(name: string): string | null {
    return this.attributes[name] ?? null;
  }

  focus(): void {
    this.attributes['focused'] = 'yes';
  }

  removeAttribute(name: string): void {
    delete this.attributes[name];
  }

  remove(): void {
    this.attributes['removed'] = 'yes';
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners[type] = [...(this.listeners[type] ?? []), listener];
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width: 800 };
  }

  /** Tells every listener of an event. */
  fire(type: string, about: Pick<FakeEvent, 'key' | 'target'> = {}): void {
    const event = { type, ...about, preventDefault: () => undefined };
    for (const listener of this.listeners[type] ?? []) listener(event);
  }

  /** Elements of this tag below this one; more of a selector no script asks of an element. */
  querySelectorAll(tag: string): FakeElement[] {
    const last = tag.split(' ').at(-1);
    return this.all().filter((one) => one.tag === last);
  }

  /** All elements below this one. */
  all(): FakeElement[] {
    return this.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...child.all()]));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the options of a plot are checked by the test that reads them
type PlotOptions = any;

/** A plot that runs every hook and callback once with plausible values, so that no line of them stays unseen. */
class FakePlot {
  static made: FakePlot[] = [];
  static pxRatio = 1;
  readonly options: PlotOptions;
  data: (number | null | undefined)[][];
  readonly over = new FakeElement('div');
  readonly bbox = { left: 0, top: 0, width: 800, height: 200 };
  readonly cursor: { left: number; top: number; idxs: (number | null)[] };
  readonly scales: Record<string, { min: number; max: number }>;
  readonly painted: string[] = [];
  /** What was filled: left, top, width, height. */
  readonly boxes: number[][] = [];
  readonly ctx: object;
  destroyed = false;

  constructor(options: PlotOptions, data: (number | null | undefined)[][]) {
    this.options = options;
    this.data = data;
    this.scales = { x: { min: options.scales.x.min, max: options.scales.x.max } };
    this.cursor = { left: 20, top: 20, idxs: data.map((_, index) => options.cursor.dataIdx(this, index, 3)) };
    const keep = (text: string) => this.painted.push(text);
    this.ctx = new Proxy(
      {},
      {
        get: (_, name) =>
          name === 'measureText'
            ? (text: string) => ({ width: text.length * 6 })
            : name === 'fillText'
              ? keep
              : name === 'fillRect'
                ? (...box: number[]) => this.boxes.push(box)
                : () => undefined,
        set: () => true,
      },
    );
    for (const axis of options.axes) axis.values(this, [0, 1000, 1e6]);
    options.axes[1].grid.filter?.(this, [1, 2, 10]);
    const [low, high] = options.scales.y.range(this, 0, 10);
    this.scales['y'] = { min: low, max: high };
    for (const [index, series] of options.series.entries()) series.points?.filter?.(this, index);
    for (const hook of ['drawClear', 'drawAxes', 'draw', 'setCursor']) options.hooks[hook][0](this);
    FakePlot.made.push(this);
  }

  static rangeLog(min: number, max: number): readonly [number, number] {
    return [min, max];
  }

  static join(tables: (number | null)[][][]): (number | null | undefined)[][] {
    const moments = [...new Set(tables.flatMap(([t = []]) => t))].sort((a, b) => Number(a) - Number(b));
    const column = ([t = [], v = []]: (number | null)[][]) =>
      moments.map((moment) => (t.includes(moment) ? v[t.indexOf(moment)] : undefined));
    return [moments, ...tables.map(column)];
  }

  setScale(key: string, limits: { min: number; max: number }): void {
    this.scales[key] = limits;
    this.options.hooks.setScale[0](this, key);
  }

  setData(data: (number | null | undefined)[][]): void {
    this.data = data;
    this.setScale('x', { ...(this.scales['x'] ?? { min: 0, max: 1 }) });
  }

  setSize(): void {
    this.options.hooks.draw[0](this);
  }

  valToPos(value: number): number {
    return value * 12;
  }

  posToVal(position: number): number {
    return position / 12;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** What a test may reach of a running page. */
export interface FakePage {
  element(id: string): FakeElement;
  readonly toolbar: FakeElement;
  readonly explorer: FakeElement;
  readonly theme: FakeElement;
  readonly root: FakeElement;
  readonly body: FakeElement;
  readonly figures: readonly FakeElement[];
  /** Plots that are on the page now. */
  plots(): readonly FakePlot[];
  /** Tells listeners of the window. */
  fire(type: string): void;
}

/** Runs the script on a page that holds this data. */
export function runPage(script: string, data: object, panels: readonly string[], more: object = {}): FakePage {
  return runScript(
    script,
    { 'report-data': JSON.stringify(data), toolbar: '', explorer: '', theme: '', charts: '' },
    panels,
    more,
  );
}

/** Runs the script on a page that has elements with these ids and texts, in a window that has these things too. */
export function runScript(
  script: string,
  texts: Readonly<Record<string, string>>,
  panels: readonly string[],
  more: object = {},
): FakePage {
  FakePlot.made = [];
  const byId: Record<string, FakeElement> = {};
  for (const [id, text] of Object.entries(texts)) {
    byId[id] = new FakeElement('div');
    if (text !== '') byId[id].append(text);
  }
  const figures = panels.map((panel) => {
    const figure = new FakeElement('figure');
    Object.assign(figure.dataset, { panel, time: 'yes' });
    return figure;
  });
  const [root, body, window] = [new FakeElement('html'), new FakeElement('body'), new FakeElement('window')];
  const document = {
    documentElement: root,
    body,
    createElement: (tag: string) => new FakeElement(tag),
    getElementById: (id: string) => byId[id] ?? null,
    querySelectorAll: (selector: string) => (selector.startsWith('figure') ? figures : []),
  };
  const view = {
    document,
    innerWidth: 800,
    uPlot: FakePlot,
    location: { hash: '', href: 'file:///report.html' },
    history: { replaceState: () => undefined },
    sessionStorage: { getItem: () => null, setItem: () => undefined },
    ResizeObserver: class {
      readonly listener: () => void;
      constructor(listener: () => void) {
        this.listener = listener;
      }
      observe() {
        this.listener();
      }
    },
    getComputedStyle: () => ({ color: 'rgb(1, 2, 3)' }),
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
    addEventListener: (type: string, listener: Listener) => window.addEventListener(type, listener),
    requestAnimationFrame: (listener: () => void) => listener(),
    ...more,
  };
  runInNewContext(script, { window: view });
  const element = (id: string) => byId[id] ?? new FakeElement('missing');
  return {
    element,
    ...{ toolbar: element('toolbar'), explorer: element('explorer'), theme: element('theme'), root, body, figures },
    plots: () => FakePlot.made.filter(({ destroyed }) => !destroyed),
    fire: (type) => window.fire(type),
  };
}
