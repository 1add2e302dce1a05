/** A chart with its caption, legend, switches and tooltip. A closed function: its source is embedded. */
import type { Line, Panel } from '../charts/panel.ts';
import type { Columns, El, MakeElement, Plot } from './browser.ts';
import type { lineColumns, outlineColumns, stackColumns } from './columns.ts';
import type { steerByKeys } from './keys.ts';
import type { PlotRequest, PlotTools } from './plot.ts';

/** What all charts of a page share: hidden targets, the stretch of time in sight, and the tooltip. */
export interface Shared {
  readonly hiddenTargets: Set<string>;
  range: { min: number; max: number };
  readonly whole: { readonly fromS: number; readonly toS: number };
  zoom(min: number, max: number): void;
  reset(): void;
  toggleTarget(id: string): void;
  showTip(plot: Plot, title: string, rows: readonly TipRow[]): void;
  hideTip(): void;
}

/** One line of a tooltip or legend. */
export interface TipRow {
  readonly line: Line;
  readonly value: number | null | undefined;
}

/** The functions a chart is put together from. */
export interface ChartTools extends PlotTools {
  readonly make: MakeElement;
  readonly createPlot: (tools: PlotTools, request: PlotRequest) => Plot;
  readonly lineColumns: typeof lineColumns;
  readonly outlineColumns: typeof outlineColumns;
  readonly stackColumns: typeof stackColumns;
  readonly steerByKeys: typeof steerByKeys;
  readonly swatch: (line: Line) => El;
}

/** A chart on the page. */
export interface ChartView {
  readonly host: El;
  /** Whether it can show the series of this index. */
  has(series: number): boolean;
  /** Brings the line of a series out, and shows it if it was not; undefined brings none out. */
  mark(series: number | undefined): void;
  redraw(): void;
  /** Draws what its series have become; which lines there are stays. */
  update(): void;
  zoom(min: number, max: number): void;
  resize(): void;
  remove(): void;
}

/** Puts a chart into `host`. */
export function createChartView(
  tools: ChartTools,
  shared: Shared,
  panel: Panel,
  host: El,
  timeAxis: boolean,
): ChartView {
  const { make, data, view } = tools;
  host.setAttribute('tabindex', '-1');
  const legend = make('div', { class: 'legend' });
  const controls = make('div', { class: 'controls' });
  const area = make('div', {
    class: 'plot',
    role: 'img',
    tabindex: '0',
    'aria-label': `${panel.title} over time, ${panel.unit}. Arrow keys read it, plus and minus zoom, Escape goes back.`,
  });
  const heading = make('h4', {}, panel.title, make('span', { class: 'unit' }, panel.unit));
  host.append(make('figcaption', {}, heading, controls, legend), area);

  let plot: Plot | undefined;
  let log = panel.log;
  let whole = false;
  let lines = panel.lines;
  let shown: readonly Line[] = [];
  let raw: Columns = [[]];
  let readouts: readonly { readonly line: Line; readonly cell: El }[] = [];
  let hovered = false;
  let marked: number | undefined;
  const hiddenLines = new Set<string>();

  const isHidden = (line: Line) =>
    panel.legend === 'targets' ? shared.hiddenTargets.has(line.target) : hiddenLines.has(line.label);

  const valueAt = (line: Line, idxs: readonly (number | null)[]) => {
    const column = shown.indexOf(line) + 1;
    const at = idxs[drawOrder().indexOf(line) + 1];
    return column === 0 || at === null || at === undefined ? undefined : raw[column]?.[at];
  };

  const drawOrder = () => {
    if (panel.shape !== 'stack') return shown;
    return [...shown.filter((line) => !line.dash).toReversed(), ...shown.filter((line) => line.dash)];
  };

  const onCursor = (at: Plot) => {
    const { left = -1, idxs = [] } = at.cursor;
    const inside = left >= 0;
    for (const { line, cell } of readouts) cell.textContent = inside ? tools.number(valueAt(line, idxs)) : '';
    if (!hovered) return;
    if (!inside) shared.hideTip();
    else
      shared.showTip(
        at,
        panel.unit,
        shown.map((line) => ({ line, value: valueAt(line, idxs) })),
      );
  };

  const sameTarget = (line: Line) => (other: Line) => other.target === line.target;

  const drawLegend = () => {
    const ofTargets = panel.legend === 'targets';
    const keyed = lines.filter((line, index) => !ofTargets || lines.findIndex(sameTarget(line)) === index);
    const tooMany = ofTargets && keyed.length > 8;
    readouts = tooMany ? [] : keyed.map((line) => ({ line, cell: make('span', { class: 'value' }) }));
    const buttons = readouts.map(({ line, cell }) => {
      const button = make('button', { type: 'button', class: 'key' }, tools.swatch(line), line.label, cell);
      button.setAttribute('aria-pressed', String(!isHidden(line)));
      button.addEventListener('click', () => {
        if (ofTargets) return shared.toggleTarget(line.target);
        if (!hiddenLines.delete(line.label)) hiddenLines.add(line.label);
        redraw();
      });
      return button;
    });
    const many = `${keyed.length} targets: point at the chart to read them`;
    legend.replaceChildren(...(tooMany ? [make('span', { class: 'hint' }, many)] : buttons));
  };

  const columnsOf = (order: readonly Line[]) => {
    raw = tools.lineColumns(view.uPlot, data.series, shown);
    if (panel.shape === 'stack') raw = tools.outlineColumns(raw, shown);
    const stacked = panel.shape === 'stack' ? tools.stackColumns(raw, shown) : raw;
    return [stacked[0] ?? [], ...order.map((line) => stacked[shown.indexOf(line) + 1] ?? [])];
  };

  const isWhole = (columns: Columns) =>
    columns.slice(1).every((column) => column.every((value) => value == null || Number.isInteger(value)));

  const update = () => {
    const columns = columnsOf(drawOrder());
    if (isWhole(columns) === whole) plot?.setData(columns);
    else redraw();
  };

  const redraw = () => {
    plot?.destroy();
    plot = undefined;
    shown = lines.filter((line) => !isHidden(line));
    drawLegend();
    area.replaceChildren();
    if (shown.length === 0) {
      area.append(make('p', { class: 'hint' }, 'Every line of this chart is switched off.'));
      return;
    }
    const order = drawOrder();
    const columns = columnsOf(order);
    whole = isWhole(columns);
    const { range, zoom, reset } = shared;
    const request = {
      parent: area,
      panel,
      lines: order,
      columns,
      whole,
      log,
      timeAxis,
      range,
      marked,
      onReset: reset,
      onCursor,
    };
    plot = tools.createPlot(tools, { ...request, onZoom: zoom });
    plot.over.addEventListener('mouseenter', () => {
      hovered = true;
    });
    plot.over.addEventListener('mouseleave', () => {
      hovered = false;
      shared.hideTip();
    });
  };

  if (panel.log) {
    const button = make('button', { type: 'button', 'aria-pressed': 'true' }, 'Log scale');
    button.addEventListener('click', () => {
      log = !log;
      button.setAttribute('aria-pressed', String(log));
      redraw();
    });
    controls.append(button);
  }
  const showVariant = (index: number) => {
    lines = panel.variants[index]?.lines ?? lines;
    redraw();
  };
  const choice = make('select', { 'aria-label': `Target of ${panel.title}` });
  if (panel.variants.length > 1) {
    const options = panel.variants.map(({ label }, index) => make('option', { value: String(index) }, label));
    choice.append(...options);
    choice.addEventListener('change', () => showVariant(Number(choice.value)));
    controls.append(make('label', {}, 'Target ', choice));
  }
  redraw();
  tools.steerByKeys(
    area,
    () => plot,
    shared,
    (seen) => {
      hovered = seen;
    },
  );
  const among = (series: number) => (list: readonly Line[]) => list.some((line) => line.series === series);
  return {
    host,
    has: (series) => [lines, ...panel.variants.map((variant) => variant.lines)].some(among(series)),
    mark: (series) => {
      if (marked === series) return;
      marked = series;
      const variant = panel.variants.findIndex((one) => series !== undefined && among(series)(one.lines));
      if (variant >= 0) choice.value = String(variant);
      if (variant >= 0) lines = panel.variants[variant]?.lines ?? lines;
      for (const line of lines) {
        if (line.series !== series) continue;
        hiddenLines.delete(line.label);
        shared.hiddenTargets.delete(line.target);
      }
      redraw();
    },
    redraw,
    update,
    zoom: (min, max) => plot?.setScale('x', { min, max }),
    resize: () => plot?.setSize({ width: Math.max(area.clientWidth, 200), height: panel.height + (timeAxis ? 18 : 0) }),
    remove: () => {
      plot?.destroy();
      host.remove();
    },
  };
}
